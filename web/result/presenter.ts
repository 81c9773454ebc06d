import { find } from "../shared/find.js";
import type { ResultTexts } from "../shared/texts.js";
import { shortAddress, voteAddress } from "./vote_address.js";

/** The page for a projector (`?present`): larger, and with the way to vote beside the results. */
export async function present(page: URL, texts: ResultTexts): Promise<void> {
  if (!page.searchParams.has("present")) {
    return;
  }
  const address = voteAddress(page);
  const label = find(document, "#address");
  document.body.classList.add("presenting");
  find(document, "#invitation").hidden = false;
  if (!address) {
    find(document, "#scan").hidden = true;
    label.dir = "auto";
    label.textContent = texts.say("address_unknown");
    label.classList.add("unknown");
    return;
  }
  const short = shortAddress(address);
  label.textContent = short;
  const { drawQr } = await import("./qr.js");
  find(document, "#qr").replaceChildren(drawQr(address.href, texts.say("qr", { address: short })));
}
