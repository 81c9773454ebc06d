// What the result pages share: requests, and when they reconnect.
import type { LiveTally } from "./live_tally.js";

export function fetchJson(url: string, signal?: AbortSignal): Promise<unknown> {
  return fetch(url, { headers: { Accept: "application/json" }, cache: "no-store", signal: signal ?? null })
    .then((response): Promise<unknown> | undefined => (response.ok ? response.json() : undefined))
    .catch(() => undefined);
}

// A page that was suspended would notice only after a while that its connection is dead.
export function resumeWhenNeeded(live: LiveTally): void {
  document.addEventListener("visibilitychange", () => document.hidden || live.resume());
  addEventListener("pageshow", (event) => event.persisted && live.resume());
  addEventListener("online", () => live.resume());
}
