// Menus are <details data-menu>: they close on Escape, on a click elsewhere, and walk by arrows.
import { $$, on } from "./core.js";

const entries = (menu) => $$(".menu-item", menu);

function close(menu, back) {
  menu.open = false;
  if (back) menu.querySelector("summary").focus();
}

document.addEventListener("click", (event) => {
  for (const menu of $$("details[data-menu][open]")) {
    const item = event.target.closest?.(".menu-item");
    if (!menu.contains(event.target) || (item && menu.contains(item))) close(menu, false);
  }
});
document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (!(menu instanceof HTMLDetailsElement) || !("menu" in menu.dataset) || !menu.open) return;
  $$("details[data-menu][open]").forEach((other) => { if (other !== menu && !other.contains(menu)) close(other, false); });
}, true);
on("keydown", "details[data-menu]", (event, menu) => {
  if (event.key === "Escape" && menu.open) {
    event.preventDefault();
    event.stopPropagation();
    close(menu, true);
    return;
  }
  const step = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key];
  if (!step || event.target.matches("input, textarea, select")) return;
  event.preventDefault();
  menu.open = true;
  const all = entries(menu);
  const at = all.indexOf(document.activeElement);
  const to = step === -Infinity ? 0 : step === Infinity ? all.length - 1 : (at < 0 && step < 0 ? all.length - 1 : (at + step + all.length) % all.length);
  all[to]?.focus();
});
