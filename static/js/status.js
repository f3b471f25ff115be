// Where the words are, in words: what the eye reads at once, and what is read out when it settles.
import { clock } from "./times.js";

export class Status {
  constructor(host) {
    this.words = host.dataset;
    this.mark = host.querySelector(".saved");
    this.seen = this.mark.querySelector("[data-seen]");
    this.heard = this.mark.querySelector("[role=status]");
    this.zone = host.querySelector("[name=time_zone]").value;
    this.notes = [...host.querySelectorAll("[data-note]")];
  }

  show(saver) {
    const { state, trouble, answer } = saver;
    const said = this.#said(saver);
    this.mark.dataset.state = state;
    set(this.seen, said);
    // Not at every key: "saving" passes by, and "Saved 14:03" said twice is heard once.
    if (state !== "saving") set(this.heard, said);
    const shown = state === "saved" || state === "idle" ? answer.trashed && "trashed" : trouble;
    for (const name of TROUBLES) this.note(name, name === shown);
    if (shown === "invalid") this.#list(answer.fields ?? []);
  }

  note(name, isShown) {
    const note = this.notes.find((one) => one.dataset.note === name);
    if (note) note.hidden = !isShown;
  }

  #said({ state, trouble, isOnDevice, answer }) {
    const { saidSaving, saidSaved, saidDevice, saidPage } = this.words;
    if (state === "idle") return "";
    if (state === "saving") return saidSaving;
    if (state === "saved") return saidSaved.replace("%", clock(answer.saved_at, this.zone));
    return `${isOnDevice ? saidDevice : saidPage} · ${this.words[REASONS[trouble]]}`;
  }

  #list(fields) {
    const list = this.notes.find((note) => note.dataset.note === "invalid").querySelector("ul");
    const lines = fields.flatMap(({ label, errors }) => errors.map((error) => `${label}: ${error}`));
    list.replaceChildren(
      ...lines.map((line) => Object.assign(document.createElement("li"), { textContent: line })),
    );
  }
}

// What wants more than a word: a line above the text, with something to do.
const TROUBLES = ["conflict", "logged-out", "person", "invalid", "trashed"];
const REASONS = {
  offline: "whyOffline",
  server: "whyServer",
  slow: "whyServer",
  "logged-out": "whyLoggedOut",
  person: "whyPerson",
  conflict: "whyConflict",
  invalid: "whyInvalid",
  limited: "whyLimited",
};

function set(element, words) {
  if (element.textContent !== words) element.textContent = words;
}
