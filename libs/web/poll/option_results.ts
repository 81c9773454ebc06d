// The results in the options of the page of a poll: loaded once a vote is in, by the pages that show them.
import type { VoteTexts } from "../shared/page.js";
import { CardResults } from "../vote/card_results.js";
import { countsOfResults } from "../vote/option_counts.js";

export const optionResults = (
  url: string,
  run: string,
  buttons: readonly HTMLButtonElement[],
  texts: VoteTexts,
): CardResults => new CardResults(url, countsOfResults(run), buttons, texts);
