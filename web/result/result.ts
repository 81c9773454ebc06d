// The result page: first what the server has now, then every change as it is pushed.
import { isTally } from "../shared/tally.js";
import { pageLanguage, resultTexts } from "../shared/texts.js";
import { subscribe } from "./live_tally.js";
import { NewestTally } from "./newest_tally.js";
import { OverTime } from "./over_time.js";
import { present } from "./presenter.js";
import { ResultView } from "./result_view.js";
import { Wording } from "./wording.js";

const root = document.querySelector<HTMLElement>("#poll");
const { poll, tally: tallyUrl, history: historyUrl } = root?.dataset ?? {};
if (!root || !poll || !tallyUrl || !historyUrl) {
  throw new Error("The page does not name its poll and where the tally is.");
}

const texts = resultTexts(pageLanguage());
const view = new ResultView(root, texts, new Wording(texts));
const overTime = new OverTime();
const newest = new NewestTally(poll);

function show(received: unknown): void {
  if (isTally(received) && newest.accept(received)) {
    view.show(received);
    overTime.add(received);
  }
}

subscribe(poll, {
  onConnect: () => newest.startOver(),
  onState: (state) => view.showConnection(state),
  onFeed: (state) => view.showFeed(state),
  onTally: show,
});

// The numbers are there before the connection is; where this fails, the connection brings them.
fetch(tallyUrl, { headers: { Accept: "application/json" } })
  .then((response): Promise<unknown> | undefined => (response.ok ? response.json() : undefined))
  .then(show)
  .catch(() => undefined);

void present(new URL(location.href), texts);
void overTime.start(`${historyUrl}?poll=${encodeURIComponent(poll)}`, poll);
