import type { Vote } from "./kept_vote.js";
import type { Outcome } from "./outbox.js";

const timeoutMs = 10_000;

// Permanent errors: the vote itself is invalid.
const finalStatuses = [400, 403, 413, 415, 422];

const changedStatus = 409;

function failed(response?: Response): Outcome {
  const seconds = Number(response?.headers.get("Retry-After") ?? 0);
  return { kind: "failed", retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : 0 };
}

// AbortSignal.timeout() would require newer browsers than the rest of the page.
function abortAfter(ms: number): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), ms);
  return controller.signal;
}

function parse(html: string): Document {
  return new DOMParser().parseFromString(html, "text/html");
}

/** The value of a hidden field of the page's form; empty if it is missing. */
export function hiddenField(page: ParentNode, name: "voter" | "poll"): string {
  return page.querySelector<HTMLInputElement>(`#choice input[name="${name}"]`)?.value ?? "";
}

// Only the vote page with this option selected confirms the vote. A captive portal may answer with another page.
function read(page: Document, selection: string): Outcome {
  if (page.querySelector<HTMLButtonElement>("#choice button:disabled")?.value !== selection) {
    return failed();
  }
  const host = page.querySelector("#hostname")?.textContent ?? "";
  const cookieKept = page.querySelector("#without-cookie:not([hidden])") === null;
  return { kind: "accepted", answer: { host, voter: hiddenField(page, "voter"), cookieKept } };
}

// The fields of the form, without empty ones.
function fields({ selection, voter, poll }: Vote): URLSearchParams {
  const all = { vote: selection, voter, poll };
  return new URLSearchParams(Object.entries(all).filter(([, value]) => value !== ""));
}

/** Posts a vote like the form. */
export async function sendVote(url: string, vote: Vote): Promise<Outcome> {
  try {
    const response = await fetch(url, {
      method: "POST",
      body: fields(vote),
      cache: "no-store",
      redirect: "error",
      keepalive: true, // the request continues after the page is closed
      signal: abortAfter(timeoutMs),
    });
    if (response.ok) {
      return read(parse(await response.text()), vote.selection);
    }
    if (response.status === changedStatus) {
      const page = parse(await response.text());
      return page.querySelector("#choice") ? { kind: "changed", page } : { kind: "rejected" };
    }
    return finalStatuses.includes(response.status) ? { kind: "rejected" } : failed(response);
  } catch {
    return failed();
  }
}

/** The current vote page, or undefined if the server is unreachable. */
export async function fetchPage(url: string): Promise<Document | undefined> {
  try {
    const response = await fetch(url, { cache: "no-store", signal: abortAfter(timeoutMs) });
    const page = response.ok ? parse(await response.text()) : undefined;
    return page?.querySelector("#choice") ? page : undefined;
  } catch {
    return undefined;
  }
}
