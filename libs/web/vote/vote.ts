// The vote page: a tap shows at once, and is retried until the server has accepted the vote. Without this script the form
// posts by itself, and the response is the page.
import { find } from "../shared/page.js";
import { hiddenField } from "./send.js";
import { VotePage } from "./vote_page.js";

// After this time in the background a page checks whether the question has changed.
const staleAfterMs = 10_000;

// Features newer than module scripts.
function isSupported(): boolean {
  return (
    typeof fetch === "function" &&
    typeof AbortController === "function" &&
    typeof Intl.PluralRules === "function" &&
    typeof Element.prototype.replaceChildren === "function" &&
    typeof SubmitEvent === "function" &&
    "submitter" in SubmitEvent.prototype
  );
}

// If the server has another question, replaces the content with that of its page.
function open(): VotePage {
  return new VotePage((page) => {
    document.title = page.title;
    document.body.className = page.body.className;
    find(document, "main").replaceWith(document.adoptNode(find(page, "main")));
    current = open();
    const notice = find(document, "#question-changed");
    notice.hidden = false;
    notice.tabIndex = -1;
    notice.focus(); // the focused element was removed
    notice.scrollIntoView({ block: "nearest" });
  });
}

// Without a voter token in the form and without cookies, a retried vote would count twice.
const votesOnce = navigator.cookieEnabled || hiddenField(document, "voter") !== "";

let current: VotePage;
if (isSupported() && votesOnce) {
  current = open();
  let hiddenAt = Infinity;
  const onVisible = () => {
    current.tryNow();
    current.refresh();
    if (Date.now() - hiddenAt >= staleAfterMs) {
      void current.checkQuestion();
    }
    hiddenAt = Infinity;
  };
  addEventListener("online", () => current.tryNow());
  addEventListener("storage", (event) => current.onStorage(event));
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      hiddenAt = Date.now();
    } else {
      onVisible();
    }
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) {
      hiddenAt = -Infinity; // restored from the back/forward cache
      onVisible();
    }
  });
} else if (!votesOnce) {
  find(document, "#without-cookie").hidden = false;
}
