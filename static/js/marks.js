// Writing Markdown: what a key or a button does to a text. Pure: each function takes the text and
// the selection, and gives {from, to, text, start, end}, the piece to replace and what is selected
// afterwards; or null when it has nothing to do here.
const ITEM = /^([ \t]*)([-*+]|\d{1,9}[.)])([ \t]+)(\[[ xX]\][ \t]+)?/;
const STARS = { bold: 2, italic: 1 };

export function mark(kind, value, start, end) {
  if (kind in STARS) return emphasise(value, start, end, STARS[kind]);
  if (kind === "link") return link(value, start, end);
  return prefix(value, start, end, PREFIXES[kind]);
}

// Enter at the end of an item begins the next; in an empty one it ends the list.
export function nextItem(value, start, end) {
  const from = lineStart(value, start);
  const line = value.slice(from, lineEnd(value, start));
  const found = ITEM.exec(line);
  if (!found || start !== end || start - from < found[0].length) return null;
  const [marker, indent, bullet, gap, box] = found;
  if (line.trimEnd().length <= marker.trimEnd().length) {
    if (indent) return indented(value, start, end, false);
    return { from, to: from + line.length, text: "", start: from, end: from };
  }
  const number = /^\d+/.exec(bullet);
  const next = number ? `${Number(number[0]) + 1}${bullet.slice(number[0].length)}` : bullet;
  const text = `\n${indent}${next}${gap}${box ? "[ ] " : ""}`;
  return { from: start, to: start, text, start: start + text.length, end: start + text.length };
}

// Tab and Shift-Tab move items of a list, and nothing else.
export function indented(value, start, end, isDeeper) {
  const from = lineStart(value, start);
  const to = lineEnd(value, Math.max(start, end - (end > start && value[end - 1] === "\n" ? 1 : 0)));
  const lines = value.slice(from, to).split("\n");
  if (!lines.every((line) => ITEM.test(line) || !line.trim())) return null;
  const first = ITEM.exec(lines.find((line) => line.trim()) ?? "");
  if (!first || (!isDeeper && !first[1])) return null;
  const step = isDeeper ? depthAfter(value, from, first[1].length) : -depthBefore(value, from, first[1].length);
  const moved = lines.map((line) => {
    const width = /^[ \t]*/.exec(line)[0].length;
    return line.trim() ? " ".repeat(Math.max(0, width + step)) + line.slice(width) : line;
  });
  const text = moved.join("\n");
  const delta = moved[0].length - lines[0].length;
  return {
    from,
    to,
    text,
    start: Math.max(from, start + delta),
    end: start === end ? Math.max(from, start + delta) : end + text.length - (to - from),
  };
}

// An address pasted over words makes a link of them.
export function linked(value, start, end, pasted) {
  const address = pasted.trim();
  const words = value.slice(start, end);
  if (!words.trim() || /\n/.test(words) || !isAddress(address) || isAddress(words.trim())) return null;
  const text = `[${words}](${target(address)})`;
  return { from: start, to: end, text, start: start + text.length, end: start + text.length };
}

function emphasise(value, start, end, stars) {
  if (/\n/.test(value.slice(start, end))) return emphasiseLines(value, start, end, stars);
  if (start === end) [start, end] = wordAt(value, start);
  else [start, end] = trimmed(value, start, end);
  const before = /\**$/.exec(value.slice(0, start))[0].length;
  const after = /^\**/.exec(value.slice(end))[0].length;
  const around = Math.min(before, after, 3);
  const wears = stars === 2 ? around >= 2 : around % 2 === 1;
  const words = value.slice(start, end);
  if (wears) {
    return { from: start - stars, to: end + stars, text: words, start: start - stars, end: end - stars };
  }
  const ring = "*".repeat(stars);
  return { from: start, to: end, text: ring + words + ring, start: start + stars, end: end + stars };
}

// Emphasis cannot reach from one paragraph into the next, so each line wears its own.
function emphasiseLines(value, start, end, stars) {
  const ring = "*".repeat(stars);
  const text = value
    .slice(start, end)
    .split("\n")
    .map((line) => {
      const lead = (ITEM.exec(line) ?? /^\s*(?:#{1,6} |> )?/.exec(line))[0];
      const words = line.slice(lead.length).trimEnd();
      return words ? lead + ring + words + ring + line.slice(lead.length + words.length) : line;
    })
    .join("\n");
  return { from: start, to: end, text, start, end: start + text.length };
}

function link(value, start, end) {
  if (start === end) [start, end] = wordAt(value, start);
  const words = value.slice(start, end);
  if (isAddress(words)) {
    return { from: start, to: end, text: `[](${target(words)})`, start: start + 1, end: start + 1 };
  }
  const text = `[${words}](https://)`;
  const inside = words ? start + text.length - 1 : start + 1;
  return { from: start, to: end, text, start: words ? inside - 8 : inside, end: inside };
}

// Each line in the selection gets the mark, or loses it when all of them have it.
function prefix(value, start, end, kind) {
  const from = lineStart(value, start);
  const to = lineEnd(value, end);
  const lines = value.slice(from, to).split("\n");
  const isAlone = lines.length === 1;
  const written = lines.filter((line) => isAlone || line.trim());
  const next = kind(written);
  const changed = lines.map((line) => (isAlone || line.trim() ? next(line) : line));
  const text = changed.join("\n");
  if (start === end) {
    const caret = Math.max(from, start + text.length - (to - from));
    return { from, to, text, start: caret, end: caret };
  }
  return { from, to, text, start: from, end: from + text.length };
}

const PREFIXES = {
  heading(lines) {
    const level = Math.min(...lines.map((line) => /^#*(?= )/.exec(line)?.[0].length ?? 0));
    const mark = level < 3 ? `${"#".repeat(level + 1)} ` : "";
    return (line) => mark + line.replace(/^#{1,6} +/, "");
  },
  list: (lines) => listed(lines, (found) => found && !found[4], "- "),
  tasks: (lines) => listed(lines, (found) => found?.[4], "- [ ] "),
  quote(lines) {
    const isQuoted = lines.every((line) => line.startsWith(">"));
    return (line) => (isQuoted ? line.replace(/^> ?/, "") : `> ${line}`);
  },
};

function listed(lines, isSuch, marker) {
  const isListed = lines.every((line) => isSuch(ITEM.exec(line)));
  return (line) => {
    const [lead, indent] = ITEM.exec(line) ?? /^([ \t]*)/.exec(line);
    return indent + (isListed ? "" : marker) + line.slice(lead.length);
  };
}

// Under the item above it, an item begins where that one's words begin (CommonMark 5.2).
function depthAfter(value, from, indent) {
  const above = ITEM.exec(value.slice(lineStart(value, from - 1), Math.max(0, from - 1)));
  if (from === 0 || !above || above[1].length < indent) return 2;
  return Math.max(1, above[1].length + above[2].length + above[3].length - indent);
}

function depthBefore(value, from, indent) {
  for (const line of value.slice(0, from).split("\n").reverse()) {
    const found = ITEM.exec(line);
    if (found && found[1].length < indent) return indent - found[1].length;
  }
  return indent;
}

function wordAt(value, at) {
  const before = /[\p{L}\p{M}\p{N}_]*$/u.exec(value.slice(Math.max(0, at - 100), at))[0].length;
  const after = /^[\p{L}\p{M}\p{N}_]*/u.exec(value.slice(at, at + 100))[0].length;
  return before && after ? [at - before, at + after] : [at, at];
}

function trimmed(value, start, end) {
  const words = value.slice(start, end);
  if (!words.trim()) return [start, end];
  return [start + words.length - words.trimStart().length, end - (words.length - words.trimEnd().length)];
}

const isAddress = (text) => /^(?:https?:\/\/|mailto:)[^\s<>]+$/i.test(text);
const target = (address) => (/[()]/.test(address) ? `<${address}>` : address);
const lineStart = (value, at) => (at <= 0 ? 0 : value.lastIndexOf("\n", at - 1) + 1);
const lineEnd = (value, at) => (value.indexOf("\n", at) + 1 || value.length + 1) - 1;
