// Polls that people made, announced in Redis as by the service that has their store: first the gate, then the definition
// (libs/queue/redis_vote_gates.hpp, libs/directory/redis_poll_commands.hpp).
import { randomBytes } from "node:crypto";
import { request, formType } from "./http.mjs";

const alphabet = "34679CDFHJKMNPQRTVWXY";

export const questions = {
  single: { kind: "single", text: "Lunch?", options: ["Noodles", "Pizza"] },
  multiple: { kind: "multiple", text: "Which days?", options: ["Monday", "Tuesday", "Friday"], min: 1, max: 2 },
  scale: { kind: "scale", text: "How was it?", size: 10, low: "Poor", high: "Great", skippable: true },
  ranking: { kind: "ranking", text: "In which order?", options: ["Run", "Swim", "Ride"], min: 2 },
};

// An open poll that takes votes; `changes` are members of the JSON of poll/managed_poll_json.hpp.
export function managedPoll(changes = {}) {
  const now = Math.floor(Date.now() / 1000);
  return {
    id: randomBytes(12).toString("hex"),
    code: Array.from(randomBytes(6), (byte) => alphabet[byte % alphabet.length]).join(""),
    title: "Lunch",
    question: questions.single,
    change: "while_open",
    results: "live",
    keep_days: 30,
    opens_at: null,
    closes_at: null,
    zone: "UTC",
    state: "open",
    run: 1,
    revision: 2,
    created_at: now,
    changed_at: now,
    opened_at: now,
    closed_at: null,
    ...changes,
  };
}

export async function announce(redis, poll) {
  await redis.command("HSET", "pollux:gates", poll.id, `${poll.state} ${poll.run} ${poll.revision}`);
  await redis.command("HSET", "pollux:managed-polls", poll.id, `${poll.revision} ${JSON.stringify(poll)}`);
  const [number] = await redis.command("INCR", "pollux:managed-polls:sequence");
  await redis.command("ZADD", "pollux:managed-polls:changes", number, poll.id);
}

// The same poll after a change, announced.
export async function change(redis, poll, changes) {
  const next = { ...poll, ...changes, revision: poll.revision + 1 };
  await announce(redis, next);
  return next;
}

export function pageUrl(service, poll) {
  return `${service.voteUrl}/p/${poll.code}`;
}

// Posts the form of a poll. `cookie` as a browser sends it.
export function answer(service, poll, form, { cookie } = {}) {
  const headers = { "Content-Type": formType, ...(cookie ? { Cookie: cookie } : {}) };
  return request(pageUrl(service, poll), { method: "POST", headers, body: form });
}
