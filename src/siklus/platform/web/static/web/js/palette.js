// Ctrl K: finds anything and runs any command. The server answers rows <li role="option"><a href>.
import { $, $$, on } from "./core.js";

const dialog = $("#palette");
const input = dialog && $("input", dialog);
const list = dialog && $("[role=listbox]", dialog);
const KEPT = "siklus.recent";
let timer, running;

function recent() {
  try { return JSON.parse(localStorage.getItem(KEPT)) ?? []; } catch { return []; }
}

function remember(link) {
  const copy = link.cloneNode(true);
  $$("kbd", copy).forEach((one) => one.remove());
  const mine = { href: link.getAttribute("href"), text: copy.textContent.trim().replace(/\s+/g, " ") };
  const rest = recent().filter((one) => one.href !== mine.href);
  try { localStorage.setItem(KEPT, JSON.stringify([mine, ...rest].slice(0, 6))); } catch { /* a private window keeps nothing */ }
}

function choose(at) {
  const options = $$("[role=option]", list);
  options.forEach((one, i) => {
    one.id ||= `palette-${i}`;
    one.setAttribute("aria-selected", String(i === at));
  });
  if (options[at]) {
    options[at].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", options[at].id);
  } else input.removeAttribute("aria-activedescendant");
}

function showRecent() {
  const mine = recent();
  if (!mine.length) return;
  const heading = Object.assign(document.createElement("li"), { textContent: list.dataset.recent });
  heading.setAttribute("role", "presentation");
  const rows = mine.map(({ href, text }) => {
    const row = document.createElement("li");
    row.setAttribute("role", "option");
    const link = Object.assign(document.createElement("a"), { textContent: text });
    link.setAttribute("href", href);
    row.append(link);
    return row;
  });
  list.prepend(heading, ...rows);
}

async function find() {
  running?.abort();
  running = new AbortController();
  const wanted = input.value.trim();
  try {
    const answer = await fetch(`${list.dataset.url}?q=${encodeURIComponent(wanted)}`, { headers: { "HX-Request": "true" }, signal: running.signal });
    list.innerHTML = answer.ok ? await answer.text() : "";
  } catch (error) {
    if (error.name === "AbortError") return;
    list.replaceChildren();
  }
  window.htmx?.process(list);
  if (!wanted) showRecent();
  if (!$("[role=option]", list)) {
    const none = Object.assign(document.createElement("li"), { textContent: list.dataset.nothing });
    none.setAttribute("role", "presentation");
    list.replaceChildren(none);
  }
  choose(0);
}

export function openPalette() {
  if (!dialog || dialog.open) return;
  $$("dialog[open]").forEach((one) => one.close());
  dialog.showModal();
  input.select();
  find();
}

if (dialog) {
  on("click", "[data-palette-open]", openPalette);
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") { event.preventDefault(); openPalette(); }
  });
  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(find, 90); });
  input.addEventListener("keydown", (event) => {
    const options = $$("[role=option]", list);
    const at = options.findIndex((one) => one.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown") { event.preventDefault(); choose((at + 1) % options.length); }
    if (event.key === "ArrowUp") { event.preventDefault(); choose((at - 1 + options.length) % options.length); }
    if (event.key === "Enter" && options[at]) {
      event.preventDefault();
      const link = $("a, button", options[at]);
      if (event.ctrlKey || event.metaKey) { remember(link); window.open(link.href, "_blank", "noopener"); } else link.click();
    }
  });
  list.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (link) remember(link);
    if (event.target.closest("a, button")) dialog.close();
  });
}
