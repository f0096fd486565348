// m or Space picks a card up, arrows move it, Enter drops it, Escape puts it back; every step is announced.
import { $, $$, isTyping, phrase, say } from "./core.js";
import { columnOf, nameOf, putBack, remember, send, title } from "./board.js";

let lifted = null;

function settle(keep) {
  const place = lifted;
  lifted = null;
  place.card.classList.remove("is-lifted");
  if (keep) send(place);
  else { putBack(place); say(phrase("put-back", { card: title(place.card) })); }
  $(".card-link", place.card)?.focus();
}

function carry(key) {
  const { card } = lifted;
  const columns = $$("[data-column]");
  const cards = card.parentElement;
  if (key === "ArrowUp" && card.previousElementSibling) cards.insertBefore(card, card.previousElementSibling);
  if (key === "ArrowDown" && card.nextElementSibling) cards.insertBefore(card.nextElementSibling, card);
  const to = columns[columns.indexOf(columnOf(card)) + ({ ArrowRight: 1, ArrowLeft: -1 }[key] ?? 0)];
  if (to && to !== columnOf(card)) $("[data-cards]", to).prepend(card);
  card.scrollIntoView({ block: "nearest", inline: "nearest" });
  $(".card-link", card)?.focus();
  say(phrase("over", { card: title(card), column: nameOf(columnOf(card)), place: $$("[data-card]", card.parentElement).indexOf(card) + 1 }));
}

document.addEventListener("keydown", (event) => {
  if (lifted) {
    if (event.key.startsWith("Arrow")) carry(event.key);
    else if (event.key === "Enter" || event.key === " ") settle(true);
    else if (event.key === "Escape") settle(false);
    else if (event.key === "Tab") return settle(false);
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  const card = event.target.closest?.("[data-card]");
  if (!card || isTyping(event) || event.ctrlKey || event.metaKey || !["m", " "].includes(event.key) || !card.dataset.moveUrl) return;
  event.preventDefault();
  lifted = remember(card);
  card.classList.add("is-lifted");
  say(phrase("picked", { card: title(card) }));
}, true);
