// Sliders say their number while they are pushed.
export function helpSliding() {
  document.addEventListener("input", ({ target }) => {
    if (target.type === "range") target.parentElement.querySelector("output").value = target.value;
  });
}
