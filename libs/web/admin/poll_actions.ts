// What is asked before a poll is reset, archived or deleted, and which one is next.
import type { Api, Page, Poll } from "./api.js";
import { ask } from "./dialog.js";
import { make, written } from "./dom.js";
import { address } from "./route.js";
import { say, sayCount } from "./words.js";

export const pathOf = ({ id }: Poll): string => `polls/${id}`;

export const inNewTab = (url: string, text: string, dir?: "ltr") =>
  make("a", { href: url, target: "_blank", rel: "noopener", dir }, text);

export const askToReset = (voters: number): Promise<boolean> =>
  ask({
    title: say("reset_title"),
    content: [make("p", {}, say("reset_why", { voters: sayCount("voters", voters) }))],
    confirm: say("reset"),
  });

export const askToArchive = (): Promise<boolean> =>
  ask({ title: say("archive_title"), content: [make("p", {}, say("archive_why"))], confirm: say("archive") });

/** Shows what will be lost. True once the poll is deleted. */
export const askToRemove = (api: Api, poll: Poll): Promise<boolean> =>
  ask({
    title: say("remove_title"),
    content: [
      make("p", {}, make("strong", {}, written(poll.title)), ` (${poll.code})`),
      make("p", {}, say("remove_why", { voters: sayCount("voters", poll.voters) })),
      make("p", {}, inNewTab(address(["polls", poll.id, "results"]), say("download_first"))),
    ],
    confirm: say("remove_confirm"),
    grave: true,
    submit: () => api.request(pathOf(poll), { method: "DELETE", revision: poll.revision }),
  });

/** The poll that was made after this one, of those that are archived as it is, or not. Lists are newest first. */
export async function newerPoll(api: Api, { id: own, state }: Poll): Promise<Poll | undefined> {
  const archived = state === "archived" ? "true" : undefined;
  let newer: Poll | undefined;
  let cursor: string | undefined;
  do {
    const page = await api.get<Page<Poll>>("polls", { limit: "100", archived, cursor });
    const index = page.items.findIndex(({ id }) => id <= own);
    newer = index < 0 ? page.items[page.items.length - 1] : (page.items[index - 1] ?? newer);
    cursor = index < 0 ? (page.next ?? undefined) : undefined;
  } while (cursor !== undefined);
  return newer;
}
