// Files that are picked, dropped, pasted or recorded: each is sent by itself, with its progress, and
// stays on the page until the server has it. Sent twice it is still one file: the page makes its id.
import { announce } from "./announce.js";
import { Recorder } from "./recorder.js";
import { Session } from "./server.js";

const AGAIN_AFTER = 15_000;

class Attaching extends HTMLElement {
  #items = new Set();
  #gone;

  connectedCallback() {
    this.form = this.querySelector("form");
    this.writer = this.closest("tl-writer");
    this.list = this.querySelector(".uploads");
    const { person, token } = document.getElementById("device").dataset;
    this.session = new Session(person, this.form.elements.csrfmiddlewaretoken.value, token);
    this.form.hidden = true;
    this.querySelector(".pickers").hidden = false;
    for (const input of this.querySelectorAll(".pickers input")) {
      input.addEventListener("change", () => {
        this.add(input.files);
        input.value = "";
      });
    }
    new Recorder(this);
    this.#listen();
  }

  disconnectedCallback() {
    this.#gone.abort();
  }

  add(files, more = {}) {
    for (const file of files) this.#items.add(this.#shown({ file, more, id: madeId(), state: "waiting" }));
    this.#next();
  }

  // What cannot be done, above the list.
  tell(words) {
    this.querySelector("[data-part=told]").textContent = words;
    if (words) announce(words);
  }

  #listen() {
    this.#gone = new AbortController();
    const on = (target, name, heed) => target.addEventListener(name, heed, { signal: this.#gone.signal });
    on(document, "dragover", (event) => {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      this.dataset.over = "";
    });
    on(document, "dragleave", ({ relatedTarget }) => relatedTarget ?? delete this.dataset.over);
    on(document, "drop", (event) => {
      delete this.dataset.over;
      if (!event.dataTransfer.files.length) return;
      event.preventDefault();
      this.add(event.dataTransfer.files);
    });
    on(document, "paste", (event) => {
      const { files, types } = event.clipboardData;
      // An office program puts a picture of the text beside the text.
      if (!files.length || types.includes("text/plain")) return;
      event.preventDefault();
      this.add(files);
    });
    on(window, "online", () => this.#wake());
    on(window, "beforeunload", (event) => this.#items.size && event.preventDefault());
    on(document, "submit", (event) => this.#useDay(event));
  }

  // One file in the list of those on their way.
  #shown(item) {
    const row = this.querySelector("template").content.firstElementChild.cloneNode(true);
    const act = (name) => row.querySelector(`[data-act=${name}]`);
    Object.assign(item, { row, bar: row.querySelector("progress"), said: row.querySelector(".said"), again: act("again") });
    row.querySelector(".name").textContent = item.file.name;
    if (/^image\/(jpeg|png|gif|webp|avif)$/.test(item.file.type)) {
      const image = Object.assign(new Image(), { src: URL.createObjectURL(item.file), alt: "" });
      row.querySelector(".thumb").replaceChildren(image);
    }
    item.again.addEventListener("click", () => {
      item.state = "waiting";
      this.#next();
    });
    act("cancel").addEventListener("click", () => {
      item.request?.abort();
      this.#drop(item);
      this.querySelector(".pickers input").focus();
    });
    this.#say(item, "waiting");
    this.list.append(row);
    return item;
  }

  // One after the other, so that they stand in the order in which they were picked.
  #next() {
    const isAny = (wanted) => [...this.#items].find(({ state }) => state === wanted);
    for (let item; !isAny("sending") && (item = isAny("waiting")); ) {
      if (item.file.size > this.dataset.most) this.#fail(item, "large");
      else this.#send(item);
    }
  }

  #wake() {
    for (const item of this.#items) if (item.isHopeful) item.state = "waiting";
    this.#next();
  }

  async #send(item, isSecond = false) {
    item.state = "sending";
    item.isHopeful = false;
    item.again.hidden = true;
    this.#say(item, "sending");
    const { status, answer } = await this.#post(item);
    if (!this.#items.has(item)) return;
    if (answer.outcome === "attached") this.#done(item, answer);
    else if (answer.said) this.#fail(item, "", answer.said.join(" "));
    else if (answer.error === "csrf" && !isSecond && !(await this.session.renew())) return this.#send(item, true);
    else if (status === 401 || status === 403) this.#fail(item, "closed");
    else {
      item.isHopeful = true;
      this.#fail(item, navigator.onLine ? "server" : "offline");
      setTimeout(() => this.#wake(), AGAIN_AFTER);
    }
    this.#next();
  }

  // Only this old way of asking tells how much has been sent.
  #post(item) {
    return new Promise((resolve) => {
      const request = (item.request = new XMLHttpRequest());
      request.open("POST", this.form.action);
      request.setRequestHeader("Accept", "application/json");
      request.setRequestHeader("X-CSRFToken", this.session.token);
      request.upload.onprogress = ({ loaded, total }) => (item.bar.value = loaded / total);
      request.onloadend = () => {
        let answer = {};
        try {
          answer = JSON.parse(request.responseText);
        } catch {
          // Nothing, or a page from somewhere else.
        }
        resolve({ status: request.status, answer });
      };
      request.send(this.#fields(item));
    });
  }

  #fields({ file, more, id }) {
    const data = new FormData();
    const fields = { id, person: this.session.person, ...more };
    if (this.writer) {
      this.writer.begin();
      for (const name of ["writer", "local_date", "occurred_at", "time_zone"]) {
        fields[name] = this.writer.form.elements[name].value;
      }
    }
    for (const [name, value] of Object.entries(fields)) data.append(name, value);
    data.append("files", file);
    return data;
  }

  #done(item, { url }) {
    this.#drop(item);
    announce(this.dataset.saidDone.replace("%", item.file.name));
    if (this.writer && "moves" in this.writer.dataset) history.replaceState(null, "", url);
    this.querySelector("a[hx-get]").click();
  }

  #fail(item, reason, words) {
    item.state = "failed";
    item.again.hidden = reason === "large";
    this.#say(item, reason, words);
    announce(`${item.file.name}: ${item.said.textContent}`);
  }

  #say(item, state, words = this.dataset[`said${state[0]?.toUpperCase()}${state.slice(1)}`]) {
    item.row.dataset.state = item.state;
    item.said.textContent = words;
    item.bar.hidden = item.state !== "sending";
  }

  #drop(item) {
    this.#items.delete(item);
    const image = item.row.querySelector("img");
    if (image) URL.revokeObjectURL(image.src);
    item.row.remove();
  }

  // In a writer the day is a field of its form, and the writer saves it.
  #useDay(event) {
    const { day } = event.target.dataset;
    if (!this.writer || !day) return;
    event.preventDefault();
    const field = this.writer.form.elements.local_date;
    field.value = day;
    field.closest("details").open = true;
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
    event.target.remove();
  }
}

// A random id, where the origin is not secure too.
const madeId = () => {
  const url = URL.createObjectURL(new Blob());
  URL.revokeObjectURL(url);
  return url.slice(-36);
};

export const defineAttaching = () => customElements.define("tl-attaching", Attaching);
