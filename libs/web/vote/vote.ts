// The vote page: a tap shows at once, and is retried until the server has accepted the vote. Without this script the form
// posts by itself, and the response is the page.
import { find, pageLanguage, takeOver, voteTexts } from "../shared/page.js";
import { onVisible } from "../shared/visibility.js";
import { ButtonForm } from "./button_form.js";
import { CardResults } from "./card_results.js";
import { countsOfTally } from "./option_counts.js";
import { hiddenField } from "./send.js";
import { isSupported } from "./supported.js";
import { VotePage } from "./vote_page.js";
import { VoteView } from "./vote_view.js";

// After this time in the background a page checks whether the question has changed.
const staleAfterMs = 10_000;

function open(): VotePage {
  const form = find<HTMLFormElement>(document, "#choice");
  const answers = new ButtonForm(form);
  const texts = voteTexts(pageLanguage());
  const tally = find(document, "main").dataset["tally"];
  const counts = countsOfTally(hiddenField(document, "poll"));
  const results = tally ? new CardResults(tally, counts, answers.buttons, texts) : undefined;
  return new VotePage({ form, answers, view: new VoteView(form, answers, texts, results), replace });
}

function replace(page: Document): void {
  takeOver(page);
  current = open();
  const notice = find(document, "#question-changed");
  notice.hidden = false;
  notice.tabIndex = -1;
  notice.focus(); // the focused element was removed
  notice.scrollIntoView({ block: "nearest" });
}

// Without a voter token in the form and without cookies, a retried vote would count twice.
const votesOnce = navigator.cookieEnabled || hiddenField(document, "voter") !== "";

let current: VotePage;
if (isSupported() && votesOnce) {
  current = open();
  onVisible((hiddenMs) => {
    current.tryNow();
    current.refresh();
    if (hiddenMs >= staleAfterMs) {
      void current.checkQuestion();
    }
  });
  addEventListener("online", () => current.tryNow());
  addEventListener("storage", (event) => current.onStorage(event));
} else if (!votesOnce) {
  find(document, "#without-cookie").hidden = false;
}
