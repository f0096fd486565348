// Cards are dragged by mouse, or by finger after a long press; the drop is a POST to the card's data-move-url.
import { $, $$, phrase, say } from "./core.js";
import { loadDialog } from "./dialog.js";

let drag = null, press = null, ignoreClick = false;

export const title = (card) => $(".card-link", card)?.textContent.trim() ?? "";
export const columnOf = (card) => card.closest("[data-column]");
export const nameOf = (column) => column.getAttribute("aria-label");

export function remember(card) {
  return { card, parent: card.parentElement, next: card.nextElementSibling };
}

export function putBack(place) {
  if (!place.parent.isConnected) return;
  const before = place.next && place.next.parentElement === place.parent ? place.next : null;
  place.parent.insertBefore(place.card, before);
}

export function send(place) {
  const { card } = place;
  if (card.parentElement === place.parent && card.nextElementSibling === place.next) return;
  const column = columnOf(card);
  let next = card.nextElementSibling;
  while (next && !next.matches("[data-card]")) next = next.nextElementSibling;
  say(phrase("dropped", { card: title(card), column: nameOf(column) }));
  card.classList.add("is-waiting");
  const values = { stage: column.dataset.stage, before: next?.dataset.id ?? "", version: card.dataset.version };
  const answered = (event) => {
    if (event.detail.requestConfig?.path !== card.dataset.moveUrl) return;
    document.removeEventListener("htmx:afterRequest", answered);
    card.classList.remove("is-waiting");
    if (event.detail.xhr?.status >= 200 && event.detail.xhr.status < 300) card.dataset.stage = column.dataset.stage;
    else if (card.isConnected) putBack(place);
  };
  document.addEventListener("htmx:afterRequest", answered);
  window.htmx.ajax("POST", card.dataset.moveUrl, { swap: "none", values }).catch(() => {});
}

function begin(event) {
  const { card } = press;
  const box = card.getBoundingClientRect();
  const ghost = card.cloneNode(true);
  ghost.removeAttribute("id");
  ghost.classList.add("card-ghost");
  ghost.style.width = `${box.width}px`;
  document.body.append(ghost);
  drag = { ...remember(card), ghost, dx: press.x - box.left, dy: press.y - box.top, x: event.clientX, y: event.clientY, zone: null };
  press = null;
  card.classList.add("is-dragging");
  document.body.classList.add("is-dragging");
  getSelection()?.removeAllRanges();
  requestAnimationFrame(scroll);
  follow(event);
}

function follow(event) {
  Object.assign(drag, { x: event.clientX, y: event.clientY });
  drag.ghost.style.transform = `translate(${drag.x - drag.dx}px, ${drag.y - drag.dy}px)`;
  const under = document.elementFromPoint(drag.x, drag.y);
  const zone = under?.closest("[data-drop-url]") ?? null;
  const column = zone ? null : under?.closest("[data-column]");
  if (zone !== drag.zone) { drag.zone?.classList.remove("is-over"); zone?.classList.add("is-over"); drag.zone = zone; }
  $$(".column.is-over").forEach((one) => { if (one !== column) one.classList.remove("is-over"); });
  if (!column) return;
  column.classList.add("is-over");
  const cards = $("[data-cards]", column);
  const after = $$("[data-card]", cards).find((one) => {
    if (one === drag.card) return false;
    const box = one.getBoundingClientRect();
    return drag.y < box.top + box.height / 2;
  }) ?? null;
  const target = after ?? $("[data-card]:last-of-type", cards)?.nextElementSibling ?? null;
  if (target !== drag.card && (drag.card.parentElement !== cards || drag.card.nextElementSibling !== after)) cards.insertBefore(drag.card, after);
}

function scroll() {
  if (!drag) return;
  const board = $("[data-board]");
  const box = board?.getBoundingClientRect();
  const speed = (distance) => Math.max(0, 56 - distance) / 3;
  if (box) board.scrollLeft += speed(innerWidth - drag.x) - speed(drag.x - Math.max(0, box.left));
  scrollBy(0, speed(innerHeight - drag.y) - speed(drag.y - 52));
  requestAnimationFrame(scroll);
}

function end(keep) {
  const place = drag;
  drag = null;
  place.ghost.remove();
  place.card.classList.remove("is-dragging");
  document.body.classList.remove("is-dragging");
  $$(".column.is-over, .drop-zone.is-over").forEach((one) => one.classList.remove("is-over"));
  ignoreClick = true;
  setTimeout(() => { ignoreClick = false; }, 0);
  if (keep && !place.zone) return send(place);
  putBack(place);
  if (keep) loadDialog(place.zone.dataset.dropUrl.replace("{id}", place.card.dataset.id).replace("%7Bid%7D", place.card.dataset.id));
}

document.addEventListener("pointerdown", (event) => {
  const card = event.target.closest?.("[data-card]");
  if (!card?.dataset.moveUrl || $(".is-lifted") || event.button || event.target.closest("button, .menu")) return;
  press = { card, x: event.clientX, y: event.clientY, touch: event.pointerType === "touch" };
  if (press.touch) press.timer = setTimeout(() => { if (press) { navigator.vibrate?.(12); begin(event); } }, 380);
});
document.addEventListener("pointermove", (event) => {
  if (drag) return follow(event);
  if (!press) return;
  const far = Math.hypot(event.clientX - press.x, event.clientY - press.y);
  if (press.touch) { if (far > 9) { clearTimeout(press.timer); press = null; } } else if (far > 5) begin(event);
});
document.addEventListener("pointerup", () => { clearTimeout(press?.timer); press = null; if (drag) end(true); });
document.addEventListener("pointercancel", () => { clearTimeout(press?.timer); press = null; if (drag) end(false); });
document.addEventListener("touchmove", (event) => { if (drag) event.preventDefault(); }, { passive: false });
document.addEventListener("contextmenu", (event) => { if (drag) event.preventDefault(); });
document.addEventListener("dragstart", (event) => { if (event.target.closest?.("[data-card]")) event.preventDefault(); });
document.addEventListener("click", (event) => { if (ignoreClick) { event.preventDefault(); event.stopPropagation(); } }, true);

document.addEventListener("keydown", (event) => {
  if (drag && event.key === "Escape") { event.preventDefault(); end(false); }
}, true);
