// The page of a poll that someone made: the form of its question, and what becomes of the poll while the page is open. Without
// this script the form posts by itself, and the response is the page.
import { find, numberLocale, pageLanguage, pollTexts, takeOver, voteTexts } from "../shared/page.js";
import { onVisible } from "../shared/visibility.js";
import type { AnswerForm } from "../vote/answer_form.js";
import { ButtonForm } from "../vote/button_form.js";
import { fetchPage, hiddenField, keepVoter, selectionOn, showSelectionOn } from "../vote/send.js";
import { isSupported } from "../vote/supported.js";
import { keptVoteOf, VotePage } from "../vote/vote_page.js";
import { type ShownResults, VoteView } from "../vote/vote_view.js";
import { CheckForm } from "./check_form.js";
import { requestState } from "./request_state.js";
import { type PollState, StateWatch } from "./state_watch.js";

const texts = pollTexts(pageLanguage());
const ofVotes = voteTexts(pageLanguage());

// What the page shows.
const main = () => find(document, "main");
const shown = () => {
  const { poll, state, revision, code } = main().dataset;
  return { poll, state, revision: Number(revision), url: new URL(code ?? "", location.href).href };
};

let votePage: VotePage | undefined; // while the page has a form

// Only rankings load their script, which is a fifth of all.
async function answersIn(form: HTMLFormElement): Promise<AnswerForm> {
  if (form.querySelector("select")) {
    const { RankingForm } = await import("./ranking_form.js");
    return new RankingForm(form, texts);
  }
  return form.querySelector("#send")
    ? new CheckForm(form, texts)
    : new ButtonForm(form, { skip: texts.say("skipped") });
}

// The results in the buttons, if the page says where they are. Without their script there are none.
function resultsIn(answers: AnswerForm): ShownResults | undefined {
  const { tally } = main().dataset;
  if (!tally || !(answers instanceof ButtonForm)) {
    return undefined;
  }
  const run = hiddenField(document, "poll");
  let shown: ShownResults | undefined;
  let wanted = false;
  return {
    start() {
      wanted = true;
      import("./option_results.js")
        .then(({ optionResults }) => {
          shown ??= optionResults(tally, run, answers.buttons, ofVotes);
          if (wanted) {
            shown.start();
          }
        })
        .catch(() => undefined);
    },
    stop() {
      wanted = false;
      shown?.stop();
    },
  };
}

// A vote from before a reload that can no longer be sent. If it is the one that the page shows, it arrived.
function dropKept(): void {
  const kept = keptVoteOf(shown().url);
  const vote = kept.get();
  if (!vote || shown().state === "draft") {
    return;
  }
  kept.dropped(vote.selection);
  if (vote.poll === shown().poll && vote.selection !== selectionOn(document)) {
    notify(texts.say("not_confirmed"));
  }
}

function notify(text: string): void {
  const notice = find(document, "#question-changed");
  notice.textContent = text;
  notice.hidden = false;
}

function showTimes(): void {
  const locale = numberLocale(pageLanguage(), navigator.languages);
  const day = { weekday: "short", day: "numeric", month: "short", year: "numeric" } as const;
  const format = new Intl.DateTimeFormat(locale, { ...day, hour: "numeric", minute: "2-digit" });
  for (const time of document.querySelectorAll("time")) {
    const at = new Date(time.dateTime);
    time.textContent = format.format(at);
    const sentence = time.parentElement;
    if (sentence) {
      sentence.hidden = at.getTime() <= Date.now(); // what was scheduled has not happened
    }
  }
}

async function open(): Promise<void> {
  showTimes();
  votePage = undefined;
  const form = document.querySelector<HTMLFormElement>("main form");
  if (!form) {
    return dropKept();
  }
  const answers = await answersIn(form);
  if (form.isConnected) {
    votePage = new VotePage({ form, answers, view: new VoteView(form, answers, ofVotes, resultsIn(answers)), replace });
  }
}

// Without the script of a ranking its form posts by itself.
const openOrLeave = (): void => void open().catch(() => undefined);

// The server has another page. What the voter has done stays: the voter of a browser without cookies, whose vote the server
// does not know, and an answer that was not sent yet.
function replace(page: Document): void {
  votePage?.close();
  const before = shown();
  const notice = visibleNotice();
  const voted = selectionOn(document);
  const confirmation = find(document, "#confirmation");
  const entered = new FormData(document.querySelector<HTMLFormElement>("main form") ?? undefined).getAll("vote");
  const hadFocus = main().contains(document.activeElement);
  keepVoter(page, votePage?.voter ?? "");
  takeOver(page);
  if (shown().poll === before.poll) {
    if (voted !== undefined && selectionOn(document) === undefined) {
      showSelectionOn(document, voted);
      find(document, "#confirmation").replaceWith(confirmation);
    }
    enter(entered);
  }
  openOrLeave();
  sayWhatIsNew(before, notice, voted);
  if (hadFocus) {
    focusQuestion();
  }
  scrollTo({ top: 0 });
}

function enter(values: readonly FormDataEntryValue[]): void {
  for (const input of document.querySelectorAll<HTMLInputElement>('main form input:not([type="hidden"])')) {
    input.checked = input.checked || values.includes(input.value);
  }
  document.querySelectorAll("select").forEach((select, index) => (select.value ||= String(values[index] ?? "")));
}

// The focused element was removed.
function focusQuestion(): void {
  const heading = find(document, "#question");
  heading.tabIndex = -1;
  heading.focus();
}

function visibleNotice(): string {
  const notice = find(document, "#question-changed");
  return notice.hidden ? "" : (notice.textContent ?? "");
}

// For all to see if it is about the voter's own vote, and for screen readers.
function sayWhatIsNew(before: ReturnType<typeof shown>, notice: string, voted: string | undefined): void {
  const { poll, state } = shown();
  if (visibleNotice() === "") {
    if (poll !== before.poll && state === "open" && before.state !== "draft") {
      notify(ofVotes.say("question_changed"));
    } else if (notice !== "" && poll === before.poll && state === before.state) {
      notify(notice);
    }
  }
  const selection = selectionOn(document);
  const isVoteIn = selection !== undefined && selection !== voted;
  const news = isVoteIn ? find(document, "#confirmation").textContent : stateText(state, before.state);
  find(document, "#news").textContent = news;
}

function stateText(state: string | undefined, before: string | undefined): string {
  const isKnown = state === "draft" || state === "open" || state === "closed" || state === "archived";
  return isKnown && state !== before ? texts.say(state) : "";
}

// A vote on its way is answered with the new page, if it is not accepted. A page of an older revision comes from a service
// that has not heard of the change yet.
async function onState({ revision }: PollState): Promise<void> {
  if (votePage?.pending || revision <= shown().revision) {
    return;
  }
  const page = await fetchPage(shown().url);
  const fetched = Number(page?.querySelector("main")?.dataset["revision"]);
  if (page && !votePage?.pending && fetched >= revision) {
    replace(page);
  }
}

function watch(): StateWatch {
  const created = new StateWatch({
    request: (etag) => requestState(`${shown().url}/state`, etag),
    isVisible: () => !document.hidden,
    onState: (state) => void onState(state),
    setTimer: (callback, ms) => {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
    random: Math.random,
  });
  created.start();
  return created;
}

if (isSupported()) {
  openOrLeave();
  const state = watch();
  const tryNow = () => {
    votePage?.tryNow();
    state.askNow();
  };
  onVisible(() => {
    tryNow();
    votePage?.refresh();
  });
  addEventListener("online", tryNow);
  addEventListener("storage", (event) => votePage?.onStorage(event));
}
