// data-confirm="question" on a form or a button, and hx-confirm: asked in our own dialog.
import { $ } from "./core.js";

export function ask(question) {
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
