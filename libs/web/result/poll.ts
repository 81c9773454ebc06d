// The result page of a poll that someone made: shows what is in the page, then every update.
import { numberLocale, pageLanguage, pollResultTexts, resultTexts } from "../shared/page.js";
import { LiveTally } from "./live_tally.js";
import { showInvitation } from "./poll_invitation.js";
import { OverTime } from "./over_time.js";
import { isPollNow, isRemovedPoll, linesOf, NewestPoll, type PollNow } from "./poll_results.js";
import { PollView } from "./poll_view.js";
import { PollWording } from "./poll_wording.js";
import { fetchJson, resumeWhenNeeded } from "./requests.js";
import { addTools } from "./tools.js";

function start(root: HTMLElement): void {
  const { code = "", results: url = "", now = "", pass } = root.dataset;
  const texts = resultTexts(pageLanguage());
  const locale = numberLocale(pageLanguage(), navigator.languages);
  const view = new PollView(root, texts, new PollWording(texts, pollResultTexts(pageLanguage()), locale));
  const overTime = new OverTime(locale);
  const newest = new NewestPoll();
  const first: unknown = JSON.parse(now);
  const votedIn = pass !== undefined && isPollNow(first) ? first.run : undefined;

  // A reader who has voted may see more than others: what is for everyone is not drawn then.
  const isForOthers = ({ run, state, policy }: PollNow): boolean =>
    run === votedIn && state === "open" && policy === "after_vote";

  let run = 0; // whose votes over time are shown

  function showOverTime(now: PollNow): void {
    const lines = linesOf(now);
    if (!lines || now.run !== run) {
      overTime.clear();
    }
    run = now.run;
    if (lines) {
      overTime.add(lines.ids, lines.counts);
    }
  }

  function show(received: unknown, isForVoters: boolean): boolean {
    if (isRemovedPoll(received)) {
      view.showRemoved();
      overTime.clear();
      return true;
    }
    if (!isPollNow(received)) {
      return false;
    }
    if ((isForVoters || !isForOthers(received)) && newest.accept(received)) {
      view.show(received);
      showOverTime(received);
    }
    return true;
  }

  const live = new LiveTally(
    {
      onConnect: () => newest.startOver(),
      onState: (state) => view.connection.showConnection(state),
      onFeed: (state) => view.connection.showFeed(state),
      onTally: (received, event) => void show(received, event === "voted_results"),
      onUnknownPoll: () => Promise.resolve(false),
      request: async (signal) => show(await fetchJson(url, signal), true),
    },
    {
      events: ["results", "voted_results"],
      path: "../socket.io/",
      auth: pass === undefined ? {} : { pass },
    },
  );

  addTools(root, { order: (ordered) => view.orderByResult(ordered) });
  show(first, true);
  live.follow(isPollNow(first) ? first.poll : "");
  void overTime.start(`../api/results/${code}/history`, isPollNow(first) ? first.poll : "");
  void showInvitation(root, new URL(location.href), texts);
  resumeWhenNeeded(live);
}

const root = document.querySelector<HTMLElement>("#poll");
if (root && document.documentElement.classList.contains("scripted")) {
  start(root);
}
