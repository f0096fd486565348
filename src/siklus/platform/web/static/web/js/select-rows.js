// Rows of a [data-selectable] are ticked by data-select-row; Shift takes a range; the bulk bar counts.
import { $, $$, on } from "./core.js";

let last = null;

function refresh(area) {
  const ticks = $$("[data-select-row]", area);
  const chosen = ticks.filter((tick) => tick.checked);
  ticks.forEach((tick) => tick.closest("tr, [data-row]")?.classList.toggle("is-selected", tick.checked));
  const all = $("[data-select-all]", area);
  if (all) {
    all.checked = chosen.length > 0 && chosen.length === ticks.length;
    all.indeterminate = chosen.length > 0 && !all.checked;
  }
  const bar = $("[data-bulk]", area);
  if (!bar) return;
  bar.hidden = chosen.length === 0;
  $("[data-bulk-count]", bar).textContent = chosen.length;
  $$("[data-bulk-two]", bar).forEach((button) => { button.hidden = chosen.length !== 2; });
  const everything = $("[data-select-everything]", bar);
  if (everything && !(all?.checked)) everything.checked = false;
}

function set(area, checked) {
  $$("[data-select-row]", area).forEach((tick) => { tick.checked = checked; });
  refresh(area);
}

on("click", "[data-select-row]", (event, tick) => {
  const area = tick.closest("[data-selectable]");
  if (!area) return;
  const ticks = $$("[data-select-row]", area);
  if (event.shiftKey && last && ticks.includes(last)) {
    const [a, b] = [ticks.indexOf(last), ticks.indexOf(tick)].sort((x, y) => x - y);
    ticks.slice(a, b + 1).forEach((one) => { one.checked = tick.checked; });
  }
  last = tick;
  refresh(area);
});
on("change", "[data-select-all]", (event, all) => set(all.closest("[data-selectable]"), all.checked));
on("change", "[data-select-everything]", (event, tick) => { if (tick.checked) { set(tick.closest("[data-selectable]"), true); tick.checked = true; } });
on("click", "[data-select-none]", (event, button) => set(button.closest("[data-selectable]"), false));
on("keydown", "[data-selectable]", (event, area) => {
  if (event.key === "Escape" && $("[data-select-row]:checked", area)) { event.preventDefault(); set(area, false); }
});
document.addEventListener("htmx:afterSettle", () => $$("[data-selectable]").forEach(refresh));
$$("[data-selectable]").forEach(refresh);
