// The numbers of a run as tables, one for each kind of question.
import type { ChoiceResults, RankedOption, RankingResults, RunoffRound, RunResults, ScaleResults } from "./api.js";
import { make, table, written, type Child } from "./dom.js";
import { number, percentage, say, sayCount } from "./words.js";

// A number with a bar beside it, whose length is its share.
function bar(text: string, share: number): HTMLElement {
  const line = make("span", { class: "bar", "aria-hidden": "true" });
  line.style.setProperty("--share", String(share));
  return make("span", { class: "barred" }, text, line);
}

const choiceTable = ({ options }: ChoiceResults) =>
  table(
    say("results"),
    [say("option_column"), say("votes_column"), say("share_column")],
    options.map(({ label, count, share }) => [written(label), number(count), bar(percentage(share), share)]),
  );

function scaleTable({ counts, skipped, voters, mean, median }: ScaleResults, low: string, high: string): HTMLElement[] {
  const answered = Math.max(1, voters - skipped);
  const labelOf = (index: number): Child => {
    const label = index === 0 ? low : index === counts.length - 1 ? high : "";
    return label ? make("span", {}, `${number(index + 1)} `, written(`(${label})`)) : number(index + 1);
  };
  const rows = counts.map((count, index) => [
    labelOf(index),
    number(count),
    bar(percentage(count / answered), count / answered),
  ]);
  const figures = Object.entries({ mean, median, skipped } as const).map(([name, value]) =>
    say(name as "mean" | "median" | "skipped", { value: number(value) }),
  );
  return [
    make("p", {}, figures.join(" · ")),
    table(say("results"), [say("answer_column"), say("votes_column"), say("share_column")], rows),
  ];
}

const labelOf = (options: readonly RankedOption[], id: string | null) =>
  options.find((option) => option.id === id)?.label ?? "–";

function runoffTable(options: readonly RankedOption[], rounds: readonly RunoffRound[]): HTMLElement {
  const cell = (round: RunoffRound, option: RankedOption, index: number): Child => {
    const count = round.counts[index];
    const text = count === null || count === undefined ? "–" : number(count);
    const out = round.eliminated === option.id;
    const tied = round.tied.includes(option.id);
    return out || tied ? `${text} (${say(out ? (tied ? "eliminated_tied" : "eliminated") : "tied")})` : text;
  };
  const rows = options.map((option, index) => [
    written(option.label),
    ...rounds.map((round) => cell(round, option, index)),
  ]);
  return table(
    say("runoff"),
    [say("option_column"), ...rounds.map((_, index) => say("round", { round: number(index + 1) }))],
    [...rows, [say("exhausted"), ...rounds.map(({ exhausted }) => number(exhausted))]],
  );
}

function rankingTables({ options, runoff, voters }: RankingResults): Child[] {
  const sorted = [...options].sort((one, other) => other.points - one.points);
  const most = Math.max(1, ...options.map(({ points }) => points));
  return [
    table(
      say("results"),
      [say("option_column"), say("average_rank"), say("ranked_by"), say("points")],
      sorted.map(({ label, average_rank, ranked, points }) => [
        written(label),
        number(average_rank),
        number(ranked),
        bar(number(points), points / most),
      ]),
    ),
    make("p", { class: "hint" }, say("points_hint")),
    voters > 0 && make("h3", {}, say("runoff")),
    voters > 0 && !runoff && make("p", {}, say("no_runoff")),
    runoff?.winner != null && make("p", {}, say("winner"), " ", written(labelOf(options, runoff.winner))),
    runoff !== null && runoff.rounds.length > 0 && runoffTable(options, runoff.rounds),
  ];
}

/** The numbers of a run, with how many have voted. */
export function resultTables({ results, question }: RunResults): Child[] {
  const voters = make("p", { class: "voters" }, sayCount("voters", results.voters));
  switch (results.kind) {
    case "scale":
      return [voters, ...scaleTable(results, question.low ?? "", question.high ?? "")];
    case "ranking":
      return [voters, ...rankingTables(results)];
    default:
      return [voters, choiceTable(results)];
  }
}
