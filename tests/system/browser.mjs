import { chromium } from "playwright-core";

// A Chromium that connects only to the pages of the test.
export function launchBrowser({ args = [] } = {}) {
  return chromium.launch({
    executablePath: process.env.POLLUX_CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      ...args,
    ],
  });
}
