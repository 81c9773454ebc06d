// The result page: shows the results in the page, then every update.
import { numberLocale, pageLanguage, resultTexts } from "../shared/page.js";
import { LiveTally } from "./live_tally.js";
import { OverTime } from "./over_time.js";
import { invite, present, showLinks } from "./presenter.js";
import { fetchJson, resumeWhenNeeded } from "./requests.js";
import { ResultView } from "./result_view.js";
import { isTally, NewestTally, type Tally } from "./tally.js";
import { addTools } from "./tools.js";
import { Wording } from "./wording.js";

function start(root: HTMLElement): void {
  const { tally: tallyUrl = "", history: historyUrl = "", now = "" } = root.dataset;
  let poll = root.dataset["poll"] ?? "";
  const texts = resultTexts(pageLanguage());
  const locale = numberLocale(pageLanguage(), navigator.languages);
  const view = new ResultView(root, texts, new Wording(texts, locale));
  const overTime = new OverTime(locale);
  let newest = new NewestTally(poll);

  function show(received: unknown): void {
    if (isTally(received) && newest.accept(received)) {
      view.show(received);
      if (received.total === 0) {
        void invite(root, new URL(location.href), texts);
      }
      overTime.add(
        received.options.map(({ id }) => id),
        received.options.map(({ count }) => count),
      );
    }
  }

  // The service no longer has the poll: there is another question, or a new run of the same.
  async function followQuestion(): Promise<boolean> {
    const tally = await fetchJson(tallyUrl);
    if (!isTally(tally) || tally.poll === poll) {
      return false;
    }
    moveTo(tally);
    return true;
  }

  async function request(signal: AbortSignal): Promise<boolean> {
    const tally = await fetchJson(tallyUrl, signal);
    if (!isTally(tally)) {
      return false;
    }
    (tally.poll === poll ? show : moveTo)(tally);
    return true;
  }

  function moveTo(tally: Tally): void {
    poll = tally.poll;
    newest = new NewestTally(poll);
    view.sayQuestionChanged();
    show(tally);
    live.follow(poll);
  }

  const live = new LiveTally({
    onConnect: () => newest.startOver(),
    onState: (state) => view.connection.showConnection(state),
    onFeed: (state) => view.connection.showFeed(state),
    onTally: show,
    onUnknownPoll: () => followQuestion(),
    request,
  });

  addTools(root, { order: (ordered) => view.orderByResult(ordered) });
  try {
    show(JSON.parse(now));
  } catch {
    // The connection delivers the results.
  }
  live.follow(poll);
  showLinks(root, new URL(location.href));
  void present(root, new URL(location.href), texts);
  void overTime.start(`${historyUrl}?poll=${encodeURIComponent(poll)}`, poll);
  resumeWhenNeeded(live);
}

const root = document.querySelector<HTMLElement>("#poll");
if (root && document.documentElement.classList.contains("scripted")) {
  start(root);
}
