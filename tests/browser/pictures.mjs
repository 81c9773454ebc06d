// Pictures of the states that tests reach, for review. If POLLUX_SCREENSHOTS names a directory, it receives them.
import { mkdir } from "node:fs/promises";
import path from "node:path";

const directory = process.env.POLLUX_SCREENSHOTS;

// The page as it is, as `name`.png.
export async function keep(page, name) {
  if (directory) {
    await mkdir(directory, { recursive: true });
    await page.screenshot({ path: path.join(directory, `${name}.png`) });
  }
}
