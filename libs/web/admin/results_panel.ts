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
    sheet.addEventListener("error", () => reject(new Error("The style sheet of the results was not loaded.")));
    document.head.append(sheet);
  });

let attempts = 0;

async function load(): Promise<typeof Drawn> {
  const { content } = find<HTMLTemplateElement>(document, "#drawn-results");
  const address = new URL(find(content, "script").getAttribute("src") ?? "", document.baseURI);
  attempts += 1;
  if (attempts > 1) {
    address.searchParams.set("attempt", String(attempts)); // a browser does not import an address again that failed
  }
  const sheet = find<HTMLLinkElement>(content, "link").cloneNode() as HTMLLinkElement;
  try {
    const script: Promise<typeof Drawn> = import(address.href);
    const [drawn] = await Promise.all([script, isDrawnOver(sheet)]);
    return drawn;
  } catch (error) {
    sheet.remove();
    throw error;
  }
}

let loading: Promise<typeof Drawn | undefined> | undefined;

// Once; again after a failure. Script and style sheet are gone for good if the service was replaced by another version.
function loadOnce(): Promise<typeof Drawn | undefined> {
  loading ??= load().catch(() => {
    loading = undefined;
    return undefined;
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

  private constructor(private readonly drawn: Drawn.DrawnResults | undefined) {
    const drawing = drawn?.element ?? make("p", { class: "note" }, say("drawing_failed"));
    this.content = [this.voters, this.note, drawing, this.hint];
  }

  /** If script or style sheet of the drawing can't be loaded, a text in its place says so. */
  static async make(options: { readonly tablesOpen: boolean }): Promise<ResultsPanel> {
    const drawn = await loadOnce();
    return new ResultsPanel(drawn && new drawn.DrawnResults(options));
  }

  get isDrawn(): boolean {
    return this.drawn !== undefined;
  }

  show(results: RunResults, { isOver, isHidden }: Voting): void {
    this.voters.textContent = sayCount("voters", results.results.voters);
    this.note.hidden = !isHidden;
    this.hint.hidden = !this.isDrawn || results.results.kind !== "ranking";
    this.drawn?.show(results, isOver);
  }
}
