// When htmx gets no answer it can show, the page says so in words, and everything stays as it is.
(() => {
  const words = () => document.getElementById("failures");

  const say = (kind) => {
    const region = words();
    region.querySelectorAll("p").forEach((line) => {
      line.hidden = line.dataset.kind !== kind;
    });
    region.hidden = false;
  };

  document.addEventListener("htmx:response:error", (event) => {
    const status = event.detail.ctx?.response?.status;
    if (status !== 422) say(status === 404 ? "gone" : status === 401 || status === 403 ? "closed" : "server");
  });
  document.addEventListener("htmx:error", () => say("connection"));
  document.addEventListener("htmx:after:swap", () => {
    words().hidden = true;
  });
})();
