// Ctrl, or Cmd where there is one, and no other key that would make it mean something else.
const isMac = /Mac|iP(?:hone|ad|od)/.test(navigator.platform);
export const isCommand = ({ ctrlKey, metaKey, shiftKey, altKey }) => (isMac ? metaKey : ctrlKey) && !shiftKey && !altKey;

// Whether a key belongs to a chord, a text or a dialog.
export const isBusy = ({ ctrlKey, metaKey, altKey, isComposing, repeat, target }) =>
  ctrlKey || metaKey || altKey || isComposing || repeat || target.isContentEditable ||
  target.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=button], [type=submit])") ||
  document.querySelector("dialog[open]");
