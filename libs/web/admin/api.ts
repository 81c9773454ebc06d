// The HTTP API as the pages use it: /api/v1, with the session's cookie. admin/openapi.json describes it.
import type { Results } from "../result/poll_results.js";
import type { Content, Logo, Question } from "./content.js";

export type Role = "owner" | "editor";
export type PollState = "draft" | "open" | "closed" | "archived";
export type Action = "open" | "close" | "reset" | "archive";

export interface Session {
  readonly account: { readonly id: string; readonly name: string; readonly role: Role };
}

export interface Poll extends Content {
  readonly id: string;
  readonly code: string;
  readonly state: PollState;
  readonly run: number;
  readonly revision: number;
  readonly opened_at: string | null;
  readonly closed_at: string | null;
  readonly logo: Logo | null;
  readonly voters: number;
  readonly vote_url: string;
  readonly result_url: string;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

export interface Run {
  readonly run: number;
  readonly question: Question;
  readonly opened_at: string | null;
  readonly closed_at: string | null;
  readonly voters: number;
}

export interface RunResults {
  readonly run: number;
  readonly title: string;
  readonly votes_deleted_at: string | null;
  readonly question: Question;
  readonly results: Results;
}

export interface Account {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly revision: number;
  readonly created_at: string;
}

export interface SignedInBrowser {
  readonly id: string;
  readonly current: boolean;
  readonly created_at: string;
  readonly seen_at: string;
}

export interface Key {
  readonly id: string;
  readonly label: string;
  readonly hint: string;
  readonly scopes: readonly string[];
  readonly created_at: string;
  readonly expires_at: string | null;
  readonly used_at: string | null;
}

export interface AuditEvent {
  readonly at: string;
  readonly actor: string;
  readonly key: string | null;
  readonly action: string;
  readonly poll: string | null;
  readonly detail: string;
}

/** Why a request failed. */
export interface Problem {
  /** 0: no answer. */
  readonly status: number;
  /** As in the API; "offline" without an answer. */
  readonly code: string;
  /** For people, in English; may be empty. */
  readonly detail: string;
  readonly retryAfterSeconds?: number;
}

export class Failure extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail || problem.code);
  }
}

// Of responses that are no problem.
const codes: Readonly<Record<number, string>> = { 401: "sign_in_again", 413: "invalid" };

async function problemOf(response: Response): Promise<Problem> {
  const { status, headers } = response;
  const retryAfter = Number(headers.get("Retry-After") ?? NaN);
  const wait = Number.isFinite(retryAfter) && retryAfter > 0 ? { retryAfterSeconds: retryAfter } : {};
  // What is sent in response to HEAD has no body; such requests are sent for what needs a recent password.
  const code = codes[status] ?? (status >= 500 ? "unavailable" : "bad_request");
  try {
    const { code: stated, detail } = (await response.json()) as Partial<Problem>;
    return { status, code: stated ?? code, detail: detail ?? "", ...wait };
  } catch {
    return { status, code, detail: "", ...wait };
  }
}

export interface Request {
  readonly method?: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly body?: unknown;
  /** The revision that the change is made from. */
  readonly revision?: number;
  /** A request that is repeated with the same one is done once. */
  readonly idempotencyKey?: string;
}

/** A text that is new each time. Without TLS browsers have no crypto.randomUUID(). */
export const newKey = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

export interface Asking {
  /** Asks for the password, because the request needs a recent one, or because the session is over. False: cancelled. */
  password(why: "sign_in_again" | "unauthenticated"): Promise<boolean>;
  readonly fetch?: typeof fetch;
}

const timeoutMs = 20_000;

/** Requests reject with a Failure. */
export class Api {
  constructor(private readonly asking: Asking) {}

  async get<Answer>(path: string, query: Readonly<Record<string, string | undefined>> = {}): Promise<Answer> {
    const given = Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1]));
    return this.request(given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`);
  }

  /** Sends the request, after the password if it needs one. */
  async request<Answer>(path: string, request: Request = {}): Promise<Answer> {
    try {
      return await this.send<Answer>(path, request);
    } catch (error) {
      const code = error instanceof Failure ? error.problem.code : "";
      if ((code === "sign_in_again" || code === "unauthenticated") && (await this.asking.password(code))) {
        return this.send<Answer>(path, request);
      }
      throw error;
    }
  }

  /** The same without asking: for requests that have a password, and for the first one. */
  async send<Answer>(path: string, { method = "GET", body, revision, idempotencyKey }: Request): Promise<Answer> {
    const headers: Record<string, string> = { Accept: "application/json" };
    if (method !== "GET" && method !== "HEAD") {
      headers["X-Requested-With"] = "pollux";
    }
    if (body !== undefined) {
      headers["Content-Type"] = "application/json";
    }
    if (revision !== undefined) {
      headers["If-Match"] = `"${revision}"`;
    }
    if (idempotencyKey !== undefined) {
      headers["Idempotency-Key"] = idempotencyKey;
    }
    const response = await this.fetched(`api/v1/${path}`, {
      method,
      headers,
      credentials: "same-origin",
      cache: "no-cache",
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) {
      throw new Failure(await problemOf(response));
    }
    const isEmpty = response.status === 204 || method === "HEAD";
    return (isEmpty ? undefined : await response.json()) as Answer;
  }

  private async fetched(path: string, init: RequestInit): Promise<Response> {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), timeoutMs);
    try {
      return await (this.asking.fetch ?? fetch)(path, { ...init, signal: controller.signal });
    } catch {
      throw new Failure({ status: 0, code: "offline", detail: "" });
    } finally {
      clearTimeout(timer);
    }
  }
}
