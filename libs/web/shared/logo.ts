// The logo of a poll, above its question. The server renders it; the script changes it while a page is open.

export interface Logo {
  readonly hash: string;
  readonly width: number;
  readonly height: number;
  /** Empty: it is decoration. */
  readonly alt: string;
}

/** Makes the logo before the heading that one, on the page of the poll with that code. */
export function drawLogo(heading: HTMLElement, code: string, logo: Logo | undefined): void {
  const there = heading.parentElement?.querySelector<HTMLImageElement>(":scope > .logo");
  const source = logo && `${code}/logo/${logo.hash}`;
  if ((there?.getAttribute("src") ?? undefined) === source && there?.alt === logo?.alt) {
    return;
  }
  there?.remove();
  if (logo && source) {
    const image = new Image(logo.width, logo.height);
    image.className = "logo";
    image.alt = logo.alt;
    image.src = source;
    heading.before(image);
  }
}
