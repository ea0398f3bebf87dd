// In a row's buttons, 1, 2, 3 … choose a person and 0 none of them; without a script Tab and Enter do.
(() => {
  "use strict";
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || !/^[0-9]$/.test(event.key)) return;
    const form = event.target.closest ? event.target.closest("form[data-doubt]") : null;
    const button = form ? form.querySelector(`button[data-key="${event.key}"]`) : null;
    if (!button) return;
    event.preventDefault();
    form.requestSubmit(button);
  });
  // After a decision the next row that is still in doubt has the focus.
  document.addEventListener("DOMContentLoaded", () => {
    const decided = /^#row-[0-9]+$/.test(window.location.hash) ? document.querySelector(window.location.hash) : null;
    if (!decided) return;
    const rows = [...document.querySelectorAll("section.doubt")];
    const next = rows.slice(rows.indexOf(decided) + 1).find((one) => !("decided" in one.dataset)) || decided;
    next.querySelector("button[data-key]")?.focus();
  });
})();
