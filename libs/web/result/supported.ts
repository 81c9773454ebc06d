// Runs before the page is shown, as a script of its own. If the browser supports what result.ts needs, the page switches
// from the static table to the live view.
if (
  "noModule" in HTMLScriptElement.prototype &&
  "replaceChildren" in Element.prototype &&
  typeof ResizeObserver === "function" &&
  typeof Intl === "object" &&
  "PluralRules" in Intl &&
  typeof fetch === "function"
) {
  document.documentElement.className = "scripted";
}
