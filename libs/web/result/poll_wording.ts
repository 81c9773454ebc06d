// Texts with numbers of the result page of a poll that someone made.
import type { PollResultTexts, ResultTexts } from "../shared/page.js";
import type { ChoiceResults, Results } from "./poll_results.js";
import { type RowTexts, votesAndShares } from "./rows.js";
import { tenthsOfPercent, Wording } from "./wording.js";

export interface Tie {
  readonly round: number;
  readonly tied: readonly string[];
  readonly eliminated: string;
  readonly decidedBy: number | null;
}

const announcedOptions = 5;

/** Words in the language of the page, numbers in the reader's format. */
export class PollWording {
  private readonly wording: Wording;
  private readonly hundredths: Intl.NumberFormat;

  constructor(
    private readonly results: ResultTexts,
    private readonly texts: PollResultTexts,
    locale?: string,
  ) {
    this.wording = new Wording(results, locale);
    this.hundredths = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  }

  say(key: Parameters<PollResultTexts["say"]>[0], values: Readonly<Record<string, string>> = {}): string {
    return this.texts.say(key, values);
  }

  number(count: number): string {
    return this.wording.number(count);
  }

  /** Of what does not exist, such as the mean without votes, a dash. */
  decimal(value: number | null): string {
    return value === null ? "–" : this.hundredths.format(value);
  }

  percentage(tenths: number): string {
    return this.wording.percentage(tenths);
  }

  votesAndShares(): RowTexts {
    return votesAndShares(this.wording, this.results.say("leading"), this.texts.say("most_votes"));
  }

  /** Points, and average ranks in hundredths; 0 for an option that was not ranked. */
  pointsAndRanks(): RowTexts {
    return {
      first: (points) => this.texts.sayCount("points", points, this.number(points)),
      second: (rank) => `⌀ ${this.decimal(rank === 0 ? null : rank / 100)}`,
      leading: this.texts.say("most_points"), // another one may win the run-off
      won: this.texts.say("most_points"),
    };
  }

  /** The shares of the options in tenths of a percent. Of a multiple choice they exceed a whole. */
  shares({ kind, options }: ChoiceResults): number[] {
    return kind === "single"
      ? tenthsOfPercent(options.map((option) => option.count))
      : options.map((option) => Math.round(option.share * 1000));
  }

  voters(count: number): string {
    return count === 0 ? this.results.say("no_votes") : this.texts.sayCount("voted", count, this.number(count));
  }

  /** Of a poll without votes that takes none. */
  noVoters(): string {
    return this.texts.sayCount("voted", 0, this.number(0));
  }

  skipped(count: number): string {
    return this.texts.sayCount("skipped_by", count, this.number(count));
  }

  exhausted(count: number): string {
    return this.texts.sayCount("exhausted", count, this.number(count));
  }

  round(number: number): string {
    return this.texts.say("round", { number: String(number) });
  }

  winner(label: string, rounds: number): string {
    return this.texts.sayCount("winner", rounds, this.number(rounds)).replace("{label}", () => label);
  }

  tie({ round, tied, eliminated, decidedBy }: Tie): string {
    const values = { round: String(round), tied: tied.join(", "), eliminated, earlier: String(decidedBy ?? 0) };
    return this.texts.say(decidedBy === null ? "tie_by_place" : "tie_by_round", values);
  }

  /** The rest of the time until `at` (Unix time in seconds), or nothing if that is past or more than a day away. */
  closing(at: number, now: number): string {
    const seconds = Math.ceil(at - now);
    if (seconds <= 0 || seconds > 86_400) {
      return "";
    }
    const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    const shown = parts[0] === 0 ? parts.slice(1) : parts;
    const time = shown.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, "0"))).join(":");
    return this.texts.say("closing", { time });
  }

  /** The results in words, for a screen reader. */
  announcement(results: Results): string {
    const voters = this.voters(results.voters);
    switch (results.kind) {
      case "scale":
        return `${this.texts.say("average_is", { average: this.decimal(results.mean) })} ${voters}`;
      case "ranking": {
        const leading = [...results.options].sort((left, right) => right.points - left.points);
        const said = leading
          .slice(0, announcedOptions)
          .map(({ label, points }) => `${label} ${this.pointsAndRanks().first(points)}`);
        return `${this.texts.say("now", { options: said.join(", ") })} ${voters}`;
      }
      default: {
        const shares = this.shares(results);
        const said = results.options
          .map(({ label }, index) => ({ label, tenths: shares[index] ?? 0 }))
          .sort((left, right) => right.tenths - left.tenths)
          .slice(0, announcedOptions)
          .map(({ label, tenths }) => `${label} ${this.percentage(tenths)}`);
        return `${this.texts.say("now", { options: said.join(", ") })} ${voters}`;
      }
    }
  }
}
