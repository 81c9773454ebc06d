import assert from "node:assert/strict";
import { test } from "node:test";
import { Api, Failure, newKey, type Problem } from "./api.js";

interface Sent {
  readonly path: string;
  readonly init: RequestInit;
}

// An API that answers with these responses, in this order.
function apiWith(
  responses: readonly (Response | Error)[],
  password: (why: string) => Promise<boolean> = async () => false,
) {
  const sent: Sent[] = [];
  const fetch = async (path: string, init: RequestInit) => {
    const response = responses[sent.push({ path, init }) - 1];
    if (!response || response instanceof Error) {
      throw response ?? new Error("No further response.");
    }
    return response;
  };
  return { api: new Api({ password, fetch: fetch as typeof globalThis.fetch }), sent };
}

const problem = (status: number, code: string, headers = {}) =>
  new Response(JSON.stringify({ code, detail: "Details." }), { status, headers });

const failureOf = async (request: Promise<unknown>): Promise<Problem> => {
  try {
    await request;
  } catch (error) {
    assert.ok(error instanceof Failure);
    return error.problem;
  }
  return assert.fail("The request succeeded.");
};

test("a change names its revision and what other sites cannot send", async () => {
  const { api, sent } = apiWith([new Response('{"revision":4}')]);
  assert.deepEqual(await api.request("polls/a", { method: "PUT", body: { title: "T" }, revision: 3 }), { revision: 4 });
  assert.equal(sent[0]?.path, "api/v1/polls/a");
  assert.deepEqual(sent[0]?.init.headers, {
    Accept: "application/json",
    "X-Requested-With": "pollux",
    "Content-Type": "application/json",
    "If-Match": '"3"',
  });
});

test("empty parameters are not sent", async () => {
  const { api, sent } = apiWith([new Response("{}"), new Response("{}")]);
  await api.get("polls", { search: "", cursor: undefined });
  await api.get("polls", { search: "tea & cake", archived: "true" });
  assert.deepEqual(
    sent.map(({ path }) => path),
    ["api/v1/polls", "api/v1/polls?search=tea+%26+cake&archived=true"],
  );
});

test("after the password the request is sent again, once", async () => {
  const asked: string[] = [];
  const password = async (why: string) => {
    asked.push(why);
    return true;
  };
  const { api, sent } = apiWith([problem(401, "sign_in_again"), new Response(null, { status: 204 })], password);
  assert.equal(await api.request("polls/a", { method: "DELETE", revision: 1 }), undefined);
  assert.deepEqual(sent[1], { ...sent[0], init: { ...sent[0]?.init, signal: sent[1]?.init.signal } });
  const twice = apiWith([problem(401, "unauthenticated"), problem(401, "unauthenticated")], password);
  assert.equal((await failureOf(twice.api.get("polls"))).code, "unauthenticated");
  assert.deepEqual(asked, ["sign_in_again", "unauthenticated"]);
});

test("without the password the request fails", async () => {
  const { api, sent } = apiWith([problem(401, "sign_in_again")]);
  assert.equal((await failureOf(api.request("polls/a", { method: "DELETE" }))).code, "sign_in_again");
  assert.equal(sent.length, 1);
});

test("failures say what is known", async () => {
  const { api } = apiWith([
    problem(429, "too_many", { "Retry-After": "8" }),
    problem(412, "conflict"),
    new Response("no JSON", { status: 503 }),
    new Response("no JSON", { status: 400 }),
    new TypeError("failed to fetch"),
  ]);
  const next = () => failureOf(api.get("polls"));
  assert.deepEqual(await next(), { status: 429, code: "too_many", detail: "Details.", retryAfterSeconds: 8 });
  assert.deepEqual(await next(), { status: 412, code: "conflict", detail: "Details." });
  assert.deepEqual(await next(), { status: 503, code: "unavailable", detail: "" });
  assert.deepEqual(await next(), { status: 400, code: "bad_request", detail: "" });
  assert.deepEqual(await next(), { status: 0, code: "offline", detail: "" });
});

test("keys are new each time, and of the characters that a header may have", () => {
  assert.match(newKey(), /^[0-9a-f]{32}$/);
  assert.notEqual(newKey(), newKey());
});
