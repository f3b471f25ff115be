// Whether a key belongs to a chord, a text or a dialog.
export const isBusy = ({ ctrlKey, metaKey, altKey, isComposing, repeat, target }) =>
  ctrlKey || metaKey || altKey || isComposing || repeat || target.isContentEditable ||
  target.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=button], [type=submit])") ||
  document.querySelector("dialog[open]");
