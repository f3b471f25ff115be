// Words of an entry that are selected can be marked: two buttons beside them send a plain form.
// Where the words stand is counted as the server counts (apps/core/text.py, shown).
import { isBusy } from "./keys.js";

const RESTED = 200;
const GAP = 8;
// On a touch screen the handles of a selection hang below it.
const HANDLES = 36;

class Marking extends HTMLElement {
  #gone;
  #timer;
  #isPressed = false;

  connectedCallback() {
    this.prose = this.querySelector(".prose");
    this.form = this.querySelector("form");
    this.#gone = new AbortController();
    const { signal } = this.#gone;
    const on = (target, name, heed) => target.addEventListener(name, heed, { signal });
    on(document, "selectionchange", () => this.#later());
    on(document, "keydown", (event) => this.#key(event));
    // A press on the buttons leaves the selection as it is.
    on(this.form, "mousedown", (event) => event.preventDefault());
    on(this.form, "pointerdown", () => (this.#isPressed = true));
    on(window, "pointerup", () => (this.#isPressed = false));
    const { fresh } = this.dataset;
    if (fresh) {
      // htmx has a say about the focus first, when it has put this here.
      const ref = this.querySelector(`.mark-ref[href="${fresh}"]`);
      requestAnimationFrame(() => ref?.focus({ preventScroll: true }));
    }
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
    this.#gone.abort();
  }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), RESTED);
  }

  #look() {
    if (this.#isPressed || this.form.contains(document.activeElement)) return;
    const range = selected(this.prose);
    const words = range && said(range);
    this.form.hidden = !words?.trim();
    if (this.form.hidden) return;
    const before = range.cloneRange();
    before.setStart(this.prose, 0);
    before.setEnd(range.startContainer, range.startOffset);
    const lead = words.length - words.trimStart().length;
    this.form.elements.quote.value = words.trim();
    this.form.elements.start.value = said(before).trimStart().length + lead;
    this.#place([...range.getClientRects()].pop() ?? range.getBoundingClientRect());
  }

  // Below the last line that is selected, as far as that can be seen.
  #place(line) {
    const box = this.getBoundingClientRect();
    const { offsetWidth, offsetHeight } = this.form;
    const gap = matchMedia("(pointer: coarse)").matches ? HANDLES : GAP;
    const lowest = innerHeight - offsetHeight - 6 * GAP;
    const left = Math.min(line.right - offsetWidth / 2, box.right - offsetWidth);
    this.form.style.top = `${Math.min(line.bottom + gap, lowest) - box.top}px`;
    this.form.style.left = `${Math.max(left - box.left, 0)}px`;
  }

  #key(event) {
    if (event.key === "Escape" && !this.form.hidden) {
      getSelection().removeAllRanges();
      this.form.hidden = true;
    }
    const { shortcuts } = document.documentElement.dataset;
    if (event.key !== "m" || shortcuts === "off" || isBusy(event)) return;
    event.preventDefault();
    this.#look();
    if (this.form.hidden) document.getElementById("to-mark-words")?.click();
    else this.form.elements["mark-words"].click();
  }
}

// What is selected of the text; a selection may reach out of it on either side.
function selected(prose) {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0).cloneRange();
  if (!range.intersectsNode(prose)) return null;
  if (!prose.contains(range.startContainer)) range.setStart(prose, 0);
  if (!prose.contains(range.endContainer)) range.setEnd(prose, prose.childNodes.length);
  return range;
}

function said(range) {
  const copy = range.cloneContents();
  for (const part of copy.querySelectorAll(".footnote-ref, .footnote-backref")) part.remove();
  return copy.textContent.replace(/\s+/g, " ");
}

customElements.define("tl-marking", Marking);
