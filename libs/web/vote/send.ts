import type { Vote } from "./kept_vote.js";
import type { Outcome } from "./outbox.js";
import { valuesOf } from "./selection.js";

const timeoutMs = 10_000;

// Permanent errors: the vote itself is invalid.
const finalStatuses = [400, 413, 415, 422];

// With a page of a poll that says why the vote was not counted: its state or run, or that it needs the cookie.
const explainedStatuses = [403, 409];

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

// A page of this service: the vote page, or the page of a poll in any state. A captive portal may answer with another one.
const ofPoll = "main[data-poll]";
const isOurs = (page: Document): boolean => page.querySelector(`#choice, ${ofPoll}`) !== null;

const fieldOf = (page: ParentNode, name: string) =>
  page.querySelector<HTMLInputElement>(`main form input[name="${name}"]`);

/** The value of a hidden field of the page's form; empty if it is missing. */
export const hiddenField = (page: ParentNode, name: "voter" | "poll"): string => fieldOf(page, name)?.value ?? "";

/** The page takes over the voter of the one that it replaces: without cookies the server takes each page for a new voter. */
export function keepVoter(page: ParentNode, voter: string): void {
  const field = fieldOf(page, "voter");
  if (field && voter !== "") {
    field.value = voter;
  }
}

/** The selection that a page of this service shows as the voter's. */
export function selectionOn(page: ParentNode): string | undefined {
  const button = page.querySelector<HTMLButtonElement>("#choice button:disabled");
  return page.querySelector<HTMLElement>(ofPoll)?.dataset["selection"] ?? button?.value;
}

/** The selection was accepted: the page of a poll has it, as if the server had sent it. */
export function showSelectionOn(page: ParentNode, selection: string): void {
  const main = page.querySelector<HTMLElement>(ofPoll);
  if (main) {
    main.dataset["selection"] = selection;
  }
}

// Only a page with this selection confirms the vote.
function read(page: Document, selection: string): Outcome {
  if (selectionOn(page) !== selection) {
    return failed();
  }
  const host = page.querySelector("#hostname")?.textContent ?? "";
  const cookieKept = page.querySelector("#without-cookie:not([hidden])") === null;
  const results = page.querySelector("#results");
  const answer = { host, voter: hiddenField(page, "voter"), cookieKept, results };
  return { kind: "accepted", answer: page.querySelector("main form") ? answer : { ...answer, final: page } };
}

// The fields of the form, without empty ones.
function fields({ selection, voter, poll }: Vote): URLSearchParams {
  const votes = valuesOf(selection).map((value) => ["vote", value]);
  return new URLSearchParams([...votes, ["voter", voter], ["poll", poll]].filter(([, value]) => value !== ""));
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
    if (explainedStatuses.includes(response.status)) {
      const page = parse(await response.text());
      return isOurs(page) ? { kind: "changed", page } : { kind: "rejected" };
    }
    return finalStatuses.includes(response.status) ? { kind: "rejected" } : failed(response);
  } catch {
    return failed();
  }
}

/** The current page, or undefined if the server is unreachable. */
export async function fetchPage(url: string): Promise<Document | undefined> {
  try {
    const response = await fetch(url, { cache: "no-store", signal: abortAfter(timeoutMs) });
    const page = response.ok ? parse(await response.text()) : undefined;
    return page && isOurs(page) ? page : undefined;
  } catch {
    return undefined;
  }
}
