// The logo of a poll, above its question. The server renders it; the script changes it while a page is open.

export interface Logo {
  readonly hash: string;
  readonly width: number;
  readonly height: number;
  /** Empty: it is decoration. */
  readonly alt: string;
}

// A service may know a poll for a moment before it has the image.
const pauseMs = 2000;
const mostTries = 30;
const watched = new WeakSet<HTMLImageElement>();

function askAgain(image: HTMLImageElement, tries: number): void {
  setTimeout(() => {
    const source = image.getAttribute("src");
    if (source && image.isConnected && tries > 0) {
      image.addEventListener("error", () => askAgain(image, tries - 1), { once: true });
      image.src = source;
    }
  }, pauseMs);
}

function watch(image: HTMLImageElement): void {
  watched.add(image);
  if (image.complete && image.naturalWidth === 0) {
    askAgain(image, mostTries);
  } else {
    image.addEventListener("error", () => askAgain(image, mostTries), { once: true });
  }
}

/** Makes the logo before the heading that one, on the page of the poll with that code. */
export function drawLogo(heading: HTMLElement, code: string, logo: Logo | undefined): void {
  const there = heading.parentElement?.querySelector<HTMLImageElement>(":scope > .logo");
  const source = logo && `${code}/logo/${logo.hash}`;
  if ((there?.getAttribute("src") ?? undefined) === source && there?.alt === logo?.alt) {
    if (there && !watched.has(there)) {
      watch(there);
    }
    return;
  }
  there?.remove();
  if (logo && source) {
    const image = new Image(logo.width, logo.height);
    image.className = "logo";
    image.alt = logo.alt;
    image.src = source;
    heading.before(image);
    watch(image);
  }
}
