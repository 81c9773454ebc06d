// Runs before the page is shown: where the browser has all that the script of the page builds on, the page is set for
// it; where it has not, the table that came with the page stays what there is.
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
