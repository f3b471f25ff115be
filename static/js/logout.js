// Before logging out: every open page saves, what lies on the device is saved, and nothing of this
// person stays behind. What cannot be saved is said, and the person decides.
import { listen, tell } from "./channel.js";
import { canKeepCopies, copiesOf, forgetCopies, hasOthersCopies, readCopy } from "./copies.js";
import { forgetShell } from "./ready.js";
import { countOpenWriters } from "./recovery.js";
import { moment } from "./times.js";

// Pages answer when their text is saved or cannot be, which over a slow line takes its time.
const FLUSH_WITHIN = 5000;
const GRACE = 150;

export function guardLogOut(device) {
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-logout]");
    if (!form) return;
    event.preventDefault();
    logOut(form, device);
  });
}

async function logOut(form, device) {
  form.setAttribute("aria-busy", "true");
  const open = await flush(device.person);
  await device.sweep();
  const copies = canKeepCopies ? await copiesOf(device.person).catch(() => []) : [];
  const left = {
    copies,
    isOnPages: open.some(({ isSafe }) => !isSafe),
    isOthers: canKeepCopies && (await hasOthersCopies(device.person).catch(() => false)),
  };
  form.removeAttribute("aria-busy");
  if (copies.length || left.isOnPages || left.isOthers) ask(form, device, left);
  else leave(form, device);
}

// Ask every open writer to save. Resolves to their answers, at the latest after FLUSH_WITHIN.
async function flush(person) {
  const ask = Math.random();
  const answers = [];
  const heard = new AbortController();
  const expected = await countOpenWriters();
  await new Promise((resolve) => {
    setTimeout(resolve, canKeepCopies && !expected ? 0 : FLUSH_WITHIN);
    listen((message) => {
      if (message.kind !== "flushed" || message.ask !== ask) return;
      answers.push(message);
      if (canKeepCopies && answers.length >= expected) resolve();
    }, heard.signal);
    tell("flush", { person, ask });
  });
  heard.abort();
  return answers.filter(({ isSaved }) => !isSaved);
}

function ask(form, device, { copies, isOnPages, isOthers }) {
  const dialog = device.element.querySelector("dialog");
  const part = (name) => dialog.querySelector(`[data-part=${name}]`);
  part("copies").hidden = !copies.length;
  part("pages").hidden = !isOnPages;
  part("others").hidden = !isOthers;
  part("take").hidden = !copies.length;
  const lines = copies.map(({ when }) => {
    const line = document.createElement("li");
    line.textContent = moment(when, device.zone);
    return line;
  });
  part("list").replaceChildren(...lines);
  part("take").onclick = () => take(copies, device);
  part("leave").onclick = () => leave(form, device);
  dialog.showModal();
}

// All of it as one text file, in the person's own hands.
async function take(copies, device) {
  const texts = [];
  for (const copy of copies) {
    const words = await readCopy(copy);
    if (words) texts.push(`${words.title ? `# ${words.title}\n\n` : ""}${moment(copy.when, device.zone)}\n\n${words.body ?? ""}\n${words.other ?? ""}\n`);
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([texts.join("\n---\n\n")], { type: "text/markdown" }));
  link.download = `${device.element.dataset.file}.md`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

async function leave(form, device) {
  tell("bye", { person: device.person });
  // Let the other tabs hear it before the key goes, so that none makes a new one.
  await new Promise((resolve) => setTimeout(resolve, GRACE));
  if (canKeepCopies) await forgetCopies(device.person).catch(() => {});
  await forgetShell().catch(() => {});
  form.submit();
}
