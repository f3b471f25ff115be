// Sorting cards: keys and the mouse press the buttons that are there. Without a script, so do people.
import { isTyping } from "./hotkeys.js";

export function helpSorting() {
  if (!document.getElementById("table")) return;
  document.addEventListener("keydown", pressed);
  // The table is replaced with each card; what listens stands above it.
  document.addEventListener("dragstart", ({ target, dataTransfer }) => {
    const card = target.closest?.("[data-card]");
    if (card) dataTransfer.setData(KIND, card.dataset.card);
  });
  for (const kind of ["dragenter", "dragover", "dragleave", "drop", "dragend"]) {
    document.addEventListener(kind, dragged);
  }
}

const KIND = "text/x-card";
const piles = () => [...document.querySelectorAll(".pile")];

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTyping(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  const buttons = piles();
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (step && buttons.length && (event.target.matches(".pile") || event.target.matches("body, main"))) {
    const forward = getComputedStyle(buttons[0]).direction === "rtl" && event.key !== "ArrowUp" && event.key !== "ArrowDown" ? -step : step;
    const from = buttons.indexOf(event.target);
    const to = from < 0 ? 2 : Math.min(Math.max(from + forward, 0), buttons.length - 1);
    event.preventDefault();
    buttons[to].focus();
  } else if (document.documentElement.dataset.shortcuts !== "off") {
    const button = event.key === "u" ? document.getElementById("undo") : buttons[Number(event.key) - 1];
    if (!button) return;
    event.preventDefault();
    button.focus();
    button.click();
  }
}

function dragged(event) {
  const over = event.type !== "dragend" && event.dataTransfer.types.includes(KIND) && event.target.closest?.(".pile");
  for (const pile of piles()) pile.classList.toggle("over", pile === over && event.type !== "drop" && event.type !== "dragleave");
  if (!over) return;
  event.preventDefault();
  if (event.type !== "drop") return;
  const { card, pile } = document.getElementById("move").elements;
  card.value = event.dataTransfer.getData(KIND);
  pile.value = over.value;
  card.form.requestSubmit();
}
