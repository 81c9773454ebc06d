// How people get from the screen to the poll: the short address to type with the code of the poll, and the QR code of its
// page.
import { find, type ResultTexts } from "../shared/page.js";
import { fitTexts, keepScreenOn, known } from "./presenter.js";
import { addLargeCode } from "./tools.js";
import { isLoopback, shortAddress, voteAddress } from "./vote_address.js";

export interface Invitation {
  /** The page of the poll. */
  readonly poll: URL;
  /** The address at which people type the code, as they type it. */
  readonly join: string;
}

/** "K7MXQ4" as "K7M XQ4", which is easier to read and to type; spaces do not matter. */
export const readableCode = (code: string): string => `${code.slice(0, 3)} ${code.slice(3)}`;

/** The addresses of the poll, relative to the address of the vote page. */
export function invitationTo(code: string, vote: URL): Invitation {
  return { poll: new URL(`p/${code}`, vote), join: shortAddress(new URL("join", vote)) };
}

async function drawCode(place: Element, address: URL, short: string, texts: ResultTexts): Promise<() => Element> {
  const { drawQr } = await import("./qr.js");
  const draw = () => drawQr(address.href, texts.say("qr", { address: short }));
  place.replaceChildren(draw());
  return draw;
}

/** Shows the link to the poll, the code beside the results until the first vote, and the aside of a projector. */
export async function showInvitation(root: HTMLElement, page: URL, texts: ResultTexts): Promise<void> {
  const code = root.dataset["code"] ?? "";
  const vote = voteAddress(page, known(root));
  const presenting = page.searchParams.has("present");
  if (presenting) {
    fitTexts(root);
    keepScreenOn();
  }
  if (!vote) {
    find(root, "#to-vote").hidden = true;
    if (presenting) {
      find(document, "#qr").hidden = true;
      find(document, "#scan").hidden = true;
      find(document, "#join").hidden = true;
      const address = find(document, "#address");
      address.textContent = texts.say("address_unknown");
      address.classList.add("unknown");
    }
    return;
  }
  const { poll, join } = invitationTo(code, vote);
  const link = find<HTMLAnchorElement>(root, "#to-vote");
  link.href = poll.href;
  link.hidden = false;
  if (presenting) {
    find(document, "#address").textContent = join;
    find(document, "#loopback").hidden = !isLoopback(vote.hostname);
    const draw = await drawCode(find(document, "#qr"), poll, shortAddress(poll), texts);
    addLargeCode(draw, `${join} · ${readableCode(code)}`);
  } else if (!isLoopback(vote.hostname)) {
    const waiting = find(root, "#waiting");
    await drawCode(find(waiting, ".code"), poll, shortAddress(poll), texts);
    find(waiting, ".short-address").textContent = `${join} · ${readableCode(code)}`;
    waiting.hidden = false;
  }
}
