// The vote page: a tap is confirmed at once, and brought to the server however long that takes. Without this script
// the form posts by itself, and the answer is the page.
import { Backoff, longestRetryMs } from "../shared/backoff.js";
import { find } from "../shared/find.js";
import { pageLanguage, voteTexts } from "../shared/texts.js";
import { KeptVote } from "./kept_vote.js";
import { Outbox } from "./outbox.js";
import { sendVote } from "./send.js";
import { VoteView } from "./vote_view.js";

const form = find<HTMLFormElement>(document, "#choice");

function storage(): Storage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}

function enhance(): void {
  const view = new VoteView(form, voteTexts(pageLanguage()));
  const key = `pollux ${form.action}`;
  const kept = new KeptVote({ storage: storage(), key, now: () => Date.now() });
  const outbox = new Outbox({
    send: (selection) => sendVote(form.action, selection),
    kept,
    backoff: new Backoff({ firstMs: 400, longestMs: longestRetryMs, random: Math.random }),
    setTimer: (callback, ms) => {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
    onState: (state) => view.show(state),
  });

  form.addEventListener("submit", (event) => {
    if (event.submitter instanceof HTMLButtonElement) {
      event.preventDefault();
      outbox.cast(event.submitter.value);
    }
  });
  addEventListener("online", () => outbox.tryNow());
  document.addEventListener("visibilitychange", () => document.hidden || outbox.tryNow());

  // Another tab of the same voter: the newest choice is the one that counts.
  addEventListener("storage", (event) => {
    if (event.key !== key) {
      return;
    }
    const put = kept.read(event.newValue ?? "");
    const settled = event.newValue === null ? kept.read(event.oldValue ?? "") : undefined;
    if (put !== undefined && outbox.pending && view.has(put)) {
      outbox.take(put);
    } else if (settled !== undefined && !outbox.pending && view.has(settled)) {
      view.show({ kind: "accepted", selection: settled });
    }
  });

  const left = kept.get();
  if (left !== undefined && view.has(left)) {
    outbox.take(left);
  }
}

// Without cookies each vote is another voter's, and one that is sent again would count again: the form alone then.
if (navigator.cookieEnabled) {
  enhance();
} else {
  find(document, "#without-cookie").hidden = false;
}
