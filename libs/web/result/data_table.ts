// The numbers of a poll as tables, behind the drawing.
import type { PollWording } from "./poll_wording.js";
import type { Question, Results } from "./poll_results.js";

interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly foot: readonly (readonly string[])[];
}

function cell(name: "th" | "td", text: string, scope?: "col" | "row"): HTMLTableCellElement {
  const made = document.createElement(name) as HTMLTableCellElement;
  made.textContent = text;
  if (scope) {
    made.scope = scope;
  }
  return made;
}

function row(texts: readonly string[]): HTMLTableRowElement {
  const made = document.createElement("tr");
  const [label = "", ...numbers] = texts;
  const header = cell("th", label, "row");
  header.dir = "auto";
  made.append(header, ...numbers.map((text) => cell("td", text)));
  return made;
}

function draw({ head, rows, foot }: Table): HTMLTableElement {
  const table = document.createElement("table");
  const columns = document.createElement("tr");
  columns.append(...head.map((text) => cell("th", text, "col")));
  table.createTHead().append(columns);
  table.createTBody().append(...rows.map(row));
  if (foot.length > 0) {
    table.createTFoot().append(...foot.map(row));
  }
  return table;
}

function tablesOf(question: Question, results: Results, wording: PollWording): Table[] {
  const voters = [wording.say("voters"), wording.number(results.voters), ""];
  switch (results.kind) {
    case "scale": {
      const answers = results.counts.reduce((sum, count) => sum + count, 0);
      const end = (number: number): string =>
        question.kind !== "scale" ? "" : number === 1 ? question.low : number === question.size ? question.high : "";
      const rows = results.counts.map((count, index) => [
        end(index + 1) === "" ? String(index + 1) : `${index + 1} – ${end(index + 1)}`,
        wording.number(count),
        wording.percentage(answers === 0 ? 0 : Math.round((count / answers) * 1000)),
      ]);
      const skipped = results.skipped > 0 ? [[wording.say("skipped"), wording.number(results.skipped), ""]] : [];
      return [
        {
          head: [wording.say("number"), wording.say("count"), wording.say("share")],
          rows,
          foot: [
            ...skipped,
            [wording.say("average"), wording.decimal(results.mean), ""],
            [wording.say("median"), wording.decimal(results.median), ""],
          ],
        },
      ];
    }
    case "ranking": {
      const points: Table = {
        head: ["option", "points_head", "average_rank", "ranked_by"].map((key) => wording.say(key as "option")),
        rows: results.options.map((option) => [
          option.label,
          wording.number(option.points),
          wording.decimal(option.average_rank),
          wording.number(option.ranked),
        ]),
        foot: [[...voters, ""]],
      };
      const rounds = results.runoff?.rounds ?? [];
      const runoff: Table = {
        head: [wording.say("runoff"), ...rounds.map((_, index) => wording.round(index + 1))],
        rows: results.options.map((option, index) => [
          option.label,
          ...rounds.map(({ counts }) => {
            const count = counts[index] ?? null;
            return count === null ? "–" : wording.number(count);
          }),
        ]),
        foot: rounds.some(({ exhausted }) => exhausted > 0)
          ? [[wording.say("without_option"), ...rounds.map(({ exhausted }) => wording.number(exhausted))]]
          : [],
      };
      return rounds.length > 0 ? [points, runoff] : [points];
    }
    default: {
      const shares = wording.shares(results);
      return [
        {
          head: [wording.say("option"), wording.say("count"), wording.say("share")],
          rows: results.options.map((option, index) => [
            option.label,
            wording.number(option.count),
            wording.percentage(shares[index] ?? 0),
          ]),
          foot: [voters],
        },
      ];
    }
  }
}

/** Replaces what is in `place` by the tables; without results by nothing. */
export class DataTables {
  private drawn = "";

  constructor(private readonly place: HTMLElement) {}

  show(question: Question, results: Results, wording: PollWording): void {
    const tables = tablesOf(question, results, wording);
    const state = JSON.stringify(tables);
    if (state !== this.drawn) {
      this.drawn = state;
      this.place.replaceChildren(...tables.map(draw));
    }
  }

  clear(): void {
    this.drawn = "";
    this.place.replaceChildren();
  }
}
