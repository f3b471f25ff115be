// Back to a list that had grown while it was read: it grows again, as far as where one was.
const rows = () => document.querySelectorAll(".entry-row").length;

export function keepPlace() {
  addEventListener("click", ({ target }) => {
    if (!rows() || !target.closest?.("a[href]")) return;
    history.replaceState({ ...history.state, rows: rows(), top: scrollY }, "");
  }, true);
  const { rows: wanted = 0, top } = history.state ?? {};
  if (rows() < wanted) goBack(wanted, top);
}

function goBack(wanted, top) {
  if (rows() >= wanted || !document.querySelector("#older")) return scrollTo(0, top);
  // What comes next is fetched when its place is seen.
  document.addEventListener("htmx:after:swap", () => goBack(wanted, top), { once: true });
  return scrollTo(0, document.documentElement.scrollHeight);
}
