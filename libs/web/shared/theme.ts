// How the pages of a poll look: in the accent color of those who ask, and light or dark. The server renders both; scripts
// change them while a page is open.

export const schemes = ["auto", "light", "dark"] as const;
export type Scheme = (typeof schemes)[number];

export interface Theme {
  /** Such as "#1d4ed8"; null: the colors of the design. */
  readonly accent: string | null;
  readonly scheme: Scheme;
}

/** The style sheet of an accent color, relative to the root of the site. */
export const accentSheet = (accent: string): string => `accent/${accent.slice(1)}.css`;

/** Makes a page look so. `sheet` is the address of the style sheet, none for the colors of the design. */
export function dress(page: Document, sheet: string | undefined, scheme: string | undefined): void {
  const { dataset } = page.documentElement;
  if (scheme === "light" || scheme === "dark") {
    dataset["scheme"] = scheme;
  } else {
    delete dataset["scheme"];
  }
  const links = [...page.querySelectorAll(".accent")];
  if ((links[links.length - 1]?.getAttribute("href") ?? undefined) === sheet) {
    return;
  }
  const removeOthers = () => links.forEach((link) => link.remove());
  if (sheet === undefined) {
    return removeOthers();
  }
  const made = page.createElement("link");
  made.className = "accent";
  made.rel = "stylesheet";
  made.href = sheet;
  made.addEventListener("load", removeOthers); // not before, so that the page does not change twice
  page.head.append(made);
}
