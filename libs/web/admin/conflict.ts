// The question what to keep after two people edited the same poll.
import type { Content } from "./content.js";
import { choose, type Choice } from "./dialog.js";
import { make, table } from "./dom.js";
import type { Conflict, Part } from "./merge.js";
import { say, time } from "./words.js";

function inWords({ title, question, policies, schedule, theme, logo }: Content, part: Part): string {
  switch (part) {
    case "title":
      return title;
    case "text":
      return question.text;
    case "answers":
      return [say(`kind_${question.kind}`), ...(question.options ?? [question.low ?? "", question.high ?? ""])]
        .filter(Boolean)
        .join(" · ");
    case "change":
      return say(`change_${policies.change}`);
    case "results":
      return say(`results_${policies.results}`);
    case "keep_days":
      return policies.keep_days === null ? say("forever") : String(policies.keep_days);
    case "require_cookie":
      return say(`cookie_${policies.require_cookie}`);
    case "zone":
      return schedule.zone;
    case "accent":
      return theme.accent ?? say("no_accent");
    case "scheme":
      return say(`scheme_${theme.scheme}`);
    case "logo":
      return logo ? `${logo.alt} (${logo.width} × ${logo.height})` : "–";
    default:
      return time(schedule[part]);
  }
}

/** "confirmed": save the merged version. "other": give up what was entered here. Nothing is stored meanwhile. */
export function askAboutConflict(conflict: Conflict, mine: Content, theirs: Content): Promise<Choice> {
  const { both, theirs: onlyTheirs } = conflict;
  const rows = both.map((part) => [say(`part_${part}`), inWords(theirs, part), inWords(mine, part)]);
  const kept = onlyTheirs.map((part) => `${say(`part_${part}`)} – ${inWords(theirs, part)}`);
  return choose({
    title: say("conflict"),
    content: [
      make("p", {}, say(both.length > 0 ? "conflict_both" : "conflict_theirs")),
      rows.length > 0 && table(say("conflict"), [say("part"), say("stored_version"), say("your_version")], rows),
      kept.length > 0 && make("p", {}, say("conflict_kept")),
      kept.length > 0 && make("ul", {}, ...kept.map((text) => make("li", {}, text))),
    ],
    confirm: say("save_mine"),
    other: say("discard_mine"),
    cancel: say("keep_editing"),
  });
}
