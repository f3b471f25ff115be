// The page that stands in for one that cannot be had (service-worker.js). Its address says what was
// wanted: a new entry or one that lies on this device can be written; for all else it says what can
// be done without a network. Opened by its own address, it says what lies on this device.
import { device } from "./app.js";
import { dayAt } from "./clock.js";
import { copiesOf, readCopy, readRecents } from "./copies.js";
import { datedId } from "./ids.js";
import { chooseKeeping, keepsEntries, sendLater } from "./ready.js";

const FIRST_LETTERS = 120;
const LOOK_AGAIN = 5_000;

class Offline extends HTMLElement {
  async connectedCallback() {
    const { person, zone, element } = device;
    Object.assign(this, { person, zone, startsAt: element.dataset.dayStartsAt });
    const lying = this.#look();
    this.#show(await this.#begin(lying));
    await lying;
    await this.#list();
    this.#listen();
  }

  async #look() {
    this.recents = await readRecents(this.person).catch(() => []);
    this.copies = await copiesOf(this.person).catch(() => []);
  }

  // Put a writer on the page where the address wants one: a blank one at once, so that no letter comes
  // too early for it. Resolves to what the page is.
  async #begin(lying) {
    const { pathname, search, hash } = location;
    const { today, create, shell } = this.dataset;
    if (pathname === shell) return hash === "#not-sent" ? "not-sent" : "here";
    if (pathname === today || pathname === create) {
      this.#write(datedId(Date.now()), this.#blank(new URLSearchParams(search)));
      return "write";
    }
    const [, entry] = pathname.match(/^\/journal\/([0-9a-f-]{36})\/(?:edit\/)?$/) ?? [];
    if (!entry) return "elsewhere";
    await lying;
    const fields = await this.#lastOf(entry);
    if (!fields) return "missing";
    this.#write(entry, fields);
    return "edit";
  }

  #blank(asked) {
    const now = Date.now();
    const day = dayAt(now, this.zone, this.startsAt);
    const wanted = /^\d{4}-\d\d-\d\d$/.test(asked.get("date") ?? "") ? asked.get("date") : "";
    const startsAt = wanted ? {} : { startsAt: this.startsAt };
    return {
      local_date: wanted || day,
      occurred_at: new Date(now).toISOString(),
      answers: asked.get("answers") ?? "",
      expected_version: 0,
      ...startsAt,
    };
  }

  // What this device knows of an entry: the words that are not saved yet before those that are.
  async #lastOf(entry) {
    const copy = this.copies.filter((one) => one.entry === entry).at(-1);
    const words = copy && (await readCopy(copy));
    this.taken = copy?.writer;
    if (words) return { ...words, expected_version: copy.base, isUnsaved: true };
    const found = this.recents.find(({ id }) => id === entry);
    return found && { ...found, expected_version: found.version };
  }

  #write(entry, { startsAt, isUnsaved, ...fields }) {
    const writer = this.querySelector("[data-part=blank]").content.firstElementChild.cloneNode(true);
    const form = writer.querySelector("form");
    form.action = form.getAttribute("action").replace(writer.dataset.entry, entry);
    writer.dataset.entry = entry;
    if (startsAt === undefined) delete writer.dataset.dayStartsAt;
    if (isUnsaved) writer.dataset.unsaved = "";
    for (const [name, value] of Object.entries({ ...fields, writer: crypto.randomUUID() })) {
      const control = form.elements[name];
      if (!control) continue;
      if (control instanceof RadioNodeList) {
        for (const radio of control) radio.defaultChecked = radio.value === value;
      } else if (control.type === "textarea") control.defaultValue = value;
      else control.setAttribute("value", value);
    }
    const place = this.querySelector("[data-part=writer]");
    place.hidden = false;
    place.replaceChildren(writer);
  }

  #show(mode) {
    for (const part of document.querySelectorAll("[data-mode]")) {
      part.hidden = !part.dataset.mode.split(" ").includes(mode);
    }
    this.querySelector("[data-part=again]").href = location.pathname + location.search;
    this.querySelector("[data-part=no-files]").hidden = location.hash !== "#no-files";
    this.querySelector("tl-writer textarea")?.focus();
  }

  // What waits here to be saved, and what lies here; the one in the writer is in neither.
  async #list() {
    const writer = this.querySelector("tl-writer");
    const inHand = writer?.dataset.entry;
    const taken = [this.taken, writer?.querySelector("[name=writer]").value];
    const waiting = [];
    for (const copy of await copiesOf(this.person).catch(() => [])) {
      const words = !taken.includes(copy.writer) && (await readCopy(copy));
      if (words) waiting.push({ ...words, id: copy.entry, action: copy.action });
    }
    const isWaiting = (id) => waiting.some((one) => one.id === id);
    this.#fill("waiting", waiting);
    this.#fill("recent", this.recents.filter(({ id }) => id !== inHand && !isWaiting(id)));
    this.querySelector("[data-part=none]").hidden = waiting.length > 0 || this.recents.length > 0;
    this.querySelector("[data-part=keep]").checked = keepsEntries();
  }

  #fill(part, entries) {
    const section = this.querySelector(`[data-part=${part}]`);
    const row = this.querySelector("[data-part=row]").content.firstElementChild;
    section.hidden = !entries.length;
    section.querySelector("ul").replaceChildren(
      ...entries.map(({ id, title, body = "", local_date = "", action = "" }) => {
        const line = row.cloneNode(true);
        const link = line.querySelector("a");
        // A step of a sitting is written where it is kept.
        link.href = action.includes("/at/") ? action : this.dataset.edit.replace(this.dataset.zero, id);
        link.textContent = title || firstWords(body) || this.dataset.untitled;
        line.querySelector("time").dateTime = local_date;
        line.querySelector("time").textContent = inWords(local_date);
        return line;
      }),
    );
  }

  #listen() {
    document.addEventListener("swept", () => this.#list());
    window.addEventListener("online", () => this.#ask());
    this.asking = setInterval(() => this.#ask(), LOOK_AGAIN);
    this.querySelector("[data-part=keep]").addEventListener("change", async ({ target }) => {
      await chooseKeeping(target.checked, device).catch(() => {});
      this.recents = await readRecents(this.person).catch(() => []);
      await this.#list();
    });
    sendLater();
  }

  // Whether there is an answer again. A page that holds nothing of its own then makes room for the one
  // that was wanted.
  async #ask() {
    const answer = await fetch(this.dataset.live, { method: "HEAD", cache: "no-store" }).catch(() => {});
    if (!answer?.ok) return;
    clearInterval(this.asking);
    const saver = this.querySelector("tl-writer")?.saver;
    if (location.pathname !== this.dataset.shell && (!saver || saver.state === "idle")) location.reload();
    saver?.nudge();
    device.sweep();
    for (const part of this.querySelectorAll("[data-network]")) part.hidden = part.dataset.network !== "back";
  }
}

const firstWords = (text) => {
  const words = text.trim().replace(/\s+/g, " ");
  return words.length > FIRST_LETTERS ? `${words.slice(0, FIRST_LETTERS).replace(/ \S*$/, "")} …` : words;
};

// Nothing for a day that is none yet.
function inWords(day) {
  const date = new Date(day);
  const form = { dateStyle: "full", timeZone: "UTC" };
  return Number.isNaN(date.getTime()) ? "" : new Intl.DateTimeFormat(document.documentElement.lang, form).format(date);
}

customElements.define("tl-offline", Offline);
