// The list of polls: newest first, searched by code, title and question, in pages.
import { newKey, type Page, type Poll } from "./api.js";
import type { App, Open } from "./app.js";
import { button, make, written } from "./dom.js";
import { input, valueOf } from "./forms.js";
import { address } from "./route.js";
import { say, sayCount, time } from "./words.js";

export const stateOf = ({ state }: Poll) =>
  make("span", { class: "state", "data-state": state }, say(`state_${state}`));

// What is next for a poll, or was last.
function whenOf({ state, schedule, opened_at, closed_at }: Poll): string | undefined {
  if (state === "draft") {
    return schedule.opens_at ? say("opens", { time: time(schedule.opens_at) }) : undefined;
  }
  if (state === "open") {
    return schedule.closes_at
      ? say("closes", { time: time(schedule.closes_at) })
      : say("opened", { time: time(opened_at) });
  }
  return closed_at ? say("closed", { time: time(closed_at) }) : undefined;
}

export async function duplicate(app: App, poll: Poll, idempotencyKey: string): Promise<void> {
  const copy = await app.api.request<Poll>(`polls/${poll.id}/duplicate`, { method: "POST", idempotencyKey });
  app.go(address(["polls", copy.id, "edit"]));
}

function row(app: App, poll: Poll): HTMLElement {
  const when = whenOf(poll);
  const key = newKey();
  return make(
    "li",
    { class: "card" },
    make("a", { href: address(["polls", poll.id]), class: "title" }, written(poll.title)),
    make(
      "p",
      { class: "facts" },
      stateOf(poll),
      make("span", { class: "code" }, poll.code),
      make("span", {}, say(`kind_${poll.question.kind}`)),
      make("span", {}, sayCount("voters", poll.voters)),
      when && make("span", {}, when),
    ),
    make(
      "p",
      { class: "links" },
      poll.state !== "archived" && make("a", { href: address(["polls", poll.id, "edit"]) }, say("edit"), unseen(poll)),
      make("a", { href: address(["polls", poll.id, "results"]) }, say("results"), unseen(poll)),
      button(say("duplicate"), () => void app.attempt(() => duplicate(app, poll, key)), {
        class: "link",
        "aria-label": `${say("duplicate")}: ${poll.title}`,
      }),
    ),
  );
}

// Links with the same text lead to different polls.
const unseen = ({ title }: Poll) => make("span", { class: "unseen" }, `: ${title}`);

// The list with the button for the next page, which continues it.
function list(app: App, first: Page<Poll>, load: (cursor: string) => Promise<Page<Poll>>) {
  const rows = make("ul", { class: "cards" }, ...first.items.map((poll) => row(app, poll)));
  let next = first.next;
  const more = button(say("more"), () => {
    void app.attempt(async () => {
      const page = await load(next ?? "");
      const added = page.items.map((poll) => row(app, poll));
      rows.append(...added);
      next = page.next;
      more.hidden = next === null;
      added[0]?.querySelector("a")?.focus();
    });
  });
  more.hidden = next === null;
  return [rows, more];
}

export const openPolls: Open = async (app, { query }) => {
  const search = query.get("search") ?? "";
  const archived = query.has("archived");
  const load = (cursor?: string) =>
    app.api.get<Page<Poll>>("polls", { search, archived: archived ? "true" : undefined, cursor });
  const first = await load();
  const form = make(
    "form",
    { class: "search", role: "search" },
    input("search", { label: say("search") }, { type: "search", value: search, maxlength: 100, dir: "auto" }),
    make("button", {}, say("search_button")),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    app.go(address([], { search: valueOf(form, "search").trim(), archived: archived ? "1" : undefined }));
  });
  const other = archived ? address([], { search }) : address([], { search, archived: "1" });
  const empty = search === "" ? (archived ? say("no_archived") : say("no_polls")) : say("nothing_found", { search });
  return {
    title: archived ? say("archived_polls") : say("polls"),
    content: [
      make(
        "div",
        { class: "actions" },
        make("a", { href: address(["new"]), class: "button main" }, say("new_poll")),
        make("a", { href: other, class: "button" }, archived ? say("current_polls") : say("archived_polls")),
      ),
      (search !== "" || archived || first.items.length > 0) && form,
      ...(first.items.length === 0 ? [make("p", { class: "empty" }, empty)] : list(app, first, load)),
    ],
  };
};
