// The admin page: all views in one page, selected by what follows "#" in the address.
import { find } from "../shared/page.js";
import { openAccounts, openProfile } from "./accounts.js";
import { App } from "./app.js";
import { openAudit } from "./audit.js";
import { make } from "./dom.js";
import { openKeys } from "./keys.js";
import { openPoll } from "./poll.js";
import { openPolls } from "./polls.js";
import { openResults } from "./results.js";
import { openSignIn } from "./sign_in.js";
import { say } from "./words.js";

// The form and its preview are loaded when they are wanted.
const editing = () => import("./edit.js");

const app = new App({
  polls: openPolls,
  new: async (app, route) => (await editing()).openNew(app, route),
  poll: openPoll,
  edit: async (app, route) => (await editing()).openEdit(app, route),
  results: openResults,
  accounts: openAccounts,
  keys: openKeys,
  audit: openAudit,
  profile: openProfile,
  setup: openSignIn,
  unknown: async () => ({ title: say("not_shown"), content: [make("p", {}, say("problem_not_found"))] }),
});

find(document, "#sign-out").addEventListener("click", () => {
  void app.attempt(async () => {
    await app.api.send("session", { method: "DELETE" });
    await app.exit();
  });
});

void app.start();
