// A click or Enter on a cell of a list loads its form in place; Enter saves, Escape restores. Arrows walk the cells.
import { $, $$, on } from "../web/js/core.js";

const kept = new WeakMap();

function restore(cell) {
  if (!kept.has(cell)) return;
  cell.replaceChildren(...kept.get(cell));
  kept.delete(cell);
  cell.classList.remove("is-edited");
  cell.tabIndex = -1;
  cell.focus();
}

async function edit(cell) {
  const row = cell.closest("[data-edit]");
  if (!row || kept.has(cell) || !window.htmx) return;
  $$(".is-edited").forEach(restore);
  kept.set(cell, [...cell.childNodes]);
  await window.htmx.ajax("GET", `${row.dataset.edit}${cell.dataset.cell}/?cell=1`, { target: cell, swap: "innerHTML", source: cell });
  const control = $(".control, .tick", cell);
  if (!control) { kept.delete(cell); return; }
  cell.classList.add("is-edited");
  control.focus();
  control.select?.();
}

on("click", "[data-cell]", (event, cell) => {
  if (event.target.closest("a, button, input, select, textarea, [data-cell-form]") || event.shiftKey || String(getSelection())) return;
  edit(cell);
});
on("change", "[data-cell-form] select:not([hidden])", (event, select) => select.form.requestSubmit());
on("keydown", "[data-cell]", (event, cell) => {
  if (kept.has(cell)) {
    if (event.key === "Escape") { event.preventDefault(); event.stopImmediatePropagation(); restore(cell); }
    return;
  }
  if (event.key === "Enter" || event.key === "F2") {
    if (event.target.closest("a") && event.key === "Enter") return;
    event.preventDefault();
    edit(cell);
  }
});
on("keydown", ".table tbody td, .table tbody th", (event, cell) => {
  const step = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[event.key];
  if (!step || event.ctrlKey || event.metaKey || event.altKey || event.target.matches("select, textarea, input:not([type=checkbox])")) return;
  const rows = $$("tr[data-row]", cell.closest("table"));
  const row = cell.closest("tr");
  const next = rows[rows.indexOf(row) + step[1]]?.cells[cell.cellIndex + step[0]];
  if (!next) return;
  event.preventDefault();
  const target = $("a, input", next) ?? next;
  if (target === next) next.tabIndex = -1;
  target.focus();
  next.scrollIntoView({ block: "nearest", inline: "nearest" });
});
on("focusout", "[data-cell-form]", (event, form) => {
  const cell = form.closest("[data-cell]");
  const changed = [...form.elements].some((one) => one.name === "value" && (one.matches("select") ? ![...one.options].some((o) => o.selected && o.defaultSelected) && one.selectedIndex > 0 : one.value !== one.defaultValue));
  setTimeout(() => {
    if (!cell?.isConnected || cell.contains(document.activeElement) || $("dialog[open]")) return;
    if (changed && form.isConnected) form.requestSubmit();
    else restore(cell);
  }, 140);
});
// The form of a new card gives its place back to the link it came from.
on("click", "[data-quick-cancel]", (event, button) => {
  const form = button.closest("form");
  const stage = $("[name=stage]", form).value;
  const link = $(`#column-${CSS.escape(stage)}-head a[data-dialog]`);
  const back = Object.assign(document.createElement("a"), { className: "column-add", href: link?.href ?? "#", textContent: form.dataset.label });
  back.setAttribute("hx-get", `${form.getAttribute("action")}?stage=${encodeURIComponent(stage)}&quick=1`);
  back.setAttribute("hx-swap", "outerHTML");
  form.replaceWith(back);
  window.htmx.process(back);
  back.focus();
});
on("keydown", "[data-quick]", (event, form) => { if (event.key === "Escape" && !event.defaultPrevented) $("[data-quick-cancel]", form).click(); });
document.addEventListener("htmx:load", (event) => {
  if (event.detail.elt?.matches?.("[data-quick]")) $("[name=name]", event.detail.elt).focus();
});
