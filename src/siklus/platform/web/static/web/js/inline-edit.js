// A click, Enter or `e` on a property loads its form in place; Escape restores it, Enter saves.
import { $, on } from "./core.js";

const kept = new WeakMap();

function restore(prop) {
  if (!kept.has(prop)) return;
  $("dd", prop).replaceChildren(...kept.get(prop));
  kept.delete(prop);
  $(".prop-edit", prop)?.focus();
}

async function edit(prop) {
  if (kept.has(prop) || !window.htmx) return;
  const place = $("dd", prop);
  kept.set(prop, [...place.childNodes]);
  const before = place.innerHTML;
  await window.htmx.ajax("GET", prop.dataset.editUrl, { target: place, swap: "innerHTML", source: prop });
  if (place.innerHTML === before) { kept.delete(prop); return; }
  const control = $(".control, .tick", place);
  control?.focus();
  if (control?.matches("input[type=text], input:not([type])")) control.select();
}

on("click", ".prop[data-edit-url]", (event, prop) => {
  if (event.ctrlKey || event.metaKey || kept.has(prop)) return;
  const link = event.target.closest("a, button");
  if (link && !link.matches(".prop-edit")) return;
  if (!event.target.closest("dd")) return;
  event.preventDefault();
  edit(prop);
});
on("click", "[data-inline-cancel]", (event, button) => restore(button.closest(".prop")));
on("keydown", ".prop form", (event, form) => {
  const prop = form.closest(".prop");
  if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); restore(prop); }
  if (event.key === "Enter" && event.target.matches("select, textarea") && (event.ctrlKey || event.target.matches("select"))) {
    event.preventDefault();
    form.requestSubmit();
  }
});
document.addEventListener("htmx:afterSwap", (event) => {
  const prop = event.detail.elt?.closest?.(".prop");
  if (prop && !$("form", prop) && document.activeElement === document.body) $(".prop-edit", prop)?.focus();
});
