// The audit log: who did what, when. Of one poll, or of everything for owners.
import type { AuditEvent, Page } from "./api.js";
import type { Open } from "./app.js";
import { button, make, table, written, type Child } from "./dom.js";
import { address } from "./route.js";
import { hasText, say, time } from "./words.js";

const textOf = (action: string): string => {
  const key = `action_${action.replace(/\W/g, "_")}`;
  return hasText(key) ? say(key) : action; // a newer version may have recorded it
};

const row = ({ at, actor, key, action, poll, detail }: AuditEvent): Child[] => [
  time(at),
  make("span", {}, written(actor), key !== null && ` (${say("by_key")})`),
  textOf(action),
  poll === null ? written(detail) : make("a", { href: address(["polls", poll]) }, written(detail || say("poll"))),
];

export const openAudit: Open = async (app, { query }) => {
  const poll = query.get("poll") ?? undefined;
  if (poll === undefined && app.session?.account.role !== "owner") {
    return { title: say("audit"), content: [make("p", {}, say("audit_of_poll"))] };
  }
  const load = (cursor?: string) => app.api.get<Page<AuditEvent>>("audit", { poll, cursor, limit: "50" });
  const { items, next: first } = await load();
  let next = first;
  const headers = [say("time_column"), say("who_column"), say("what_column"), say("details_column")];
  const events = table(say("audit"), headers, items.map(row));
  const more = button(say("more"), () => {
    void app.attempt(async () => {
      const page = await load(next ?? undefined);
      const added = table("", [], page.items.map(row)).querySelectorAll("tbody > tr");
      events.querySelector("tbody")?.append(...added);
      next = page.next;
      more.hidden = next === null;
    });
  });
  more.hidden = next === null;
  const saved = new URLSearchParams({ ...(poll !== undefined && { poll }), bom: "true" });
  return {
    title: say("audit"),
    content: [
      poll !== undefined && make("p", {}, make("a", { href: address(["polls", poll]) }, say("back_to_poll"))),
      make("p", {}, make("a", { class: "button", href: `api/v1/audit.csv?${saved}`, download: true }, say("download_csv"))),
      events,
      more,
    ],
  };
};
