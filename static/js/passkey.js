// <tl-passkey>: says it in words when the browser and the device did not come to terms about a
// passkey. allauth's scripts do the talking and announce what went wrong as "allauth.error".
class Passkey extends HTMLElement {
  connectedCallback() {
    if (!window.PublicKeyCredential) this.show("missing");
    document.addEventListener("allauth.error", (event) => {
      event.preventDefault();
      this.show("failed");
    });
  }

  show(what) {
    for (const notice of this.querySelectorAll("[data-when]")) {
      notice.hidden = notice.dataset.when !== what;
    }
  }
}

customElements.define("tl-passkey", Passkey);
