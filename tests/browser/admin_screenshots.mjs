// Takes the pictures of docs/polls.md for ./dev screenshots: POLLUX_PROGRAM=… node admin_screenshots.mjs DIRECTORY
import path from "node:path";
import { launchBrowser } from "../system/browser.mjs";
import { eventually } from "../system/eventually.mjs";
import { Pollux } from "../system/program.mjs";
import { api, castVote, makePoll, owner, questions, setupAddress } from "./admin_api.mjs";

const [directory] = process.argv.slice(2);

const phone = { viewport: { width: 390, height: 760 }, deviceScaleFactor: 1.5, isMobile: true, hasTouch: true };
const desk = { viewport: { width: 1280, height: 900 }, deviceScaleFactor: 1.25 };

const cleanUps = [];
const t = { after: (cleanUp) => cleanUps.push(cleanUp) };
const browser = await launchBrowser();
cleanUps.push(() => browser.close());

const picture = (page, name) => page.screenshot({ path: path.join(directory, `${name}.png`) });

try {
  // With the addresses of a real site.
  const urls = ["--public-url", "https://vote.example/", "--public-result-url", "https://results.example/"];
  const pollux = await Pollux.start(t, { args: urls });
  const address = await setupAddress(pollux);
  const options = { locale: "en-US", timezoneId: "Europe/Berlin", reducedMotion: "reduce" };
  const context = await browser.newContext({ ...options, ...desk });
  const page = await context.newPage();
  await page.goto(address);
  await page.getByLabel("Name").fill(owner.name);
  await page.getByLabel("Password").fill(owner.password);
  await page.getByRole("button", { name: "Create account and sign in" }).click();
  await page.getByRole("heading", { level: 1, name: "Polls" }).waitFor();

  const poll = await makePoll(page, questions.ranking);
  await api(page, "POST", `polls/${poll.id}/open`);
  const here = { vote_url: poll.vote_url.replace("https://vote.example", pollux.voteUrl) };
  const rankings = ["bac", "bca", "abc", "cab", "bac", "cba", "acb", "bca", "ab", "c"];
  for (const ranking of rankings) {
    await castVote(here, [...ranking]);
  }
  await eventually(async () => {
    const { voters } = await api(page, "GET", `polls/${poll.id}`);
    if (voters !== rankings.length) {
      throw new Error(`${voters} voters`);
    }
  });
  const root = address.split("#")[0];
  const show = async (shown, hash, text) => {
    await shown.goto(`${root}${hash}`);
    await shown.getByText(text).first().waitFor();
  };
  await show(page, `#/polls/${poll.id}/results`, "Instant run-off");
  await picture(page, "admin-results");
  const draft = await makePoll(page, questions.single);
  await show(page, `#/polls/${draft.id}/edit`, "Edit:");
  await page.frameLocator(".phone iframe").getByText("Noodles").waitFor();
  await picture(page, "admin-edit");

  const remote = await browser.newContext({ ...options, ...phone, storageState: await context.storageState() });
  const held = await remote.newPage();
  await show(held, `#/polls/${poll.id}`, `${rankings.length} voters`);
  await picture(held, "admin-remote");
} finally {
  for (const cleanUp of cleanUps.reverse()) {
    await cleanUp();
  }
}
