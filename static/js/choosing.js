// The page with two texts. A choice is sent by script, so that the copy on this device goes exactly
// when the server has taken the choice; without a script the form is sent as it is.
import { copiesOf, canKeepCopies, dropCopy } from "./copies.js";
import { Session } from "./server.js";

export async function helpChoosing(device) {
  const forms = [...document.querySelectorAll("form[data-settles]")];
  if (!forms.length) return;
  const late = forms[0].dataset.settles;
  // Taken for kept until it is looked for: a choice that was quicker than this script is on its way
  // already, and would be held up by the question whether to leave.
  let isKept = canKeepCopies;
  let isChosen = false;
  window.addEventListener("beforeunload", (event) => isKept || isChosen || event.preventDefault());
  for (const form of forms) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const { csrfmiddlewaretoken, ...fields } = Object.fromEntries(new FormData(form));
      const session = new Session(device.person, csrfmiddlewaretoken, device.session.door);
      const send = () => session.post(form.action, fields);
      let answer = await send();
      // The connection may have been closed under it, and twice is once.
      if (answer.kind === "server") answer = await send();
      if (answer.kind === "saved") {
        isChosen = true;
        if (canKeepCopies) await dropCopy(late).catch(() => {});
        location.assign(answer.read);
      } else if (answer.kind === "conflict" || answer.kind === "invalid") {
        isChosen = true;
        form.elements.csrfmiddlewaretoken.value = session.token;
        form.submit();
      } else device.sayFailure(answer.kind);
    });
  }
  if (canKeepCopies) {
    const copies = await copiesOf(device.person).catch(() => []);
    isKept = copies.some(({ writer }) => writer === late);
  }
}
