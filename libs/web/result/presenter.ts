import { find, type ResultTexts } from "../shared/page.js";
import { addLargeCode } from "./tools.js";
import { isLoopback, shortAddress, voteAddress } from "./vote_address.js";

/** The address of the vote page as far as the server knows it. */
export function known(root: HTMLElement): { readonly url: string; readonly port: string } {
  const { voteUrl = "", votePort = "" } = root.dataset;
  return { url: votePort === "" ? voteUrl : "", port: votePort };
}

/** The links to the vote and to the view for a projector. */
export function showLinks(root: HTMLElement, page: URL): void {
  const link = find<HTMLAnchorElement>(root, "#to-vote");
  const address = voteAddress(page, known(root));
  if (address) {
    link.href = address.href;
    link.hidden = false;
  }
}

const steps = [1, 0.88, 0.78, 0.68, 0.6, 0.52, 0.46, 0.4];

// Sets the largest size at which the text fits in its box, or the smallest.
function fit(element: HTMLElement): void {
  element.classList.remove("overfull");
  for (const step of steps) {
    element.style.setProperty("--fit", String(step));
    if (element.scrollHeight <= element.clientHeight + 1 && element.scrollWidth <= element.clientWidth + 1) {
      return;
    }
  }
  element.classList.add("overfull");
}

/**
 * Shrinks the type of the question, the labels and the address until they fit in their boxes, whenever they or the boxes change.
 */
export function fitTexts(root: HTMLElement): void {
  let isScheduled = false;
  const fitAll = () => {
    if (!isScheduled) {
      isScheduled = true;
      requestAnimationFrame(() => {
        isScheduled = false;
        document.querySelectorAll<HTMLElement>("#heading, .label, #address, .rounds").forEach(fit);
      });
    }
  };
  new ResizeObserver(fitAll).observe(root);
  const changes = { childList: true, characterData: true, subtree: true };
  for (const part of document.querySelectorAll("#heading, #address")) {
    new MutationObserver(fitAll).observe(part, changes);
  }
  // Other options or rounds, not each number.
  const onParts = (records: readonly MutationRecord[]) => {
    if (records.some(({ target }) => target instanceof Element && target.matches("#options, #shown, .rounds"))) {
      fitAll();
    }
  };
  for (const part of root.querySelectorAll("#options, #shown")) {
    new MutationObserver(onParts).observe(part, { childList: true, subtree: true });
  }
  fitAll();
}

/**
 * Keeps the screen on while the page is visible. The browser releases the lock when the page is hidden. Without support or
 * permission (low battery) the screen turns off as usual.
 */
export function keepScreenOn(): void {
  const request = () => {
    if (!document.hidden && "wakeLock" in navigator) {
      navigator.wakeLock.request("screen").catch(() => undefined);
    }
  };
  document.addEventListener("visibilitychange", request);
  request();
}

/** The page for a projector (`?present`): larger type, and a QR code of the vote page. */
export async function present(root: HTMLElement, page: URL, texts: ResultTexts): Promise<void> {
  if (!page.searchParams.has("present")) {
    return;
  }
  fitTexts(root);
  keepScreenOn();
  const address = voteAddress(page, known(root));
  const label = find(document, "#address");
  if (!address) {
    find(document, "#scan").hidden = true;
    find(document, "#qr").hidden = true;
    label.dir = "auto";
    label.textContent = texts.say("address_unknown");
    label.classList.add("unknown");
    return;
  }
  const short = shortAddress(address);
  label.textContent = short;
  find(document, "#loopback").hidden = !isLoopback(address.hostname);
  const { drawQr } = await import("./qr.js");
  const draw = () => drawQr(address.href, texts.say("qr", { address: short }));
  find(document, "#qr").replaceChildren(draw());
  addLargeCode(draw, short);
}

/** Until the first vote the result page shows the code of the vote page too. Only if phones can reach its address. */
export async function invite(root: HTMLElement, page: URL, texts: ResultTexts): Promise<void> {
  const address = voteAddress(page, known(root));
  const waiting = find(root, "#waiting");
  if (!waiting.hidden || !address || isLoopback(address.hostname) || page.searchParams.has("present")) {
    return;
  }
  const { drawQr } = await import("./qr.js");
  const short = shortAddress(address);
  find(waiting, ".code").replaceChildren(drawQr(address.href, texts.say("qr", { address: short })));
  find(waiting, ".short-address").textContent = short;
  waiting.hidden = false;
}
