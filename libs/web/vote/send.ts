import type { Ballot } from "./kept_vote.js";
import type { Outcome } from "./outbox.js";

const timeoutMs = 10_000;

// What no other attempt would change: the vote itself is at fault.
const finalStatuses = [400, 403, 413, 415, 422];

const changedStatus = 409;

function failed(response?: Response): Outcome {
  const seconds = Number(response?.headers.get("Retry-After") ?? 0);
  return { kind: "failed", retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : 0 };
}

// Whatever the browser's age: AbortSignal.timeout() is younger than what else the page needs.
function abortAfter(ms: number): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), ms);
  return controller.signal;
}

function parse(html: string): Document {
  return new DOMParser().parseFromString(html, "text/html");
}

/** The value of a hidden field of the page's form; empty where the server left it out. */
export function hiddenField(page: ParentNode, name: "voter" | "poll"): string {
  return page.querySelector<HTMLInputElement>(`#choice input[name="${name}"]`)?.value ?? "";
}

// Only the vote page itself, showing this option as chosen, says that the vote is in: a page that some network puts
// before it does not.
function read(page: Document, selection: string): Outcome {
  if (page.querySelector<HTMLButtonElement>("#choice button:disabled")?.value !== selection) {
    return failed();
  }
  const host = page.querySelector("#hostname")?.textContent ?? "";
  const cookieKept = page.querySelector("#without-cookie:not([hidden])") === null;
  return { kind: "accepted", answer: { host, voter: hiddenField(page, "voter"), cookieKept } };
}

// The fields of the form. One that the server left empty is left out.
function fields({ selection, voter, poll }: Ballot): URLSearchParams {
  const all = { vote: selection, voter, poll };
  return new URLSearchParams(Object.entries(all).filter(([, value]) => value !== ""));
}

/** Posts a vote as the form does. */
export async function sendVote(url: string, ballot: Ballot): Promise<Outcome> {
  try {
    const response = await fetch(url, {
      method: "POST",
      body: fields(ballot),
      cache: "no-store",
      redirect: "error",
      keepalive: true, // a vote that is under way outlives the page
      signal: abortAfter(timeoutMs),
    });
    if (response.ok) {
      return read(parse(await response.text()), ballot.selection);
    }
    if (response.status === changedStatus) {
      const page = parse(await response.text());
      return page.querySelector("#choice") ? { kind: "changed", page } : { kind: "refused" };
    }
    return finalStatuses.includes(response.status) ? { kind: "refused" } : failed(response);
  } catch {
    return failed();
  }
}

/** The page that the server has now, or nothing where it can't be reached. */
export async function fetchPage(url: string): Promise<Document | undefined> {
  try {
    const response = await fetch(url, { cache: "no-store", signal: abortAfter(timeoutMs) });
    const page = response.ok ? parse(await response.text()) : undefined;
    return page?.querySelector("#choice") ? page : undefined;
  } catch {
    return undefined;
  }
}
