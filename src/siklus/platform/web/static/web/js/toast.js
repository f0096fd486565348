// Toasts come in the page, beside an htmx answer, or by the event `toast` (HX-Trigger).
import { $, $$, csrf, on, phrase } from "./core.js";

const LIFE = 8000;

export function toast(text, tone = "info", undoUrl = "") {
  const region = $("#toasts");
  const one = $("#toast-template")?.content.firstElementChild?.cloneNode(true);
  if (!region || !one) return;
  one.dataset.tone = tone;
  $("span", one).textContent = text;
  if (undoUrl) {
    const form = document.createElement("form");
    form.method = "post";
    form.action = undoUrl;
    form.setAttribute("hx-post", undoUrl);
    form.setAttribute("hx-swap", "none");
    const token = Object.assign(document.createElement("input"), { type: "hidden", name: "csrfmiddlewaretoken", value: csrf() });
    form.append(token, Object.assign(document.createElement("button"), { textContent: phrase("undo") }));
    $("span", one).after(form);
    window.htmx?.process(form);
  }
  region.append(one);
}

function live(one) {
  if (one.dataset.lives) return;
  one.dataset.lives = "1";
  let timer = setTimeout(() => one.remove(), LIFE);
  const stay = () => clearTimeout(timer);
  const leave = () => { clearTimeout(timer); timer = setTimeout(() => one.remove(), LIFE / 2); };
  one.addEventListener("pointerenter", stay);
  one.addEventListener("focusin", stay);
  one.addEventListener("pointerleave", leave);
  one.addEventListener("focusout", leave);
}

// A modal dialog makes the rest inert and covers it: the region moves into the topmost open dialog, and back.
export function placeToasts() {
  const region = $("#toasts");
  const home = $$("dialog[open]").pop() ?? document.body;
  if (region && region.parentElement !== home) home.append(region);
}

const region = $("#toasts");
if (region) {
  $$("[data-toast]", region).forEach(live);
  new MutationObserver(() => { placeToasts(); $$("[data-toast]", region).forEach(live); }).observe(region, { childList: true, subtree: true });
}
on("click", "[data-toast-close]", (event, button) => button.closest("[data-toast]").remove());
document.addEventListener("toast", (event) => {
  const said = event.detail ?? {};
  toast(said.text ?? said.value ?? "", said.tone ?? "good", said.undo_url ?? "");
});
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("[data-toast] form");
  if (form && event.detail.successful) form.closest("[data-toast]").remove();
});
