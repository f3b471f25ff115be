// Keys for the whole page: what they do stands in the dialog that lists them, and nowhere else.
import { isBusy } from "./keys.js";

const CHORD_WITHIN = 1200;

export function listenForKeys(dialog) {
  if (document.documentElement.dataset.shortcuts === "off") return;
  const places = new Map([...dialog.querySelectorAll("[data-keys]")].map((place) => [place.dataset.keys, place]));
  let typed = "";
  let timer;
  document.addEventListener("keydown", (event) => {
    if (event.key.length !== 1 || isBusy(event)) return;
    clearTimeout(timer);
    typed = places.has(`${typed} ${event.key}`) ? `${typed} ${event.key}` : event.key;
    const place = places.get(typed);
    if (place) {
      event.preventDefault();
      typed = "";
      if (place.href) place.click();
      else dialog.showModal();
    } else timer = setTimeout(() => (typed = ""), CHORD_WITHIN);
  });
}
