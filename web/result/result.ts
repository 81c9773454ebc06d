// The result page: first what the server has now, then every change as it is pushed.
import { isTally } from "../shared/tally.js";
import { subscribe } from "./live_tally.js";
import { NewestTally } from "./newest_tally.js";
import { ResultView } from "./result_view.js";

const root = document.querySelector<HTMLElement>("#poll");
const { poll, tally: tallyUrl } = root?.dataset ?? {};
if (!root || !poll || !tallyUrl) {
  throw new Error("The page does not name its poll and where the tally is.");
}

const view = new ResultView(root);
const newest = new NewestTally(poll);

function show(received: unknown): void {
  if (isTally(received) && newest.accept(received)) {
    view.show(received);
  }
}

subscribe(poll, {
  onConnect: () => newest.startOver(),
  onState: (state) => view.showConnection(state),
  onTally: show,
});

// The numbers are there before the connection is; where this fails, the connection brings them.
fetch(tallyUrl, { headers: { Accept: "application/json" } })
  .then((response) => (response.ok ? response.json() : undefined))
  .then(show)
  .catch(() => undefined);
