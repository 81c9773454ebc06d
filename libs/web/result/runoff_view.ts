// The instant run-off of a ranking, round by round.
import type { PollWording } from "./poll_wording.js";
import type { RankingResults, RunoffRound } from "./poll_results.js";
import { element } from "./rows.js";

const idOf = (index: number): string => String.fromCharCode(97 + index);

/** A sentence about who wins, a list for each round, and how ties were decided. */
export class RunoffView {
  readonly element = element("section", "runoff");
  private readonly verdict = element("p", "verdict");
  private readonly rounds = element("div", "rounds");
  private readonly ties = element("ul", "ties");
  private drawn = "";

  constructor(
    private readonly labels: readonly string[],
    private readonly wording: PollWording,
  ) {
    this.element.append(element("h2", "", wording.say("runoff")), this.verdict, this.rounds, this.ties);
  }

  show({ voters, runoff }: RankingResults): void {
    this.element.hidden = voters === 0;
    const state = JSON.stringify(runoff);
    if (state === this.drawn) {
      return;
    }
    this.drawn = state;
    if (!runoff) {
      this.verdict.textContent = this.wording.say("no_runoff");
      this.rounds.replaceChildren();
      this.ties.replaceChildren();
      return;
    }
    const { winner, rounds } = runoff;
    this.verdict.textContent =
      winner === null ? "" : this.wording.winner(this.labelOf(winner), rounds.length);
    this.rounds.replaceChildren(...rounds.map((round, index) => this.round(round, index, winner)));
    this.ties.replaceChildren(
      ...rounds.flatMap((round, index) => (round.tied.length > 1 ? [this.tie(round, index)] : [])),
    );
  }

  private labelOf(id: string): string {
    return this.labels[id.charCodeAt(0) - 97] ?? id;
  }

  // The options with their ballots, the most first. The table of the page has the same numbers.
  private round(round: RunoffRound, index: number, winner: string | null): HTMLElement {
    const most = Math.max(1, ...round.counts.map((count) => count ?? 0));
    const list = element("ol", "ballots");
    list.setAttribute("role", "list");
    const isLast = round.eliminated === null;
    round.counts
      .map((count, option) => ({ count, id: idOf(option) }))
      .filter((each): each is { count: number; id: string } => each.count !== null)
      .sort((left, right) => right.count - left.count)
      .forEach(({ count, id }) => {
        const item = element("li", "ballot");
        item.classList.toggle("out", id === round.eliminated);
        item.classList.toggle("winner", isLast && id === winner);
        const label = element("span", "name", this.labelOf(id));
        label.dir = "auto";
        item.style.setProperty("--share", String(count / most));
        item.dataset["option"] = id;
        item.append(label, element("span", "count", this.wording.number(count)));
        if (id === round.eliminated) {
          item.append(element("span", "fate", this.wording.say("eliminated")));
        } else if (isLast && id === winner) {
          item.append(element("span", "fate", this.wording.say("wins")));
        }
        list.append(item);
      });
    const column = element("div", "round");
    column.append(element("h3", "", this.wording.round(index + 1)), list);
    if (round.exhausted > 0) {
      column.append(element("p", "exhausted", this.wording.exhausted(round.exhausted)));
    }
    return column;
  }

  private tie(round: RunoffRound, index: number): HTMLElement {
    const item = element(
      "li",
      "",
      this.wording.tie({
        round: index + 1,
        tied: round.tied.map((id) => this.labelOf(id)),
        eliminated: this.labelOf(round.eliminated ?? ""),
        decidedBy: round.decided_by_round,
      }),
    );
    item.dir = "auto";
    return item;
  }
}
