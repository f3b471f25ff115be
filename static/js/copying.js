// <tl-copy>: its button copies the words of its .secret. Without a clipboard there is no button; the
// words can be chosen with one click all the same.
class Copying extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    if (!navigator.clipboard) return button.remove();
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(this.querySelector(".secret").textContent);
      button.lastChild.textContent = this.dataset.copied;
      document.getElementById("announcer").textContent = this.dataset.copied;
    });
  }
}

customElements.define("tl-copy", Copying);
