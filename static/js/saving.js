// What happens to the words of one writer: a copy on this device within a moment, a save after a
// pause, another try after trouble, and the truth about all of it. docs/writing.md has the rules.
import { canKeepCopies, dropCopy, keepCopy } from "./copies.js";
import { fitsLeaving } from "./server.js";

const COPY_AFTER = 100;
const SAVE_AFTER = 1000;
const SAVE_AT_LEAST = 3000;
const SLOW = 5000;
const REST_AFTER = 2000;
const RETRIES = [2, 4, 8, 15, 30, 60];
const ASK_AGAIN = 15;

const TEXT = ["title", "body", "local_date", "mood", "energy"];
// The server refused these for certain. After anything else it may have saved all the same.
const REFUSED = new Set(["conflict", "invalid", "limited", "logged-out", "person"]);
const TRIED_AGAIN = new Set(["offline", "server", "slow", "limited"]);
const LOCKED_OUT = new Set(["logged-out", "person"]);

export class Saver {
  trouble = null;
  answer = {};
  closing = false;
  #number = 0; // counts texts, not sends: a text that is sent twice has one number
  #numbered; // the text that has it
  #acknowledged; // the text the server has said it has
  #acknowledgedNumber = 0;
  #isUnsure = false; // something was sent, and nobody knows what came of it
  #underWay = 0;
  #copied; // the text that lies on this device
  #left; // the text that was sent while leaving
  #mayKeep = canKeepCopies;
  #copying = Promise.resolve();
  #sending;
  #queued;
  #timers = {};
  #tries = 0;
  #unsavedSince;

  constructor(form, session, show, { unsaved }) {
    Object.assign(this, { form, session, show });
    if (!unsaved) this.#acknowledged = this.print();
  }

  fields() {
    const { csrfmiddlewaretoken, then, ...fields } = Object.fromEntries(new FormData(this.form));
    return fields;
  }

  // The fields that hold what is written: of an entry, or those that a step of a sitting names.
  get names() {
    return this.form.dataset.keeps?.split(" ") ?? TEXT;
  }

  // Two texts are the same when their prints are.
  print(fields = this.fields()) {
    return JSON.stringify(this.names.map((name) => fields[name] ?? ""));
  }

  get isSaved() {
    return this.#isAcknowledged(this.print());
  }

  // Whether this very text will still be there when the page is gone.
  get isSafe() {
    return this.isSaved || this.#copied === this.print();
  }

  // What can be said of the text now: idle, saved, saving, device, conflict or error.
  get state() {
    if (this.isSaved) return this.#acknowledgedNumber ? "saved" : "idle";
    if (!this.trouble) return "saving";
    if (this.trouble === "conflict") return "conflict";
    return this.trouble === "invalid" || this.trouble === "person" ? "error" : "device";
  }

  get isOnDevice() {
    return this.#mayKeep;
  }

  // Something in the form has changed, or may have.
  changed() {
    this.#forgetTimers("rest");
    if (this.isSaved) {
      this.#forgetTimers("copy", "save");
      this.#uncopy();
    } else {
      this.#timers.copy ??= setTimeout(() => this.copy(), COPY_AFTER);
      if (this.trouble !== "conflict" && !LOCKED_OUT.has(this.trouble)) this.#saveAfterPause();
    }
    this.show();
  }

  // Save now. Resolves when the server has answered, to whether it has exactly this text.
  save() {
    if (this.#sending) {
      this.#queued ??= this.#sending.then(() => {
        this.#queued = undefined;
        return this.save();
      });
      return this.#queued;
    }
    this.#forgetTimers("save", "retry");
    if ((this.isSaved && !this.closing) || this.trouble === "conflict") return Promise.resolve(this.isSaved);
    // Nothing is sent until it is certain that it would reach this person's journal.
    if (LOCKED_OUT.has(this.trouble)) return this.#isLetIn().then((isIn) => isIn && this.save());
    this.#sending = this.#send().finally(() => (this.#sending = undefined));
    return this.#sending;
  }

  // The page may be gone in a moment: send without waiting for what is under way.
  leave() {
    const print = this.print();
    if (this.isSaved || this.#left === print || this.trouble === "conflict") return;
    this.copy();
    if (LOCKED_OUT.has(this.trouble)) return;
    this.#left = print;
    this.#send({ leaving: true });
  }

  // Whether a save can still be sent when the page is left. Where not, and nothing is kept on the
  // device, the browser has to ask.
  get canLeave() {
    const isHopeful = !this.trouble || this.trouble === "slow" || this.trouble === "limited";
    return this.isSafe || (isHopeful && fitsLeaving(this.fields()));
  }

  // Something has changed around us: the network is back, the page is looked at, somebody logged in.
  nudge() {
    if (!this.isSaved && !this.#sending && this.trouble) this.save();
  }

  // This person has logged out here: nothing of theirs stays on the device, only on this page.
  logOut() {
    this.#mayKeep = false;
    this.#copied = undefined;
    this.#forgetTimers("copy");
    if (!this.isSaved) this.#meet({ kind: "logged-out" });
  }

  // Put the text onto the device now. Resolves when it is there, or cannot be.
  copy() {
    this.#forgetTimers("copy");
    if (!this.#mayKeep) return Promise.resolve();
    this.#copying = this.#copying.then(async () => {
      const { fields, print, number } = this.#numberText();
      if (this.#copied === print || !this.#mayKeep || this.#isAcknowledged(print)) return;
      const { writer, person, expected_version: base, ...words } = fields;
      const entry = this.form.closest("[data-entry]").dataset.entry;
      const action = new URL(this.form.action).pathname;
      const header = { writer, person, entry, action, base: Number(base), sequence: number, when: Date.now() };
      try {
        await keepCopy(header, words);
        this.#copied = print;
      } catch {
        this.#mayKeep = false;
        // A full disk may have room later; somebody who logged out has not come back.
        setTimeout(() => (this.#mayKeep ||= this.trouble !== "logged-out"), ASK_AGAIN * 1000);
      }
      this.show();
    });
    return this.#copying;
  }

  // The server's text is now this one, because a copy of it was brought there.
  adopt(fields, version) {
    for (const name of this.names) {
      const control = this.form.elements[name];
      if (control?.type === "checkbox") control.checked = name in fields;
      else if (control && control.value !== fields[name]) control.value = fields[name] ?? "";
    }
    if (version !== undefined) {
      this.form.elements.expected_version.value = version;
      this.#acknowledged = this.print();
    }
    this.changed();
  }

  #isAcknowledged(print) {
    return print === this.#acknowledged && !this.#isUnsure && !this.#underWay;
  }

  #numberText() {
    const fields = this.fields();
    const print = this.print(fields);
    if (print !== this.#numbered) {
      this.#numbered = print;
      this.#number += 1;
    }
    return { fields, print, number: this.#number };
  }

  async #send(options = {}) {
    const { fields, print, number } = this.#numberText();
    const slow = setTimeout(() => this.#meet({ kind: "slow" }), SLOW);
    // Where the server has this text already, and it is only to be closed, nothing is numbered.
    const more = this.isSaved ? {} : { sequence: number };
    if (this.closing) more.then = "close";
    else if (options.leaving) more.then = "rest";
    this.#underWay += 1;
    this.show();
    const answer = await this.session.post(this.form.action, { ...fields, ...more }, options);
    this.#underWay -= 1;
    clearTimeout(slow);
    if (answer.kind === "saved") this.#heed(answer, print, number);
    else this.#meet(answer);
    return this.isSaved;
  }

  #heed(answer, print, number) {
    // Saved under a greater number than ours: either our own later save, which will say so itself,
    // or a second page that goes by our name.
    const isOvertaken = answer.outcome === "superseded" && answer.sequence > number;
    if (isOvertaken && answer.sequence > this.#number) return this.#meet({ kind: "conflict" });
    if (isOvertaken || number < this.#acknowledgedNumber) return this.changed();
    this.#acknowledged = print;
    this.#acknowledgedNumber = number;
    this.#isUnsure = false;
    this.#tries = 0;
    this.trouble = null;
    this.answer = answer;
    if (answer.version) this.form.elements.expected_version.value = answer.version;
    this.#unsavedSince = undefined;
    this.#forgetTimers("retry");
    this.changed();
    if (answer.version) this.#timers.rest = setTimeout(() => this.#rest(), REST_AFTER);
  }

  // After a pause the server may look at what was written: its tags, its words for search. Should
  // this get lost, it does so by itself a little later.
  #rest() {
    if (this.isSaved && !this.form.dataset.keeps) this.session.post(new URL("../settle/", this.form.action), {});
  }

  #meet(answer) {
    const { kind } = answer;
    // A conflict stays one until somebody has chosen between the texts.
    if (this.trouble === "conflict") return;
    if (!REFUSED.has(kind) && kind !== "slow") this.#isUnsure = true;
    if (kind === "slow" && this.trouble) return;
    this.#left = undefined;
    this.trouble = kind;
    this.answer = answer;
    if (this.isSaved) this.trouble = null;
    else if (kind !== "slow") {
      if (TRIED_AGAIN.has(kind)) {
        const pause = RETRIES[Math.min(this.#tries, RETRIES.length - 1)];
        this.#tries += 1;
        this.#again(Math.max(pause, answer.wait ?? 0));
      } else if (LOCKED_OUT.has(kind)) this.#again(ASK_AGAIN);
      this.copy();
    }
    this.show();
  }

  #again(seconds) {
    this.#forgetTimers("retry");
    this.#timers.retry = setTimeout(() => this.nudge(), seconds * 1000);
  }

  async #isLetIn() {
    const problem = await this.session.renew();
    if (problem) {
      if (LOCKED_OUT.has(problem) && problem !== this.trouble) this.#meet({ kind: problem });
      else this.#again(ASK_AGAIN);
      return false;
    }
    this.#mayKeep = canKeepCopies;
    this.trouble = null;
    return true;
  }

  #saveAfterPause() {
    const now = Date.now();
    this.#unsavedSince ??= now;
    const longest = this.#unsavedSince + SAVE_AT_LEAST - now;
    this.#forgetTimers("save");
    // While nothing gets through, the tries keep their own time.
    if (TRIED_AGAIN.has(this.trouble)) return;
    this.#timers.save = setTimeout(() => this.save(), Math.max(0, Math.min(SAVE_AFTER, longest)));
  }

  #uncopy() {
    this.#unsavedSince = undefined;
    this.#copying = this.#copying.then(async () => {
      if (!this.isSaved || this.#copied === undefined) return;
      this.#copied = undefined;
      await dropCopy(this.form.elements.writer.value).catch(() => {});
    });
  }

  #forgetTimers(...names) {
    for (const name of names) {
      clearTimeout(this.#timers[name]);
      delete this.#timers[name];
    }
  }
}
