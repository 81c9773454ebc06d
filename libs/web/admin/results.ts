// The results of a run, and all runs of the poll. Results and votes can be downloaded.
import type { Poll, Run, RunResults } from "./api.js";
import type { App, Open } from "./app.js";
import { button, make, table, written } from "./dom.js";
import { ResultsPanel, votingOf } from "./results_panel.js";
import { address } from "./route.js";
import { number, say, time } from "./words.js";

// With the mark by which spreadsheets recognize UTF-8.
const csvOf = (poll: Poll, run: number, what: "results" | "votes") =>
  `polls/${poll.id}/${what}.csv?run=${run}&bom=true`;

// A link would show an error in place of the page, or save it as the file: so it is asked first.
function saveVotes(app: App, poll: Poll, run: number): void {
  const path = csvOf(poll, run, "votes");
  void app.attempt(async () => {
    await app.api.request(path, { method: "HEAD" });
    make("a", { href: `api/v1/${path}`, download: true }).click();
  });
}

function runsTable(poll: Poll, runs: readonly Run[], shown: number): HTMLElement {
  const rows = runs.map(({ run, question, opened_at, closed_at, voters }) => [
    make(
      "a",
      { href: address(["polls", poll.id, "results"], { run: String(run) }), "aria-current": run === shown && "true" },
      say("run", { run: number(run) }),
    ),
    written(question.text),
    time(opened_at),
    time(closed_at),
    number(voters),
  ]);
  return table(
    say("runs"),
    [say("run_column"), say("question"), say("opened_column"), say("closed_column"), say("voters_column")],
    rows,
  );
}

export const openResults: Open = async (app, { id, query }) => {
  const run = query.get("run") ?? undefined;
  const [poll, results, runs, panel] = await Promise.all([
    app.api.get<Poll>(`polls/${id}`),
    app.api.get<RunResults>(`polls/${id}/results`, { run }),
    app.api.get<{ items: Run[] }>(`polls/${id}/runs`),
    ResultsPanel.make({ tablesOpen: true }),
  ]);
  panel.show(results, results.run === poll.run ? votingOf(poll) : { isOver: true, isHidden: false });
  return {
    title: say("results_of", { title: poll.title }),
    content: [
      results.question.text !== poll.title && make("p", { class: "question-text", dir: "auto" }, results.question.text),
      make("h2", {}, say("run", { run: number(results.run) })),
      ...panel.content,
      results.votes_deleted_at !== null && make("p", {}, say("votes_deleted", { time: time(results.votes_deleted_at) })),
      make(
        "div",
        { class: "actions" },
        make(
          "a",
          { class: "button", href: `api/v1/${csvOf(poll, results.run, "results")}`, download: true },
          say("download_csv"),
        ),
        results.votes_deleted_at === null && button(say("download_votes"), () => saveVotes(app, poll, results.run)),
        make("a", { class: "button", href: address(["polls", id]) }, say("back_to_poll")),
      ),
      make("h2", {}, say("runs")),
      runsTable(poll, runs.items, results.run),
    ],
  };
};
