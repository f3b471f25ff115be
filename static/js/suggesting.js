// While somebody types #tag or @name: their tags and people of that beginning, in a list beside the
// caret. It takes a key only once something in it is chosen, and writes as a hand would.
import { announce } from "./announce.js";
import { apply } from "./typing.js";

const REST = 120;
// As apps/journal/mentions.py reads them, up to the caret.
const BEGUN = /(?<![\p{L}\p{N}_/&@#.])([#@])(?:["“]([^"”\n]{1,64})|([\p{L}\p{N}_][\p{L}\p{N}\p{M}_/&.'’·–-]{0,63}|))$/u;
const LOOKS = ["font", "letterSpacing", "lineHeight", "padding", "border", "tabSize", "direction", "boxSizing"];

export function suggest(host, area, session) {
  const list = host.querySelector("[role=listbox]");
  const known = new Map();
  let begun = null;
  let chosen = -1;
  let timer;

  const close = () => {
    clearTimeout(timer);
    begun = null;
    list.hidden = true;
    area.removeAttribute("aria-activedescendant");
  };

  const choose = (at) => {
    const options = [...list.children];
    chosen = (at + options.length) % options.length;
    for (const [number, option] of options.entries()) option.ariaSelected = number === chosen;
    area.setAttribute("aria-activedescendant", options[chosen].id);
    options[chosen].scrollIntoView({ block: "nearest" });
  };

  const look = () => {
    const at = area.selectionEnd;
    const found = BEGUN.exec(area.value.slice(Math.max(0, at - 80), at));
    if (!found || area.selectionStart !== at) return close();
    const [typed, mark, quoted, plain] = found;
    const said = quoted ?? plain;
    // A mark that begins a line may begin a heading.
    if (!said && mark === "#") return close();
    begun = { from: at - typed.length, to: at };
    clearTimeout(timer);
    const asked = begun;
    timer = setTimeout(async () => {
      const key = mark + said;
      // No connection, logged out: then nothing is suggested, and nothing is said about it.
      if (!known.has(key)) {
        const { found: names } = await session.post(host.dataset.suggest, { mark, said });
        if (names) known.set(key, names);
      }
      if (asked === begun) show(known.get(key) ?? []);
    }, REST);
  };

  const show = (names) => {
    if (!names.length) return close();
    list.replaceChildren(...names.map(({ name, text }, number) => {
      const option = Object.assign(document.createElement("li"), { id: `${list.id}-${number}`, textContent: name, role: "option" });
      option.dataset.text = text;
      return option;
    }));
    chosen = -1;
    list.hidden = false;
    place(list, area, begun.from);
    announce(host.dataset.saidSuggestions.replace("%", names.length));
  };

  const take = (option) => {
    const { from, to } = begun;
    const text = option.dataset.text + (/^\s/.test(area.value.slice(to)) ? "" : " ");
    apply(area, { from, to, text, start: from + text.length, end: from + text.length });
    close();
  };

  area.addEventListener("input", look);
  area.addEventListener("blur", close);
  area.addEventListener("click", close);
  area.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return;
    const { key } = event;
    if (key === "ArrowDown") choose(chosen + 1);
    else if (key === "ArrowUp") choose(chosen < 0 ? -1 : chosen - 1);
    else if (key === "Escape") close();
    else if (chosen >= 0 && (key === "Enter" || key === "Tab")) take(list.children[chosen]);
    else {
      if (key.length > 1 && key !== "Backspace") close();
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
  });
  // A press leaves the caret, and a phone's keyboard, where they are.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", ({ target }) => target.role === "option" && take(target));
}

// Below the line with the mark; above it where there is no room.
function place(list, area, at) {
  const mirror = document.createElement("div");
  const look = getComputedStyle(area);
  for (const name of LOOKS) mirror.style[name] = look[name];
  mirror.className = "mirror";
  mirror.style.width = `${area.offsetWidth}px`;
  mirror.textContent = area.value.slice(0, at);
  const caret = mirror.appendChild(document.createElement("span"));
  caret.textContent = area.value[at];
  area.after(mirror);
  const { offsetTop, offsetLeft, offsetHeight } = caret;
  mirror.remove();
  const top = area.offsetTop + offsetTop - area.scrollTop;
  const below = area.getBoundingClientRect().top + offsetTop - area.scrollTop + offsetHeight;
  const isAbove = below + list.offsetHeight > innerHeight - 120 && below > list.offsetHeight + 2 * offsetHeight;
  list.style.top = `${isAbove ? top - list.offsetHeight : top + offsetHeight}px`;
  list.style.left = `${Math.max(8, Math.min(area.offsetLeft + offsetLeft, area.offsetWidth - list.offsetWidth - 8))}px`;
}
