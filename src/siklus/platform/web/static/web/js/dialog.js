// data-dialog-open="#id" opens; a[data-dialog] loads its page as a fragment into #dialog; data-dialog-close closes.
import { $, on } from "./core.js";
import { placeToasts } from "./toast.js";

const shared = $("#dialog");

export function openDialog(dialog = shared) {
  if (dialog && !dialog.open) dialog.showModal();
  $("[autofocus], .control:not([type=hidden])", dialog)?.focus();
}

export function closeDialog(dialog = shared) {
  if (dialog?.open) dialog.close();
}

export function loadDialog(url) {
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
// A click on the veil closes, unless something was typed.
on("pointerdown", "dialog.dialog", (event, dialog) => {
  if (event.target !== dialog) return;
  const box = dialog.getBoundingClientRect();
  const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
  if (!inside && !dialog.dataset.touched) dialog.close();
});
on("input", "dialog.dialog form", (event, form) => { form.closest("dialog").dataset.touched = "1"; });
// What is swapped must not take the toasts along.
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
