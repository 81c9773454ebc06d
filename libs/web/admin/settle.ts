// Stores a poll that was edited, also if what is stored is another version than the edit began with.
import { Failure, type Poll } from "./api.js";
import type { App } from "./app.js";
import { askAboutConflict } from "./conflict.js";
import type { Content } from "./content.js";
import { conflictOf } from "./merge.js";

/** What is stored then; "discarded": the other version stays; "undecided": nothing is stored yet. */
export type Outcome = Poll | "discarded" | "undecided";

/** Stores `mine` in place of the poll as it was. If someone else has changed it, asks for a version that keeps both. */
export async function replace(app: App, poll: Poll, mine: Content): Promise<Outcome> {
  return (await put(app, poll.id, poll.revision, mine)) ?? settle(app, poll, mine);
}

/** What the API takes of a poll's content; the logo has a route of its own. */
export const bodyOf = ({ title, question, policies, schedule, theme }: Content) => ({
  title,
  question,
  policies,
  schedule,
  theme,
});

// Undefined if the poll has another revision.
async function put(app: App, id: string, revision: number, content: Content): Promise<Poll | undefined> {
  try {
    return await app.api.request<Poll>(`polls/${id}`, { method: "PUT", revision, body: bodyOf(content) });
  } catch (error) {
    if (error instanceof Failure && error.problem.status === 412) {
      return undefined;
    }
    throw error;
  }
}

async function settle(app: App, poll: Poll, mine: Content): Promise<Outcome> {
  let base: Content = poll;
  let wanted = mine;
  for (;;) {
    const theirs = await app.api.get<Poll>(`polls/${poll.id}`);
    const conflict = conflictOf(base, wanted, theirs);
    const choice = await askAboutConflict(conflict, wanted, theirs);
    if (choice !== "confirmed") {
      return choice === "other" ? "discarded" : "undecided";
    }
    const saved = await put(app, poll.id, theirs.revision, conflict.merged);
    if (saved) {
      return saved;
    }
    base = theirs;
    wanted = conflict.merged;
  }
}
