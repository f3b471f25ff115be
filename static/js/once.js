// A form is sent once, however often its button is pressed.
document.addEventListener("submit", (event) => {
  if ("sent" in event.target.dataset) event.preventDefault();
  else event.target.dataset.sent = "";
});
// A page that comes back from the browser's memory may be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});
