// Polls of each kind, and how they are answered on their page: with JavaScript, without it, and by keyboard alone.

export const questions = {
  single: { kind: "single", text: "Where shall we eat?", options: ["Noodles", "Pizza", "Falafel"] },
  multiple: { kind: "multiple", text: "Which days suit you?", options: ["Monday", "Tuesday", "Friday"], min: 1, max: 2 },
  scale: { kind: "scale", text: "How was the talk?", size: 10, low: "Poor", high: "Great", skippable: true },
  ranking: { kind: "ranking", text: "Where shall we go?", options: ["Oslo", "Rome", "Lisbon", "Tallinn"], min: 2 },
};

const check = (page, name) => page.getByRole("checkbox", { name }).check({ force: true });
const send = (page) => page.locator("#send").click();

// An answer of each kind: its selection, what the page says about it, and the ways to give it.
export const answers = {
  single: {
    selection: "b",
    words: "Pizza",
    byMouse: (page) => page.getByRole("button", { name: "Pizza" }).click(),
    withoutScript: (page) => page.getByRole("button", { name: "Pizza" }).click(),
    async byKeyboard(page) {
      await tabTo(page, "button[value=b]");
      await page.keyboard.press("Enter");
    },
  },
  multiple: {
    selection: "+a+c",
    words: "Monday, Friday",
    async byMouse(page) {
      await check(page, "Monday");
      await check(page, "Friday");
      await send(page);
    },
    async withoutScript(page) {
      await this.byMouse(page);
    },
    async byKeyboard(page) {
      for (const value of ["a", "c"]) {
        await tabTo(page, `input[value=${value}]`);
        await page.keyboard.press("Space");
      }
      await tabTo(page, "#send");
      await page.keyboard.press("Enter");
    },
  },
  scale: {
    selection: "8",
    words: "8",
    byMouse: (page) => page.getByRole("button", { name: "8", exact: true }).click(),
    withoutScript: (page) => page.getByRole("button", { name: "8", exact: true }).click(),
    async byKeyboard(page) {
      await tabTo(page, 'button[value="8"]');
      await page.keyboard.press("Space");
    },
  },
  ranking: {
    selection: ">c>a>b",
    words: "1. Lisbon, 2. Oslo, 3. Rome",
    async byMouse(page) {
      for (const name of ["Oslo", "Lisbon", "Rome"]) {
        await page.locator(".pool").getByRole("button", { name }).click();
      }
      await page.getByRole("button", { name: "Move Lisbon up" }).click();
      await send(page);
    },
    async withoutScript(page) {
      for (const [place, name] of ["Lisbon", "Oslo", "Rome"].entries()) {
        await page.getByLabel(`Place ${place + 1}`).selectOption(name);
      }
      await send(page);
    },
    async byKeyboard(page) {
      for (const name of ["Oslo", "Rome", "Lisbon"]) {
        await tabTo(page, `.pool button >> text=${name}`);
        await page.keyboard.press("Enter");
      }
      await tabTo(page, "role=button[name='Move Lisbon up']");
      await page.keyboard.press("Enter");
      await page.keyboard.press("Enter"); // the button keeps the focus
      await tabTo(page, "#send");
      await page.keyboard.press("Enter");
    },
  },
};

// Presses Tab until the element has the focus.
export async function tabTo(page, selector) {
  const target = page.locator(selector);
  for (let presses = 0; presses < 60; ++presses) {
    if (await target.evaluate((element) => element === document.activeElement)) {
      return;
    }
    await page.keyboard.press("Tab");
  }
  throw new Error(`The keyboard does not reach ${selector}.`);
}

// What the page says, without the isolates around labels and with usual spaces.
export const said = async (page, selector = "#confirmation") =>
  (await page.locator(selector).innerText()).replaceAll(/[\u2066-\u2069]/g, "").replaceAll("\u00a0", " ");
