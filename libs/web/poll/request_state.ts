import { isPollState, type StateResponse } from "./state_watch.js";

const timeoutMs = 5000;

/** Asks for the state of a poll unless it is still the one with this tag. */
export async function requestState(url: string, etag: string): Promise<StateResponse | undefined> {
  const controller = new AbortController();
  const timeout = setTimeout(() => controller.abort(), timeoutMs);
  try {
    const headers = etag ? { "If-None-Match": etag } : {};
    const response = await fetch(url, { cache: "no-store", headers, signal: controller.signal });
    if (response.status === 304) {
      return { state: undefined, etag };
    }
    const state: unknown = response.ok ? await response.json() : undefined;
    return isPollState(state) ? { state, etag: response.headers.get("ETag") ?? "" } : undefined;
  } catch {
    return undefined;
  } finally {
    clearTimeout(timeout);
  }
}
