// What the other modules share.
export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

export function on(type, selector, act, options) {
  document.addEventListener(type, (event) => {
    const found = event.target instanceof Element && event.target.closest(selector);
    if (found) act(event, found);
  }, options);
}

export function phrase(name, words = {}) {
  const text = $(`[data-phrase="${name}"]`)?.textContent ?? "";
  return text.replace(/\{(\w+)\}/g, (all, key) => words[key] ?? all);
}

export function say(text) {
  const place = $("#say");
  if (!place) return;
  place.textContent = "";
  setTimeout(() => { place.textContent = text; }, 30);
}

export function csrf() {
  return $('meta[name="csrf"]')?.content || /(?:^|; )siklus_csrf=([^;]+)/.exec(document.cookie)?.[1] || "";
}

export function isTyping(event) {
  const at = event.target;
  return at instanceof HTMLElement && (at.isContentEditable || at.matches("textarea, select, [role=combobox], input:not([type=checkbox]):not([type=radio]):not([type=button])"));
}

export function post(url, values) {
  return fetch(url, {
    method: "POST", credentials: "same-origin", body: new URLSearchParams(values),
    headers: { "X-CSRFToken": csrf(), "X-Requested-With": "fetch" },
  });
}

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = csrf();
});
