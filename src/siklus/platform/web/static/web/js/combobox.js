// A [data-combobox=url] around a select becomes a field that searches as you type; the select keeps the value.
import { $, $$ } from "./core.js";

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
