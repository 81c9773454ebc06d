import type { Outcome } from "./outbox.js";

const timeoutMs = 10_000;

// What no other attempt would change: the vote itself is at fault.
const finalStatuses = [400, 403, 413, 415, 422];

function failed(response?: Response): Outcome {
  const seconds = Number(response?.headers.get("Retry-After") ?? 0);
  return { kind: "failed", retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : 0 };
}

// Only the vote page itself, showing this option as chosen, says that the vote is in: a page that some network puts
// before it does not.
function read(html: string, selection: string): Outcome {
  const answer = new DOMParser().parseFromString(html, "text/html");
  const chosen = answer.querySelector<HTMLButtonElement>("#choice button:disabled")?.value;
  const host = answer.querySelector("#hostname")?.textContent ?? "";
  return chosen === selection ? { kind: "accepted", host } : failed();
}

/** Posts a vote as the form does. */
export async function sendVote(url: string, selection: string): Promise<Outcome> {
  try {
    const response = await fetch(url, {
      method: "POST",
      body: new URLSearchParams({ vote: selection }),
      cache: "no-store",
      redirect: "error",
      keepalive: true, // a vote that is under way outlives the page
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (response.ok) {
      return read(await response.text(), selection);
    }
    return finalStatuses.includes(response.status) ? { kind: "refused" } : failed(response);
  } catch {
    return failed();
  }
}
