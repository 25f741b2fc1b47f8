import type { ThemeChoice } from "./view.ts";

const prefersDark = matchMedia("(prefers-color-scheme: dark)");

export function applyTheme(choice: ThemeChoice): void {
  const isDark = choice === "auto" ? prefersDark.matches : choice === "dark";
  document.documentElement.dataset["theme"] = isDark ? "dark" : "light";
}

export function onSystemTheme(listener: () => void): void {
  prefersDark.addEventListener("change", listener);
}
