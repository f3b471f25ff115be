// What htmx's own settings cannot say. Loaded after htmx, before it starts. See docs/htmx.md.
(() => {
  const same = (html) => html;
  const rules = { createHTML: same, createScript: () => "" };
  const policy = window.trustedTypes?.createPolicy("throughline-htmx", rules) ?? rules;

  function Refused() {
    throw new Error("Code in attributes is not run here.");
  }

  htmx.registerExtension("throughline", {
    init: (api) => api.initSecurity(policy, Refused, Refused),

    // The address of the page is not needed, and a search is part of an address.
    htmx_config_request: (element, { ctx }) => {
      delete ctx.request.headers["HX-Current-URL"];
    },

    // An answer that is not swapped must not push its address or swap its other regions either.
    // Scripts in an answer would run under 'strict-dynamic', because it is htmx that inserts them.
    htmx_before_swap: (element, { ctx, tasks }) => {
      if (ctx.swap === "none" && ctx.response?.status >= 400) return false;
      for (const task of tasks) {
        task.fragment.querySelectorAll("script").forEach((script) => script.remove());
      }
    },
  });

  // htmx 4.0.1 cancels Ctrl-, Cmd- and Shift-click on a link and then does nothing itself.
  document.addEventListener(
    "click",
    (event) => {
      const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey;
      if (elsewhere && event.target.closest("a[href]")) event.stopImmediatePropagation();
    },
    true,
  );
})();
