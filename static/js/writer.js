// The writer: a plain form that works by itself, and with this never loses a word. One that `passes`
// is a step of a sitting: no toolbar, and once all is saved, its buttons do what they do without this.
import { listen, tell } from "./channel.js";
import { Clock } from "./clock.js";
import { canKeepCopies, copiesOf, dropCopy } from "./copies.js";
import { countWords } from "./count.js";
import { PageMode } from "./page-mode.js";
import { Preview } from "./preview.js";
import { holdWriter, sendPlainly, settle } from "./recovery.js";
import { Saver } from "./saving.js";
import { Session } from "./server.js";
import { Status } from "./status.js";
import { suggest } from "./suggesting.js";
import { helpTyping, rove } from "./typing.js";

class Writer extends HTMLElement {
  #gone;
  #isTouched = false;

  connectedCallback() {
    this.form = this.querySelector("form");
    const { title, body, person, csrfmiddlewaretoken: token } = this.form.elements;
    Object.assign(this, { heading: title, text: body });
    this.passes = "passes" in this.dataset;
    if (!this.passes) this.clock = new Clock(this.form.elements, this.dataset.dayStartsAt);
    this.session = new Session(person.value, token?.value, this.dataset.token);
    this.status = new Status(this);
    const unsaved = "unsaved" in this.dataset;
    this.saver = new Saver(this.form, this.session, () => this.#show(), { unsaved });
    this.#gone = new AbortController();
    this.#equip();
    this.#listen();
    this.#count();
    this.status.note("insecure", !canKeepCopies);
    if (unsaved) this.saver.changed();
    if (canKeepCopies) {
      holdWriter(this.form.elements.writer.value);
      this.#bringBack();
    }
  }

  disconnectedCallback() {
    this.saver.leave();
    this.#gone.abort();
  }

  #equip() {
    if (this.text?.matches("textarea")) suggest(this, this.text, this.session);
    if (!this.passes) this.#equipFully();
  }

  #equipFully() {
    const toolbar = this.querySelector("[role=toolbar]");
    const button = (act) => toolbar.querySelector(`[data-act=${act}]`);
    toolbar.hidden = false;
    this.querySelector("[data-plain]").hidden = true;
    this.form.elements.files?.closest(".field").remove(); // attaching.js sends them one by one
    helpTyping(this.text, toolbar);
    rove(toolbar);
    const tools = [...toolbar.querySelectorAll("[data-mark]")];
    new Preview(this, this.session, { area: this.text, button: button("preview"), tools });
    new PageMode(this.querySelector(".writer"), button("page"), this.text);
    if (!CSS.supports("field-sizing", "content")) {
      const grow = () => {
        this.text.style.height = "auto";
        this.text.style.height = `${this.text.scrollHeight}px`;
      };
      this.text.addEventListener("input", grow);
      grow();
    }
  }

  #listen() {
    const { signal } = this.#gone;
    const on = (target, names, heed) => {
      for (const name of names) target.addEventListener(name, heed, { signal });
    };
    on(this.form, ["input", "change"], () => this.#changed());
    on(this.form, ["focusout"], ({ relatedTarget }) => {
      if (!this.form.contains(relatedTarget)) this.saver.save();
    });
    on(this.form, ["submit"], (event) => {
      // While a form is being sent, it cannot be sent again: what is saved goes its way at once.
      if (this.isPassing || (this.passes && this.saver.isSaved)) return;
      event.preventDefault();
      if (event.submitter?.value === "close") this.#finish();
      else this.saver.save().then(() => this.passes && this.#pass(event.submitter));
    });
    on(this.form, ["click"], ({ target }) => {
      const button = target.closest("[data-both]");
      if (button) this.#showBoth(button.dataset.both === "found" ? this.found : null);
    });
    on(this.form, ["keydown"], (event) => this.#key(event));
    on(window, ["online", "focus", "pageshow"], () => this.#wake());
    on(window, ["pagehide"], () => this.saver.leave());
    on(document, ["freeze", "visibilitychange"], () => {
      if (document.hidden) this.saver.leave();
      else this.#wake();
    });
    // Sent before the next page is asked for, so that the next page knows it.
    on(window, ["beforeunload"], (event) => {
      this.saver.leave();
      if (!this.saver.canLeave && !this.isLeaving) event.preventDefault();
    });
    listen((message) => this.#heed(message), signal);
  }

  // What is not saved stays on the page, with the reason.
  #pass(submitter) {
    if (!this.saver.isSaved) return;
    this.isPassing = true;
    this.form.requestSubmit(submitter);
  }

  // Something of this person's is on the page: from here on it has its day and time.
  begin() {
    if (!this.#isTouched) this.clock?.begin();
    this.#isTouched = true;
  }

  #changed() {
    this.begin();
    this.status.note("back", false);
    this.saver.changed();
    this.#count();
  }

  #wake() {
    this.isPassing = false;
    // Over a page that nobody has written on, a new day may dawn.
    if (!this.#isTouched && this.saver.isSaved && this.clock?.hasTurned) location.reload();
    else this.saver.nudge();
  }

  #key(event) {
    if (event.isComposing) return;
    if (event.key === "Enter" && event.target.matches("input") && !this.passes) {
      event.preventDefault();
      if (event.target === this.heading) {
        this.text.focus();
        this.text.setSelectionRange(0, 0);
      }
    }
    if (event.key.toLowerCase() === "s" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      this.saver.save();
    }
  }

  #heed({ kind, person, ask }) {
    if (person !== this.session.person) return;
    if (kind === "here") this.#wake();
    if (kind === "bye") this.saver.logOut();
    if (kind === "flush") {
      this.saver.save().then(async () => {
        if (!this.saver.isSaved) await this.saver.copy();
        tell("flushed", { person, ask, isSaved: this.saver.isSaved, isSafe: this.saver.isSafe });
      });
    }
  }

  async #finish() {
    this.saver.closing = true;
    const isSaved = await this.saver.save();
    this.saver.closing = false;
    // Without a network the next page is one that lists what waits here (offline.js).
    const isWithout = this.saver.trouble === "offline" || this.closest("tl-offline");
    const canWait = isWithout && navigator.serviceWorker?.controller;
    if (canWait) await this.saver.copy();
    if (isSaved || (canWait && this.saver.isSafe)) location.assign(this.dataset.done);
    else this.text.focus();
  }

  // The server's page sets two texts side by side: this one, or one that was found on the device.
  async #showBoth(found) {
    await this.saver.copy();
    this.isLeaving = true;
    const { action, fields } = found ?? { action: this.form.action, fields: this.saver.fields() };
    sendPlainly(action, fields, this.session.token);
  }

  // Copies that an earlier page of this entry left behind, because it was closed or it died.
  async #bringBack() {
    const copies = await copiesOf(this.session.person).catch(() => []);
    const mine = copies.filter(({ entry }) => entry === this.dataset.entry);
    for (const copy of mine) {
      const answer = await settle(copy, this.session);
      if (answer) this.#place(copy, answer, copy === mine.at(-1));
    }
  }

  // What no server has taken yet stands in the form once, and it is the last: another one stays where
  // it is, until the server can say that there are two texts.
  #place(copy, answer, isLast) {
    const { kind, outcome, version, fields } = answer;
    const known = Number(this.form.elements.expected_version.value);
    const isSame = copy.base === known && !this.#isTouched;
    if (kind === "saved" && outcome === "superseded") {
      // The page was made before the last words reached the server.
      if (version !== known && !this.#isTouched) location.reload();
    } else if (kind === "saved") {
      if (this.#isTouched || version === known) return;
      this.saver.adopt(fields, version);
      this.status.note("back", true);
    } else if (kind === "conflict" || (kind === "invalid" && !isSame)) {
      this.found = { action: copy.action, fields };
      this.status.note("found", true);
    } else if (fields && isSame && isLast) {
      // It stands here again, and is saved from here when it can be.
      this.saver.adopt(fields);
      this.saver.copy().then(() => this.saver.isSafe && dropCopy(copy.writer));
      this.status.note("back", true);
    }
    this.#count();
  }

  #show() {
    const { saver } = this;
    this.status.show(saver);
    if (saver.state !== "saved") return;
    if (saver.answer.words !== undefined) this.#say(saver.answer.words);
    const { url } = saver.answer;
    // A reload of the page for a new entry goes on with the entry.
    if (url && "moves" in this.dataset && location.pathname !== url) history.replaceState(null, "", url);
  }

  #count() {
    if (!this.passes) this.#say(countWords(this.text.value));
  }

  #say(words) {
    const { lang } = document.documentElement;
    const said = this.dataset[new Intl.PluralRules(lang).select(words) === "one" ? "wordsOne" : "wordsOther"];
    this.querySelector("[data-count]").textContent = words ? said.replace("%", words.toLocaleString(lang)) : "";
  }
}

export const defineWriter = () => customElements.define("tl-writer", Writer);
