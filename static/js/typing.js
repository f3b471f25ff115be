// The keys and buttons that write Markdown. Every change goes through the browser's own editing, so
// that its undo knows it; nothing is touched while a letter is being composed.
import { isCommand } from "./keys.js";
import { indented, linked, mark, nextItem } from "./marks.js";

const KEYS = { b: "bold", i: "italic", k: "link" };

export function helpTyping(area, toolbar) {
  const change = (edit) => edit && apply(area, edit);
  let mayLeave = false; // after Escape, Tab leaves the text wherever the caret is

  area.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    const { key, shiftKey } = event;
    const { value, selectionStart: start, selectionEnd: end } = area;
    let edit = null;
    if (isCommand(event) && key.toLowerCase() === "k" && start === end) return; // goes elsewhere (palette.js)
    if (isCommand(event) && KEYS[key.toLowerCase()]) edit = mark(KEYS[key.toLowerCase()], value, start, end);
    else if (event.ctrlKey || event.metaKey || event.altKey) return;
    else if (key === "Enter" && !shiftKey) edit = nextItem(value, start, end);
    else if (key === "Tab" && !mayLeave) edit = indented(value, start, end, !shiftKey);
    if (key !== "Shift") mayLeave = key === "Escape";
    if (edit) {
      event.preventDefault();
      change(edit);
    }
  });

  area.addEventListener("paste", (event) => {
    const pasted = event.clipboardData?.getData("text/plain") ?? "";
    const edit = linked(area.value, area.selectionStart, area.selectionEnd, pasted);
    if (!edit) return;
    event.preventDefault();
    change(edit);
  });

  toolbar.addEventListener("click", (event) => {
    const kind = event.target.closest("[data-mark]")?.dataset.mark;
    if (kind) change(mark(kind, area.value, area.selectionStart, area.selectionEnd));
  });
  // A press on a button leaves the caret, and a phone's keyboard, where they are.
  toolbar.addEventListener("mousedown", (event) => {
    if (event.target.closest("[data-mark]") && document.activeElement === area) event.preventDefault();
  });
}

// One stop for Tab; the arrows move within (ARIA authoring practices, toolbar).
export function rove(toolbar) {
  const tools = () => [...toolbar.querySelectorAll("button")].filter((tool) => !tool.disabled);
  const point = (tool) => {
    for (const other of toolbar.querySelectorAll("button")) other.tabIndex = other === tool ? 0 : -1;
  };
  point(tools()[0]);
  toolbar.addEventListener("focusin", ({ target }) => point(target));
  toolbar.addEventListener("keydown", (event) => {
    const all = tools();
    const at = all.indexOf(event.target);
    const isLeft = getComputedStyle(toolbar).direction === "rtl" ? "ArrowRight" : "ArrowLeft";
    const isRight = isLeft === "ArrowLeft" ? "ArrowRight" : "ArrowLeft";
    const next = { [isLeft]: at - 1, [isRight]: at + 1, Home: 0, End: all.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    all[(next + all.length) % all.length].focus();
  });
  return point;
}

export function apply(area, { from, to, text, start, end }) {
  area.focus();
  area.setSelectionRange(from, to);
  // Deprecated, and the only way there is to change a field so that Ctrl-Z takes it back.
  const isDone =
    from === to && !text ? true : document.execCommand(text ? "insertText" : "delete", false, text);
  if (!isDone) {
    area.setRangeText(text, from, to, "end");
    area.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
  area.setSelectionRange(start, end);
}
