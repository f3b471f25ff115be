import { announce } from "./announce.js";

// How the text will look, made by the server, in the place of the text.
export class Preview {
  constructor(host, session, { area, button, tools }) {
    Object.assign(this, { host, session, area, button, tools });
    this.region = host.querySelector("[data-preview-region]");
    button.addEventListener("click", () => this.toggle());
  }

  get isOn() {
    return !this.region.hidden;
  }

  async toggle() {
    if (this.isOn) return this.#show(false);
    this.button.setAttribute("aria-busy", "true");
    const html = await this.#made();
    this.button.removeAttribute("aria-busy");
    if (html === null) return announce(this.host.dataset.previewFailed);
    // The server's one sanitiser made this (apps/core/text.py).
    this.region.innerHTML = html;
    return this.#show(true);
  }

  #show(isOn) {
    this.button.setAttribute("aria-pressed", isOn);
    this.region.hidden = !isOn;
    this.area.hidden = isOn;
    for (const tool of this.tools) tool.disabled = isOn;
    this.button.focus();
    if (isOn) this.region.scrollIntoView({ block: "nearest" });
  }

  async #made() {
    const ask = () =>
      fetch(this.host.dataset.preview, {
        method: "POST",
        headers: { "X-CSRFToken": this.session.token },
        body: new URLSearchParams({ body: this.area.value }),
        redirect: "error",
      });
    try {
      let response = await ask();
      if (response.status === 403 && !(await this.session.renew())) response = await ask();
      return response.ok ? await response.text() : null;
    } catch {
      return null;
    }
  }
}
