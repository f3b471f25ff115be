// Just the page: the sheet fills the window, and everything else is out of reach until Escape.
export class PageMode {
  #aside = [];

  constructor(sheet, button, area) {
    Object.assign(this, { sheet, button, area });
    button.addEventListener("click", () => this.toggle());
    sheet.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.isComposing || !this.isOn) return;
      event.preventDefault();
      this.toggle();
    });
  }

  get isOn() {
    return this.sheet.dataset.mode === "page";
  }

  toggle() {
    const isOn = !this.isOn;
    this.button.setAttribute("aria-pressed", isOn);
    if (isOn) {
      this.sheet.dataset.mode = "page";
      this.#setAside();
      this.area.focus();
    } else {
      delete this.sheet.dataset.mode;
      for (const element of this.#aside) element.inert = false;
      this.#aside = [];
      if (document.activeElement !== this.area) this.button.focus();
    }
  }

  #setAside() {
    for (let inner = this.sheet; inner !== document.body; inner = inner.parentElement) {
      for (const other of inner.parentElement.children) {
        if (other === inner || other.inert || other.matches("script, #announcer")) continue;
        other.inert = true;
        this.#aside.push(other);
      }
    }
  }
}
