// <tl-time-zone> around the select of time zones: offers the zone this device is set to. When none
// is chosen yet it is put in; otherwise a button proposes it. Without a script the select does.
class TimeZone extends HTMLElement {
  connectedCallback() {
    const select = this.querySelector("select");
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (!select || !zone || select.value === zone) return;
    if (!select.value) this.choose(select, zone);
    else this.propose(select, zone);
  }

  choose(select, zone) {
    if (![...select.options].some((option) => option.value === zone)) select.add(new Option(zone));
    select.value = zone;
  }

  propose(select, zone) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn small start";
    button.textContent = this.dataset.use.replace("%", zone.replaceAll("_", " "));
    button.addEventListener("click", () => {
      this.choose(select, zone);
      button.remove();
      select.focus();
    });
    this.append(button);
  }
}

customElements.define("tl-time-zone", TimeZone);
