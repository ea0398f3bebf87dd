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
})();
