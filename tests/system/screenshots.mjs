// Makes the README's pictures of a running Pollux: node screenshots.mjs VOTE_URL RESULT_URL [DIRECTORY]
import path from "node:path";
import { fileURLToPath } from "node:url";
import { launchBrowser } from "./browser.mjs";

const pictures = fileURLToPath(new URL("../../docs/images", import.meta.url));
const [voteUrl, resultUrl, directory = pictures] = process.argv.slice(2);
if (!voteUrl || !resultUrl) {
  console.error("usage: node screenshots.mjs VOTE_URL RESULT_URL [DIRECTORY]");
  process.exit(2);
}

const browser = await launchBrowser();
try {
  const page = await browser.newPage({
    viewport: { width: 1000, height: 640 },
    deviceScaleFactor: 2,
    locale: "en-US",
    reducedMotion: "reduce",
  });
  await page.goto(voteUrl);
  await page.getByRole("button").first().click();
  await page.locator("#confirmation").waitFor();
  await page.screenshot({ path: path.join(directory, "vote.png") });

  await page.goto(resultUrl);
  await page.getByText("Live", { exact: true }).waitFor();
  await page.locator("[data-option]").first().waitFor();
  await page.screenshot({ path: path.join(directory, "result.png") });
} finally {
  await browser.close();
}
