import { find } from "../shared/find.js";
import type { ResultTexts } from "../shared/texts.js";
import { fitTexts } from "./fit_texts.js";
import { isLoopback, shortAddress, voteAddress } from "./vote_address.js";

/** What the server says of the vote page. */
function known(root: HTMLElement): { readonly url: string; readonly port: string } {
  const { voteUrl = "", votePort = "" } = root.dataset;
  return { url: votePort === "" ? voteUrl : "", port: votePort };
}

/** The links to the vote and to the view for a projector. */
export function showWays(root: HTMLElement, page: URL): void {
  const link = find<HTMLAnchorElement>(root, "#to-vote");
  const address = voteAddress(page, known(root));
  if (address) {
    link.href = address.href;
    link.hidden = false;
  }
}

/** The page for a projector (`?present`): larger, and with the way to vote beside the results. */
export async function present(root: HTMLElement, page: URL, texts: ResultTexts): Promise<void> {
  if (!page.searchParams.has("present")) {
    return;
  }
  fitTexts(root);
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
  find(document, "#qr").replaceChildren(drawQr(address.href, texts.say("qr", { address: short })));
}
