// The vote page: a tap is confirmed at once, and brought to the server however long that takes. Without this script
// the form posts by itself, and the answer is the page.
import { find } from "../shared/find.js";
import { hiddenField } from "./send.js";
import { VotePage } from "./vote_page.js";

// A page that was out of sight for so long may have missed that the question has changed.
const staleAfterMs = 10_000;

// All that is younger than scripts of type "module", which this one is.
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

// The server has another question: its page takes this one's place, without a way over the network.
function open(): VotePage {
  return new VotePage((page) => {
    document.title = page.title;
    document.body.className = page.body.className;
    find(document, "main").replaceWith(document.adoptNode(find(page, "main")));
    current = open();
    const notice = find(document, "#question-changed");
    notice.hidden = false;
    notice.tabIndex = -1;
    notice.focus(); // what had the focus is gone
    notice.scrollIntoView({ block: "nearest" });
  });
}

// Where neither the form nor a cookie tells the server who votes, a vote that is sent again would count again.
const votesOnce = navigator.cookieEnabled || hiddenField(document, "voter") !== "";

let current: VotePage;
if (isSupported() && votesOnce) {
  current = open();
  let hiddenAt = Infinity;
  const onVisible = () => {
    current.tryNow();
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
      hiddenAt = -Infinity; // kept by the browser while other pages were shown
      onVisible();
    }
  });
} else if (!votesOnce) {
  find(document, "#without-cookie").hidden = false;
}
