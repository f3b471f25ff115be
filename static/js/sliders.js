// Sliders say their number while they are pushed; without a script they have only their ends.
export function helpSliding() {
  document.addEventListener("input", ({ target }) => {
    if (target.type !== "range") return;
    const said = target.parentElement.querySelector("output");
    if (said) said.value = target.value;
  });
}
