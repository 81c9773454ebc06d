/** Whether the browser has what is newer than module scripts. Without it the form posts by itself. */
export const isSupported = (): boolean =>
  typeof fetch === "function" &&
  typeof AbortController === "function" &&
  typeof Intl.PluralRules === "function" &&
  typeof Element.prototype.replaceChildren === "function" &&
  typeof SubmitEvent === "function" &&
  "submitter" in SubmitEvent.prototype;
