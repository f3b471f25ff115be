// On every page of somebody who is logged in: words that an earlier page left on this device are
// saved, and what needs a choice is said.
import { announce } from "./announce.js";
import { listen, tell } from "./channel.js";
import { canKeepCopies } from "./copies.js";
import { inOrder, sendPlainly, settle, strandedCopies } from "./recovery.js";
import { Session } from "./server.js";
import { moment } from "./times.js";

// The page before this one may still be handing its last words over.
const SOON = 1200;
const LATER = 60_000;

export class Device {
  #said = new Set();
  #sweeping;

  constructor(element) {
    this.element = element;
    const { person, zone, token } = element.dataset;
    Object.assign(this, { person, zone });
    this.session = new Session(person, null, token);
  }

  watch() {
    tell("here", { person: this.person });
    listen(({ kind, person }) => kind === "bye" && person === this.person && this.#close());
    if (!canKeepCopies) return;
    setTimeout(() => this.sweep(), SOON);
    setInterval(() => this.sweep(), LATER);
    for (const name of ["online", "focus"]) window.addEventListener(name, () => this.sweep());
  }

  // Save every copy that no open page is writing. Resolves to those that are left.
  sweep() {
    this.#sweeping ??= inOrder(() => this.#sweep()).finally(() => {
      this.#sweeping = undefined;
      document.dispatchEvent(new Event("swept"));
    });
    return this.#sweeping;
  }

  async #sweep() {
    const left = [];
    for (const copy of await strandedCopies(this.person).catch(() => [])) {
      if (this.#isInHand(copy)) continue;
      const answer = await settle(copy, this.session);
      if (!answer || answer.kind === "gone") continue;
      if (answer.kind === "saved") {
        if (answer.outcome === "created" || answer.outcome === "changed") this.#say("saved", copy, answer);
        continue;
      }
      left.push({ copy, fields: answer.fields });
      if (answer.kind === "conflict") this.#say("both", copy, answer);
      else if (answer.kind === "invalid") this.#say("amiss", copy, answer);
    }
    return left;
  }

  // The writer of that entry, or the page on which one chooses, is open right here.
  #isInHand({ entry, writer }) {
    return document.querySelector(`tl-writer[data-entry="${entry}"], [data-settles="${writer}"]`);
  }

  #say(name, copy, { url, fields }) {
    if (this.#said.has(copy.writer)) return;
    this.#said.add(copy.writer);
    const notice = this.element.querySelector(`[data-notice=${name}]`).content.firstElementChild.cloneNode(true);
    notice.querySelector("time").textContent = moment(copy.when, this.zone);
    const link = notice.querySelector("a");
    if (link) link.href = url;
    notice.querySelector("button")?.addEventListener("click", () => {
      sendPlainly(copy.action, fields, this.session.token);
    });
    document.getElementById("messages").append(notice);
    announce(notice.querySelector("p").textContent);
  }

  // The same words as when htmx gets no answer (templates/core/_failures.html).
  sayFailure(kind) {
    const region = document.getElementById("failures");
    const said = kind === "offline" ? "connection" : kind === "logged-out" || kind === "person" ? "closed" : "server";
    for (const line of region.querySelectorAll("[data-kind]")) line.hidden = line.dataset.kind !== said;
    region.hidden = false;
  }

  // Logged out in another tab: a page that holds nothing unsaved goes to the log-in.
  #close() {
    const isTyped = ({ value, defaultValue, type }) => type !== "hidden" && defaultValue !== undefined && value !== defaultValue;
    const isUnsaved = [...document.querySelectorAll("tl-writer")].some((writer) => !writer.saver?.isSaved);
    const isTouched = [...document.querySelectorAll("main :is(input, textarea)")].some(
      (field) => !field.closest("tl-writer") && isTyped(field),
    );
    if (!isUnsaved && !isTouched) setTimeout(() => location.reload(), 2000);
  }
}
