// The tools of the result page and of the presenter view: order by result, hide the results, enlarge the code. Each is in the
// address too, so that a reload keeps it: ?present&order&hide&code.
import { find } from "../shared/page.js";

export interface Tools {
  /** In the order of the result, or of the poll. */
  order(ordered: boolean): void;
}

const address = () => new URL(location.href);

// "?present&hide" rather than "?present=&hide=".
function remember(name: string, on: boolean): void {
  const url = address();
  if (on) {
    url.searchParams.set(name, "");
  } else {
    url.searchParams.delete(name);
  }
  url.search = url.search.replace(/=(?=&|$)/g, "");
  history.replaceState(history.state, "", url);
}

function each(name: string, use: (button: HTMLButtonElement) => void): void {
  document.querySelectorAll<HTMLButtonElement>(`[data-tool="${name}"]`).forEach(use);
}

// A switch that is on if the address says so.
function addSwitch(name: string, change: (on: boolean) => void): void {
  const set = (on: boolean) => {
    each(name, (button) => button.setAttribute("aria-pressed", String(on)));
    change(on);
  };
  each(name, (button) =>
    button.addEventListener("click", () => {
      const on = button.getAttribute("aria-pressed") !== "true";
      set(on);
      remember(name, on);
    }),
  );
  if (address().searchParams.has(name)) {
    set(true);
  }
}

/** Whether there is something to order. */
export function offerOrder(offered: boolean): void {
  each("order", (button) => (button.hidden = !offered));
}

/** Whether the results are hidden on this screen. */
export const areHidden = (): boolean => document.body.classList.contains("veiled");

/** The code in full size: `draw` makes it. Safari before 15.4 and Firefox before 98 have no dialogs, and no button for it. */
export function addLargeCode(draw: () => Element, short: string): void {
  const dialog = find<HTMLDialogElement>(document, "#large-code");
  if (typeof dialog.showModal !== "function") {
    return;
  }
  const open = () => {
    find(dialog, ".code").replaceChildren(draw());
    find(dialog, ".short-address").textContent = short;
    dialog.showModal();
    remember("code", true);
  };
  each("code", (button) => {
    button.hidden = false;
    button.addEventListener("click", open);
  });
  find(dialog, "button").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => {
    find(dialog, ".code").replaceChildren();
    find(dialog, ".short-address").textContent = "";
    remember("code", false); // by Escape too
  });
  if (address().searchParams.has("code")) {
    open();
  }
}

/** Makes the tools work. Only the presenter view can hide the results. */
export function addTools(root: HTMLElement, { order }: Tools): void {
  let ordered = false;
  // The order would show the result.
  const place = () => order(ordered && !areHidden());
  addSwitch("order", (on) => {
    ordered = on;
    place();
  });
  if (address().searchParams.has("present")) {
    addSwitch("hide", (on) => {
      document.body.classList.toggle("veiled", on);
      find(root, "#veil").hidden = !on;
      place();
    });
  }
}
