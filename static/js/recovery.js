// Bringing back what was only on this device: each copy is saved under its own name and number, so
// the server decides by versions what is newer, and no clock does.
import { copiesOf, dropCopy, readCopy } from "./copies.js";
import { countHeld, hold, inTurn, unlessHeld } from "./channel.js";

const LOCK = "tl-writer-";
const lockOf = (writer) => LOCK + writer;

export const countOpenWriters = () => countHeld(LOCK);
export const holdWriter = (writer) => hold(lockOf(writer));

// The copies of this person that no open page is still writing.
export const strandedCopies = async (person) => {
  const stranded = [];
  for (const copy of await copiesOf(person)) {
    await unlessHeld(lockOf(copy.writer), () => stranded.push(copy));
  }
  return stranded;
};

// All copies are sent in the order in which they were written: pages and worker do not do it at once.
export const inOrder = (work) => inTurn("tl-copies", work);

// Try to save one copy. Resolves to {kind, fields, …answer}; kind is "gone" when nobody can read it,
// and undefined when its page has come to life meanwhile.
export const settle = (copy, session) =>
  unlessHeld(lockOf(copy.writer), async () => {
    const words = await readCopy(copy);
    if (!words) {
      await dropCopy(copy.writer);
      return { kind: "gone" };
    }
    const fields = formOf(copy, words);
    const answer = await session.post(copy.action, { ...fields, sequence: copy.sequence });
    if (answer.kind === "saved") await dropCopy(copy.writer);
    return { ...answer, fields };
  });

// What the writer's form would send.
export const formOf = ({ writer, person, base }, words) => ({
  ...words,
  writer,
  person,
  expected_version: base,
});

// Send a text as a plain form does: the answer is a page with both texts, or with what is amiss.
export function sendPlainly(action, fields, token) {
  const form = document.createElement("form");
  form.method = "post";
  form.enctype = "multipart/form-data";
  form.action = action;
  form.hidden = true;
  for (const [name, value] of Object.entries({ ...fields, csrfmiddlewaretoken: token })) {
    const field = document.createElement("textarea");
    field.name = name;
    field.value = value;
    form.append(field);
  }
  document.body.append(form);
  form.submit();
}
