// How many have voted in a run, and what: drawn and as tables (drawn_results.ts).
import { find } from "../shared/page.js";
import type { Poll, RunResults } from "./api.js";
import { showsResults } from "./content.js";
import { make } from "./dom.js";
import type * as Drawn from "./drawn_results.js";
import { say, sayCount } from "./words.js";

const isDrawnOver = (sheet: HTMLLinkElement) =>
  new Promise<void>((resolve, reject) => {
    sheet.addEventListener("load", () => resolve());
    sheet.addEventListener("error", () => {
      sheet.remove();
      reject(new Error("The style sheet of the results was not loaded."));
    });
    document.head.append(sheet);
  });

async function load(): Promise<typeof Drawn> {
  const { content } = find<HTMLTemplateElement>(document, "#drawn-results");
  const address = find(content, "script").getAttribute("src") ?? "";
  const sheet = find<HTMLLinkElement>(content, "link").cloneNode() as HTMLLinkElement;
  const script: Promise<typeof Drawn> = import(new URL(address, document.baseURI).href);
  const [drawn] = await Promise.all([script, isDrawnOver(sheet)]);
  return drawn;
}

let loading: Promise<typeof Drawn> | undefined;

// Once; again after a failure.
function loadOnce(): Promise<typeof Drawn> {
  loading ??= load().catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

export interface Voting {
  /** No more votes are taken. */
  readonly isOver: boolean;
  /** Voters do not see the results, even if they have voted. */
  readonly isHidden: boolean;
}

/** For the current run. */
export function votingOf({ state, policies }: Poll): Voting {
  const isOver = state === "closed" || state === "archived";
  return { isOver, isHidden: state !== "draft" && !showsResults(policies.results, isOver) };
}

export class ResultsPanel {
  private readonly voters = make("p", { class: "voters" });
  private readonly note = make("p", { class: "note" }, say("voters_do_not_see"));
  private readonly hint = make("p", { class: "hint" }, say("points_hint"));
  readonly content: readonly HTMLElement[];

  private constructor(private readonly drawn: Drawn.DrawnResults) {
    this.content = [this.voters, this.note, drawn.element, this.hint];
  }

  /** Rejects if script or style sheet of the drawing can't be loaded. */
  static async make(options: { readonly tablesOpen: boolean }): Promise<ResultsPanel> {
    const { DrawnResults } = await loadOnce();
    return new ResultsPanel(new DrawnResults(options));
  }

  show(results: RunResults, { isOver, isHidden }: Voting): void {
    this.voters.textContent = sayCount("voters", results.results.voters);
    this.note.hidden = !isHidden;
    this.hint.hidden = results.results.kind !== "ranking";
    this.drawn.show(results, isOver);
  }
}
