// Any element with data-shortcut="g t" answers that key (or keys one after another), and is listed in the ? sheet.
import { $, $$, isTyping, on } from "./core.js";
import { loadDialog } from "./dialog.js";

let before = "", timer;

function name(element) {
  if (element.dataset.shortcutLabel) return element.dataset.shortcutLabel;
  const copy = element.cloneNode(true);
  $$("kbd, .nav-count", copy).forEach((one) => one.remove());
  return (element.getAttribute("aria-label") || copy.textContent).trim();
}

function fillSheet() {
  const sheet = $("[data-keys]");
  if (!sheet) return;
  $$("[data-found]", sheet).forEach((one) => one.remove());
  const seen = new Set();
  for (const element of $$("[data-shortcut]")) {
    const keys = element.dataset.shortcut;
    if (seen.has(keys) || element.closest("dialog")) continue;
    seen.add(keys);
    const row = document.createElement("li");
    row.dataset.found = "";
    const shown = document.createElement("span");
    keys.split(" ").forEach((key) => shown.append(Object.assign(document.createElement("kbd"), { textContent: key.length === 1 ? key.toUpperCase() : key }), " "));
    row.append(Object.assign(document.createElement("span"), { textContent: name(element) }), shown);
    sheet.append(row);
  }
}

function moveRow(step) {
  const rows = $$("[data-row]").filter((row) => row.offsetParent);
  if (!rows.length) return;
  const at = rows.findIndex((row) => row.classList.contains("is-here") || row.contains(document.activeElement));
  const row = rows[Math.max(0, Math.min(rows.length - 1, at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step))];
  rows.forEach((one) => one.classList.toggle("is-here", one === row));
  ($("a[href]", row) ?? row).focus();
  row.scrollIntoView({ block: "nearest" });
}

function create() {
  const url = document.body.dataset.createUrl;
  if (url && window.htmx) loadDialog(url);
  return Boolean(url);
}

const builtIn = {
  c: create,
  e: () => { const edit = $("[data-edit-first], .prop[data-edit-url] .prop-edit"); edit?.click(); return Boolean(edit); },
  j: () => moveRow(1),
  k: () => moveRow(-1),
  x: () => { const tick = $(".is-here [data-select-row]") ?? document.activeElement.closest?.("[data-row]")?.querySelector("[data-select-row]"); tick?.click(); return Boolean(tick); },
};

function run(keys) {
  const element = $$("[data-shortcut]").find((one) => one.dataset.shortcut === keys);
  if (element) { element.click(); return true; }
  const act = builtIn[keys];
  return act ? act() !== false : false;
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || isTyping(event) || event.altKey || $("dialog[open]")) return;
  if (event.ctrlKey || event.metaKey) {
    const rel = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
    const link = rel && $(`a[rel~="${rel}"], link[rel~="${rel}"]`);
    if (link && !event.shiftKey) { event.preventDefault(); location.assign(link.href); }
    return;
  }
  if (event.key.length !== 1) return;
  const key = event.key.toLowerCase();
  clearTimeout(timer);
  const pair = before && `${before} ${key}`;
  before = "";
  if (pair && run(pair)) { event.preventDefault(); return; }
  if (run(key)) { event.preventDefault(); return; }
  if ($(`[data-shortcut^="${CSS.escape(key)} "]`)) { before = key; timer = setTimeout(() => { before = ""; }, 1200); }
});
on("click", '[data-dialog-open="#shortcuts"]', fillSheet, true);
