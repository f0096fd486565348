// 409 and 412 are shown in the dialog: somebody was faster. Anything else that failed becomes a toast.
import { $, phrase } from "./core.js";
import { toast } from "./toast.js";

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
