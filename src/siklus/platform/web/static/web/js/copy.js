// [data-copy=text] copies it and says so for a moment.
import { on, say } from "./core.js";

on("click", "[data-copy]", async (event, button) => {
  try { await navigator.clipboard.writeText(button.dataset.copy); } catch { return; }
  say(button.dataset.copied);
  const before = button.lastChild.textContent;
  button.lastChild.textContent = button.dataset.copied;
  setTimeout(() => { button.lastChild.textContent = before; }, 1500);
});
