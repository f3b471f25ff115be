// How many words a reader would count: the rule of apps/core/text.py, on the text without its marks.
// Letters of Chinese, Japanese, Thai, Lao, Khmer and Burmese count one each.
const UNSPACED =
  /[\u0e01-\u0e30\u0e32-\u0e33\u0e40-\u0e46\u0e81-\u0eb0\u0ec0-\u0ec6\u1000-\u102a\u1780-\u17b3\u3005-\u3007\u3041-\u3096\u30a1-\u30fa\u3105-\u312f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}]/gu;
const WORD = /[\p{L}\p{N}_](?:[\p{L}\p{N}_\u0300-\u036f]|['’·\-‐](?=[\p{L}\p{N}_]))*/gu;
// Addresses behind links, numbers of a list and boxes of a checklist are not read out either.
const MARKS = /\]\([^()\s]*\)|^[ \t]*(?:\d{1,9}[.)]|[-*+] \[[ xX]\]) /gm;

export function countWords(markdown) {
  const text = markdown.replace(MARKS, "] ");
  const unspaced = text.match(UNSPACED)?.length ?? 0;
  return unspaced + (text.replace(UNSPACED, " ").match(WORD)?.length ?? 0);
}
