// Sorting cards: keys and the mouse press the buttons that are there.
import { isBusy } from "./keys.js";

const KIND = "x/card";
const piles = () => [...document.querySelectorAll(".pile")];

document.addEventListener("keydown", pressed);
document.addEventListener("dragstart", ({ target, dataTransfer }) => {
  const card = target.closest?.("[data-card]");
  if (card) dataTransfer.setData(KIND, card.dataset.card);
});
for (const kind of ["enter", "over", "leave", "end"]) document.addEventListener(`drag${kind}`, dragged);
document.addEventListener("drop", dragged);

function pressed(event) {
  if (isBusy(event)) return;
  const buttons = piles();
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (step && buttons.length && event.target.matches(".pile, body, main")) {
    const isMirrored = /[LR]/.test(event.key) && getComputedStyle(buttons[0]).direction === "rtl";
    const from = buttons.indexOf(event.target);
    event.preventDefault();
    buttons[from < 0 ? 2 : isMirrored ? from - step : from + step]?.focus();
  } else if (document.documentElement.dataset.shortcuts !== "off") {
    const button = event.key === "u" ? document.getElementById("undo") : buttons[event.key - 1];
    button?.focus();
    button?.click();
  }
}

function dragged(event) {
  const over = event.dataTransfer.types.includes(KIND) && event.target.closest?.(".pile");
  for (const pile of piles()) pile.classList.toggle("over", pile === over && /enter|over/.test(event.type));
  if (!over) return;
  event.preventDefault();
  if (event.type !== "drop") return;
  const { card, pile } = document.getElementById("move").elements;
  card.value = event.dataTransfer.getData(KIND);
  pile.value = over.value;
  card.form.requestSubmit();
}
