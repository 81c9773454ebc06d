// What the tests of the admin page do without it: the first account, polls and votes.
import assert from "node:assert/strict";
import { eventually } from "../system/eventually.mjs";

export const owner = { name: "Ada", password: "seven blue herons" };

// The address that makes the first account, from the log.
export const setupAddress = (pollux) =>
  eventually(() => {
    const found = /http:[^"\s]+#setup=[0-9a-f]+/.exec(pollux.log.join("\n"));
    assert.ok(found, "The log has no address for the first account.");
    return found[0];
  });

// A request of the page to the API, for what a test is not about.
export async function api(page, method, path, { body, revision } = {}) {
  const { status, text } = await page.evaluate(
    async ([sent, to, content, tag]) => {
      const response = await fetch(`api/v1/${to}`, {
        method: sent,
        headers: {
          "X-Requested-With": "pollux",
          ...(content && { "Content-Type": "application/json" }),
          ...(tag && { "If-Match": `"${tag}"` }),
        },
        ...(content && { body: JSON.stringify(content) }),
      });
      return { status: response.status, text: await response.text() };
    },
    [method, path, body, revision],
  );
  assert.ok(status < 300, `${method} ${path}: ${status} ${text}`);
  return text === "" ? undefined : JSON.parse(text);
}

export const questions = {
  single: { kind: "single", text: "Where shall we eat?", options: ["Noodles", "Pizza", "Curry"] },
  multiple: { kind: "multiple", text: "Which days suit you?", options: ["Monday", "Tuesday", "Friday"], min: 1, max: 2 },
  scale: { kind: "scale", text: "How was the workshop?", size: 5, low: "Poor", high: "Great", skippable: true },
  ranking: { kind: "ranking", text: "Which city shall host us?", options: ["Oslo", "Lisbon", "Kraków"], min: 1 },
};

// A poll, by the API, with everything else as it is by default.
export const makePoll = (page, question, more = {}) =>
  api(page, "POST", "polls", { body: { title: question.text, question, ...more } });

// Casts a vote in an open poll as a form does: `values` are those of its fields.
export async function castVote(poll, values) {
  const form = await (await fetch(poll.vote_url)).text();
  const hidden = (name) => new RegExp(`name="${name}" value="([^"]*)"`).exec(form)[1];
  const body = new URLSearchParams([
    ...values.map((value) => ["vote", value]),
    ["voter", hidden("voter")],
    ["poll", hidden("poll")],
  ]);
  const { status } = await fetch(poll.vote_url, { method: "POST", body });
  assert.equal(status, 200);
}
