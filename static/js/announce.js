// Say something to whoever listens rather than looks.
export function announce(words) {
  const announcer = document.getElementById("announcer");
  // The same words twice are heard twice only when there was silence between.
  announcer.textContent = "";
  setTimeout(() => (announcer.textContent = words), 100);
}
