// The composer: `/` on an empty line opens the kinds, arrows choose, Enter goes back to the text; Ctrl Enter saves.
import { on } from "../../web/js/core.js";

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
// The panels beside a deal come after the page: whoever was sent to one of them is taken there when it has come.
on("htmx:load", "#objections", (event, panel) => {
  if (location.hash === `#${panel.id}` && event.target === panel) panel.scrollIntoView({ block: "center" });
});
