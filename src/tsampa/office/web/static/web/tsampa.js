// Pictures of numbers, drawn where ECharts is on the page; without it their tables stay open.
(() => {
  "use strict";
  const drawn = [];
  // ECharts reckons the room of labels as of sans-serif: another font before it, or an inherited one, is cut off or overlaps.
  const FONT = 'sans-serif, "Tsampa Han", "Tsampa Tibetan"';
  // As a picture, not as a part of the page: its styles would be refused by our policy, and a name in it is text only.
  const DRAWN = { renderMode: "richText", confine: true };

  function draw(figure) {
    const place = figure.querySelector(".chart-place");
    const told = document.getElementById(figure.dataset.chart);
    if (!place || !told || place.dataset.drawn || !window.echarts) return;
    place.dataset.drawn = "1";
    place.hidden = false;
    figure.querySelector("details.chart-table")?.removeAttribute("open");
    const option = JSON.parse(told.textContent);
    if (option.map) window.echarts.registerMap(option.map.name, option.map.geo);
    const chart = window.echarts.init(place, null, { renderer: "svg" });
    chart.setOption({ animation: false, textStyle: { fontFamily: FONT }, ...option.chart, tooltip: { ...DRAWN, ...option.chart.tooltip } });
    const links = option.links || {};
    chart.on("click", (event) => { const to = links[event.name]; if (to) window.location.assign(to); });
    drawn.push(chart);
  }

  function drawAll(root) { root.querySelectorAll("figure.chart").forEach(draw); }

  // What scrolls by itself can be scrolled by keys.
  function reachable(root) {
    root.querySelectorAll(".table-responsive").forEach((one) => {
      if (one.scrollWidth > one.clientWidth) one.tabIndex = 0;
      else one.removeAttribute("tabindex");
    });
  }

  const watched = new ResizeObserver(() => reachable(document));

  function attend(root) {
    drawAll(root);
    root.querySelectorAll(".table-responsive").forEach((one) => watched.observe(one));
    reachable(document);
  }

  document.addEventListener("DOMContentLoaded", () => attend(document));
  document.addEventListener("htmx:afterSwap", (event) => attend(event.target));
  window.addEventListener("resize", () => drawn.forEach((one) => one.resize()));

  // A form is sent once: a second click while it is on its way does nothing.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
  });
  // Back from the browser's memory, the form may be sent again.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-sent]").forEach((one) => delete one.dataset.sent);
  });
  // Lists that filter when something is chosen; with a button for who has no script.
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-auto]");
    if (form) form.requestSubmit();
  });
})();
