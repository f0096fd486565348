// data-theme-toggle switches between light and dark; the choice is kept with the person.
import { $, on, post } from "./core.js";

const root = document.documentElement;

export function isDark() {
  const chosen = root.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

export function setTheme(theme) {
  if (theme) root.dataset.theme = theme;
  else delete root.dataset.theme;
  const url = $("#phrases")?.dataset.urlPreferences;
  if (url) post(url, { theme }).catch(() => {});
}

on("click", "[data-theme-toggle]", () => setTheme(isDark() ? "light" : "dark"));
on("click", "[data-theme-set]", (event, button) => setTheme(button.dataset.themeSet));
