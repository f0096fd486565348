"use strict";
(() => {
const m_web_js_core = (() => {
const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
function on(type, selector, act, options) {
  document.addEventListener(type, (event) => {
    const found = event.target instanceof Element && event.target.closest(selector);
    if (found) act(event, found);
  }, options);
}
function phrase(name, words = {}) {
  const text = $(`[data-phrase="${name}"]`)?.textContent ?? "";
  return text.replace(/\{(\w+)\}/g, (all, key) => words[key] ?? all);
}
function say(text) {
  const place = $("#say");
  if (!place) return;
  place.textContent = "";
  setTimeout(() => { place.textContent = text; }, 30);
}
function csrf() {
  return $('meta[name="csrf"]')?.content || /(?:^|; )siklus_csrf=([^;]+)/.exec(document.cookie)?.[1] || "";
}
function isTyping(event) {
  const at = event.target;
  return at instanceof HTMLElement && (at.isContentEditable || at.matches("textarea, select, [role=combobox], input:not([type=checkbox]):not([type=radio]):not([type=button])"));
}
function post(url, values) {
  return fetch(url, {
    method: "POST", credentials: "same-origin", body: new URLSearchParams(values),
    headers: { "X-CSRFToken": csrf(), "X-Requested-With": "fetch" },
  });
}
document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = csrf();
});
return { $, $$, on, phrase, say, csrf, isTyping, post };
})();
const m_web_js_toast = (() => {
const { $, $$, csrf, on, phrase } = m_web_js_core;
const LIFE = 8000;
function toast(text, tone = "info", undoUrl = "") {
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
function placeToasts() {
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
return { toast, placeToasts };
})();
const m_web_js_dialog = (() => {
const { $, on } = m_web_js_core;
const { placeToasts } = m_web_js_toast;
const shared = $("#dialog");
function openDialog(dialog = shared) {
  if (dialog && !dialog.open) dialog.showModal();
  $("[autofocus], .control:not([type=hidden])", dialog)?.focus();
}
function closeDialog(dialog = shared) {
  if (dialog?.open) dialog.close();
}
function loadDialog(url) {
  return window.htmx.ajax("GET", url, { target: "#dialog", swap: "innerHTML" });
}
on("click", "[data-dialog-open]", (event, button) => {
  event.preventDefault();
  openDialog($(button.dataset.dialogOpen));
});
on("click", "a[data-dialog]", (event, link) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button || !window.htmx || !shared) return;
  event.preventDefault();
  loadDialog(link.href);
});
on("click", "[data-dialog-close]", (event, button) => {
  const dialog = button.closest("dialog");
  if (!dialog) return;
  event.preventDefault();
  dialog.close();
});
on("pointerdown", "dialog.dialog", (event, dialog) => {
  if (event.target !== dialog) return;
  const box = dialog.getBoundingClientRect();
  const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
  if (!inside && !dialog.dataset.touched) dialog.close();
});
on("input", "dialog.dialog form", (event, form) => { form.closest("dialog").dataset.touched = "1"; });
document.addEventListener("htmx:beforeSwap", () => {
  const toasts = $("#toasts");
  if (toasts && toasts.parentElement !== document.body) document.body.append(toasts);
});
document.addEventListener("htmx:afterSettle", placeToasts);
document.addEventListener("htmx:afterSwap", (event) => {
  if (!shared || event.detail.target !== shared) return;
  if (shared.childElementCount) openDialog();
  else closeDialog();
});
document.addEventListener("dialog:close", () => closeDialog());
document.addEventListener("close", (event) => {
  if (!(event.target instanceof HTMLDialogElement)) return;
  delete event.target.dataset.touched;
  placeToasts();
  if (event.target === shared) shared.replaceChildren();
}, true);
return { openDialog, closeDialog, loadDialog };
})();
const m_web_js_board = (() => {
const { $, $$, phrase, say } = m_web_js_core;
const { loadDialog } = m_web_js_dialog;
let drag = null, press = null, ignoreClick = false;
const title = (card) => $(".card-link", card)?.textContent.trim() ?? "";
const columnOf = (card) => card.closest("[data-column]");
const nameOf = (column) => column.getAttribute("aria-label");
function remember(card) {
  return { card, parent: card.parentElement, next: card.nextElementSibling };
}
function putBack(place) {
  if (!place.parent.isConnected) return;
  const before = place.next && place.next.parentElement === place.parent ? place.next : null;
  place.parent.insertBefore(place.card, before);
}
function send(place) {
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
return { title, columnOf, nameOf, remember, putBack, send };
})();
const m_web_js_board_keys = (() => {
const { $, $$, isTyping, phrase, say } = m_web_js_core;
const { columnOf, nameOf, putBack, remember, send, title } = m_web_js_board;
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
return {  };
})();
const m_web_js_combobox = (() => {
const { $, $$ } = m_web_js_core;
let number = 0;
function enhance(box) {
  const select = $("select", box);
  if (!select || box.dataset.ready) return;
  box.dataset.ready = "1";
  const id = `combobox-${++number}`;
  const input = document.createElement("input");
  const list = document.createElement("ul");
  input.className = "control";
  const attributes = { type: "text", role: "combobox", autocomplete: "off", "aria-expanded": "false", "aria-controls": id, "aria-autocomplete": "list", placeholder: box.dataset.placeholder };
  Object.entries(attributes).forEach(([key, value]) => input.setAttribute(key, value ?? ""));
  ["aria-describedby", "aria-invalid", "aria-label"].forEach((key) => { if (select.hasAttribute(key)) input.setAttribute(key, select.getAttribute(key)); });
  list.id = id;
  list.className = "combobox-list";
  list.setAttribute("role", "listbox");
  list.hidden = true;
  const label = select.id && $(`label[for="${CSS.escape(select.id)}"]`);
  if (label) { input.id = `${select.id}_search`; label.htmlFor = input.id; list.setAttribute("aria-label", label.textContent.trim()); }
  input.required = select.required;
  select.required = false;
  select.hidden = true;
  const shown = () => (select.value ? select.selectedOptions[0]?.textContent ?? "" : "");
  input.value = shown();
  box.append(input, list);
  let at = -1, timer, running;
  const options = () => $$("[role=option]", list);
  const close = () => { list.hidden = true; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); at = -1; };
  const point = (to) => {
    at = to;
    options().forEach((one, i) => { one.id = `${id}-${i}`; one.setAttribute("aria-selected", String(i === at)); });
    if (options()[at]) { input.setAttribute("aria-activedescendant", `${id}-${at}`); options()[at].scrollIntoView({ block: "nearest" }); }
  };
  const take = (row) => {
    let option = [...select.options].find((one) => one.value === row.dataset.value);
    if (!option) { option = new Option(row.dataset.label ?? row.textContent, row.dataset.value); select.append(option); }
    select.value = row.dataset.value;
    input.value = option.textContent;
    close();
    select.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const find = async () => {
    running?.abort();
    running = new AbortController();
    const wanted = input.value === shown() ? "" : input.value.trim();
    const url = new URL(box.dataset.combobox, location.href);
    url.searchParams.set("q", wanted);
    try {
      const answer = await fetch(url, { headers: { "HX-Request": "true" }, signal: running.signal });
      list.innerHTML = answer.ok ? await answer.text() : "";
    } catch (error) { if (error.name === "AbortError") return; list.replaceChildren(); }
    if (!options().length) {
      const none = Object.assign(document.createElement("li"), { className: "combobox-none", textContent: box.dataset.nothing });
      none.setAttribute("role", "presentation");
      list.replaceChildren(none);
    }
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    point(options().length && wanted ? 0 : -1);
  };
  input.addEventListener("input", () => {
    if (!input.value && select.value) { select.value = ""; select.dispatchEvent(new Event("change", { bubbles: true })); }
    clearTimeout(timer);
    timer = setTimeout(find, 120);
  });
  input.addEventListener("keydown", (event) => {
    const all = options();
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) find();
      else if (all.length) point((at + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length);
    } else if (event.key === "Enter" && !list.hidden && all[at]) { event.preventDefault(); take(all[at]); }
    else if (event.key === "Escape" && !list.hidden) { event.preventDefault(); event.stopPropagation(); input.value = shown(); close(); }
  });
  input.addEventListener("blur", () => setTimeout(() => { running?.abort(); clearTimeout(timer); input.value = shown(); close(); }, 120));
  input.addEventListener("click", () => { if (list.hidden) find(); });
  list.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    const row = event.target.closest("[role=option]");
    if (row) take(row);
  });
}
const all = () => $$("[data-combobox]").forEach(enhance);
document.addEventListener("htmx:afterSettle", all);
all();
return {  };
})();
const m_web_js_confirm = (() => {
const { $ } = m_web_js_core;
function ask(question) {
  const dialog = $("#confirm");
  if (!dialog) return Promise.resolve(true);
  $("#confirm-text", dialog).textContent = question;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((done) => {
    dialog.addEventListener("close", () => done(dialog.returnValue === "yes"), { once: true });
  });
}
document.addEventListener("submit", (event) => {
  const form = event.target;
  const question = event.submitter?.dataset.confirm ?? form.dataset.confirm;
  if (!question || form.hasAttribute("hx-post") || form.hasAttribute("hx-confirm")) return;
  if (form.dataset.confirmed) { delete form.dataset.confirmed; return; }
  event.preventDefault();
  event.stopImmediatePropagation();
  const button = event.submitter;
  ask(question).then((yes) => {
    if (!yes) return;
    form.dataset.confirmed = "1";
    form.requestSubmit(button);
  });
}, true);
document.addEventListener("htmx:confirm", (event) => {
  const question = event.detail.question || event.detail.elt.dataset?.confirm;
  if (!question) return;
  event.preventDefault();
  ask(question).then((yes) => { if (yes) event.detail.issueRequest(true); });
});
return { ask };
})();
const m_web_js_conflict = (() => {
const { $, phrase } = m_web_js_core;
const { toast } = m_web_js_toast;
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (xhr.status !== 409 && xhr.status !== 412) return;
  const dialog = $("#dialog");
  if (!dialog || !/html/.test(xhr.getResponseHeader("Content-Type") ?? "")) return;
  Object.assign(event.detail, { shouldSwap: true, isError: false, target: dialog, swapOverride: "innerHTML" });
});
document.addEventListener("htmx:responseError", (event) => {
  const { xhr } = event.detail;
  const isText = /text\/plain/.test(xhr.getResponseHeader("Content-Type") ?? "");
  toast((isText && xhr.responseText.slice(0, 300)) || phrase("failed"), "bad");
});
document.addEventListener("htmx:sendError", () => toast(phrase("offline"), "bad"));
document.addEventListener("htmx:timeout", () => toast(phrase("offline"), "bad"));
return {  };
})();
const m_web_js_copy = (() => {
const { on, say } = m_web_js_core;
on("click", "[data-copy]", async (event, button) => {
  try { await navigator.clipboard.writeText(button.dataset.copy); } catch { return; }
  say(button.dataset.copied);
  const before = button.lastChild.textContent;
  button.lastChild.textContent = button.dataset.copied;
  setTimeout(() => { button.lastChild.textContent = before; }, 1500);
});
return {  };
})();
const m_web_js_inline_edit = (() => {
const { $, on } = m_web_js_core;
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
return {  };
})();
const m_web_js_menu = (() => {
const { $$, on } = m_web_js_core;
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
return {  };
})();
const m_web_js_palette = (() => {
const { $, $$, on } = m_web_js_core;
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
function openPalette() {
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
return { openPalette };
})();
const m_web_js_select_rows = (() => {
const { $, $$, on } = m_web_js_core;
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
return {  };
})();
const m_web_js_shortcuts = (() => {
const { $, $$, isTyping, on } = m_web_js_core;
const { loadDialog } = m_web_js_dialog;
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
return {  };
})();
const m_web_js_theme = (() => {
const { $, on, post } = m_web_js_core;
const root = document.documentElement;
function isDark() {
  const chosen = root.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}
function setTheme(theme) {
  if (theme) root.dataset.theme = theme;
  else delete root.dataset.theme;
  const url = $("#phrases")?.dataset.urlPreferences;
  if (url) post(url, { theme }).catch(() => {});
}
on("click", "[data-theme-toggle]", () => setTheme(isDark() ? "light" : "dark"));
on("click", "[data-theme-set]", (event, button) => setTheme(button.dataset.themeSet));
return { isDark, setTheme };
})();
const m_desk_lists = (() => {
const { $, $$, on } = m_web_js_core;
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
return {  };
})();
const m_desk_pages_composer = (() => {
const { on } = m_web_js_core;
on("keydown", "[data-composer]", (event, form) => {
  const text = form.elements.body;
  if (event.target === text && event.key === "/" && !text.value) {
    event.preventDefault();
    form.dataset.choosing = "1";
    form.querySelector("[name=kind]:checked").focus();
  } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit();
  } else if (event.target.name === "kind" && (event.key === "Enter" || event.key === "Escape")) {
    event.preventDefault();
    text.focus();
  } else if (event.target === text && event.key === "Escape") text.blur();
});
on("change", "[data-composer] [name=kind]", (event, radio) => {
  if (!radio.form.dataset.choosing) radio.form.elements.body.focus();
});
on("focusin", "[data-composer] textarea", (event, text) => { delete text.form.dataset.choosing; });
on("change", "[data-composer] [name=due_at], dialog [type=datetime-local]", (event, input) => {
  const form = input.form;
  if (!input.value) return;
  for (const one of form.querySelectorAll("[name=when], [name=next_when]")) one.checked = one.value === "";
});
on("htmx:load", "#objections", (event, panel) => {
  if (location.hash === `#${panel.id}` && event.target === panel) panel.scrollIntoView({ block: "center" });
});
return {  };
})();
})();
