// Search in a website of a journal that lies on a disk. A page there may fetch nothing, so the words
// come as scripts, one after another, the latest first. They are read when somebody looks for
// something, and stay for whatever is looked for next.

const form = document.getElementById("search");
const input = form.elements.q;
const count = document.getElementById("count");
const found = document.getElementById("found");
const more = document.getElementById("more");
const language = document.documentElement.lang;
const AT_ONCE = 50;
// Letters before the first word that was looked for, and all that are shown.
const BEFORE = 80;
const SHOWN = 260;

const entries = [];
let unread = Number(form.dataset.shards);
let isReading = false;
let words = [];
let hits = [];
let looked = 0;
let shown = 0;
let wanted = AT_ONCE;

// Neither accents nor capitals count; ß in capitals is SS.
function folded(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toUpperCase().toLowerCase();
}

// Where in a text each letter of its folded form stands: folding makes two of some, and none of others.
function placesIn(text) {
  const places = [];
  let at = 0;
  for (const letter of text) {
    places.push(...Array(folded(letter).length).fill(at));
    at += letter.length;
  }
  places.push(text.length);
  return places;
}

function read() {
  if (isReading || unread === 0) return;
  isReading = true;
  unread -= 1;
  const script = document.createElement("script");
  script.addEventListener("load", () => {
    for (const [place, day, title, text, names] of window.throughline.pop().reverse()) {
      entries.push({ place, day, title, text, all: folded(`${title}\n${names}\n${text}`) });
    }
    goOn();
  });
  script.addEventListener("error", goOn);
  script.src = `../search/${unread}.js`;
  document.head.append(script);
}

function goOn() {
  isReading = false;
  look();
  read();
}

function begin() {
  words = folded(input.value).split(/\s+/u).filter(Boolean);
  hits = [];
  looked = shown = 0;
  wanted = AT_ONCE;
  found.replaceChildren();
  history.replaceState(null, "", `#${encodeURIComponent(input.value)}`);
  look();
  if (words.length) read();
}

// What was read since it was looked at last; what is shown already stays where it is.
function look() {
  if (words.length) {
    for (const entry of entries.slice(looked)) {
      if (words.every((word) => entry.all.includes(word))) hits.push(entry);
    }
    looked = entries.length;
  }
  show();
}

function show() {
  for (const entry of hits.slice(shown, wanted)) found.append(rowOf(entry));
  shown = Math.min(wanted, hits.length);
  more.hidden = shown === hits.length;
  count.textContent = said();
}

function said() {
  const { one, many, none, looking } = count.dataset;
  if (!words.length) return "";
  if (!hits.length) return isReading || unread ? looking : none;
  return hits.length === 1 ? one : many.replace("%d", hits.length.toLocaleString(language));
}

function rowOf(entry) {
  const [year, month, day] = entry.day.split("-").map(Number);
  const time = document.createElement("time");
  time.dateTime = entry.day;
  time.textContent = new Date(year, month - 1, day).toLocaleDateString(language, { dateStyle: "long" });
  const link = document.createElement("a");
  link.className = "name";
  link.dir = "auto";
  link.href = entry.place;
  const row = document.createElement("li");
  row.append(link);
  if (entry.title) {
    mark(link, entry.title);
    time.className = "quiet";
    row.append(time);
  } else {
    link.append(time);
  }
  const excerpt = document.createElement("p");
  excerpt.className = "excerpt";
  excerpt.dir = "auto";
  excerptOf(excerpt, entry.text);
  row.append(excerpt);
  return row;
}

function excerptOf(element, text) {
  const all = folded(text);
  const first = Math.min(...words.map((word) => all.indexOf(word)).filter((at) => at >= 0), all.length);
  const place = first < all.length ? placesIn(text)[first] : 0;
  const start = place > BEFORE ? text.indexOf(" ", place - BEFORE) + 1 : 0;
  const end = start + SHOWN < text.length ? text.lastIndexOf(" ", start + SHOWN) : text.length;
  if (start > 0) element.append("… ");
  mark(element, text.slice(start, end > start ? end : start + SHOWN));
  if (end < text.length) element.append(" …");
}

// The text, with whatever was looked for marked.
function mark(element, text) {
  const all = folded(text);
  const places = placesIn(text);
  let at = 0;
  while (at < all.length) {
    let next = all.length;
    let length = 0;
    for (const word of words) {
      const here = all.indexOf(word, at);
      if (here >= 0 && (here < next || (here === next && word.length > length))) {
        next = here;
        length = word.length;
      }
    }
    element.append(text.slice(places[at], places[next]));
    if (length) {
      const marked = document.createElement("mark");
      marked.textContent = text.slice(places[next], places[next + length]);
      element.append(marked);
    }
    at = next + length;
  }
}

let waiting;
input.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(begin, 120);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(waiting);
  begin();
});
more.addEventListener("click", () => {
  wanted += AT_ONCE;
  show();
});

// Whoever comes back from an entry finds what they looked for.
if (location.hash.length > 1) {
  input.value = decodeURIComponent(location.hash.slice(1));
  begin();
}
