// Ctrl-K, or Cmd-K: going anywhere by a few letters. What is found are links, as on the page /go/; here
// the arrows move among them while the letters are typed (ARIA authoring practices, combobox).
import { isCommand } from "./keys.js";

export function openPalette(dialog) {
  const text = document.getElementById("palette-text");
  if (!text) return;
  listenForArrows(text);
  document.addEventListener("keydown", (event) => {
    if (!isCommand(event) || event.key.toLowerCase() !== "k" || event.defaultPrevented || event.isComposing) return;
    event.preventDefault();
    show(dialog, text);
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-palette]");
    if (!link || !dialog || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    show(dialog, text);
  });
  dialog?.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close(); // beside it
  });
}

function show(dialog, text) {
  if (!dialog) text.focus(); // the page itself
  else if (!dialog.open && !document.querySelector("dialog[open]")) {
    dialog.showModal();
    text.focus();
    text.form.requestSubmit();
  }
  text.select();
}

function listenForArrows(text) {
  const ways = () => [...document.querySelectorAll("#palette-found .way")];
  const current = () => document.querySelector("#palette-found .way[data-at]");
  text.setAttribute("aria-controls", "palette-found");
  const point = (way) => {
    current()?.removeAttribute("data-at");
    if (!way) return text.removeAttribute("aria-activedescendant");
    way.dataset.at = "";
    way.id ||= `way-${ways().indexOf(way)}`;
    text.setAttribute("aria-activedescendant", way.id);
    way.scrollIntoView({ block: "nearest" });
  };
  text.addEventListener("input", () => point(null));
  text.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const all = ways();
    const at = all.indexOf(current());
    const to = { ArrowDown: at + 1, ArrowUp: at < 0 ? all.length - 1 : at - 1 }[event.key];
    if (to !== undefined && all.length) {
      event.preventDefault();
      point(all[(to + all.length) % all.length]);
    } else if (event.key === "Escape" && text.closest("dialog")) {
      event.preventDefault(); // a first Esc would only empty the field
      text.closest("dialog").close();
    } else if (event.key === "Enter" && (at >= 0 || text.value.trim())) {
      const way = all[Math.max(at, 0)];
      if (!way) return;
      event.preventDefault();
      way.click();
    }
  });
}
