// The admin page of a running pollux, in a browser that has signed in.
import { owner, setupAddress } from "./admin_api.mjs";
import { openPage } from "./pages_in_browser.mjs";

export * from "./admin_api.mjs";

export const heading = (page, name) => page.getByRole("heading", { level: 1, name, exact: true }).waitFor();

// What the page says after an action.
export const news = (page, text) => page.locator("#news").getByText(text).waitFor();

// Makes the first account by the form. The page shows the list of polls.
export async function setUp(t, pollux, options) {
  const page = await openPage(t, await setupAddress(pollux), options);
  await page.getByLabel("Name").fill(owner.name);
  await page.getByLabel("Password").fill(owner.password);
  await page.getByRole("button", { name: "Create account and sign in" }).click();
  await heading(page, "Polls");
  return page;
}

// Signs in where the first account exists, at the same address.
export async function signIn(t, address, options, { name, password } = owner) {
  const page = await openPage(t, address, options);
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.locator("body.signed-in").waitFor();
  page.faults.length = 0; // that no one was signed in is one
  return page;
}
