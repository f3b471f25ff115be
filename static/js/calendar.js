// The calendar by keyboard: one day takes the focus, arrows move it, and past the edge of the page
// they follow its links to the next one. Without this it is a table of links.
import { announce } from "./announce.js";

const LENGTH = 86_400_000;
// The day to stand on once the page that holds it is there.
let wanted;
let isFirst = true;

class Calendar extends HTMLElement {
  connectedCallback() {
    for (const table of this.querySelectorAll("table")) table.setAttribute("role", "grid");
    this.addEventListener("keydown", this);
    this.addEventListener("focusin", this);
    for (const cell of this.querySelectorAll("[data-day]")) stopOf(cell).tabIndex = -1;
    const today = this.querySelector("[aria-current=date]");
    this.#stand(this.#cellOf(wanted) ?? today?.closest("td") ?? this.querySelector("[data-day]"));
    if (!isFirst) {
      document.title = this.dataset.title;
      if (this.#cellOf(wanted)) stopOf(this.#cellOf(wanted)).focus();
      else announce(this.querySelector("h2").textContent);
    }
    isFirst = false;
    wanted = undefined;
  }

  handleEvent(event) {
    const cell = event.target.closest("[data-day]");
    if (!cell) return;
    if (event.type === "focusin") this.#stand(cell);
    else if (!event.ctrlKey && !event.metaKey && !event.altKey) {
      const day = this.#next(cell, event);
      if (!day) return;
      event.preventDefault();
      this.#go(day);
    }
  }

  // The one stop of the tab key.
  #stand(cell) {
    if (this.standing) stopOf(this.standing).tabIndex = -1;
    this.standing = cell;
    stopOf(cell).tabIndex = 0;
  }

  #next(cell, { key, shiftKey }) {
    const { day } = cell.dataset;
    const week = cell.parentElement.querySelectorAll("[data-day]");
    const onward = getComputedStyle(this).direction === "rtl" ? -1 : 1;
    const moves = {
      ArrowLeft: () => plusDays(day, -onward),
      ArrowRight: () => plusDays(day, onward),
      ArrowUp: () => plusDays(day, -7),
      ArrowDown: () => plusDays(day, 7),
      Home: () => week[0].dataset.day,
      End: () => week[week.length - 1].dataset.day,
      PageUp: () => plusMonths(day, shiftKey ? -12 : -1),
      PageDown: () => plusMonths(day, shiftKey ? 12 : 1),
    };
    return moves[key]?.();
  }

  #go(day) {
    const cell = this.#cellOf(day);
    if (cell) return stopOf(cell).focus();
    const link = [...this.querySelectorAll("a[data-to]")].find(({ dataset }) => day.startsWith(dataset.to));
    if (!link) return;
    wanted = day;
    link.click();
  }

  #cellOf(day) {
    return day && this.querySelector(`[data-day="${day}"]`);
  }
}

// A day still to come leads nowhere: then its cell takes the focus.
const stopOf = (cell) => cell.querySelector("a") ?? cell;

const plusDays = (day, count) => isoOf(new Date(Date.parse(day) + count * LENGTH));

// The same day of another month, or that month's last.
function plusMonths(day, count) {
  const [year, month, date] = day.split("-").map(Number);
  const last = new Date(Date.UTC(year, month + count, 0)).getUTCDate();
  return isoOf(new Date(Date.UTC(year, month - 1 + count, Math.min(date, last))));
}

const isoOf = (date) => date.toISOString().slice(0, 10);

customElements.define("tl-calendar", Calendar);
