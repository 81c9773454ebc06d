// Making a poll and editing it, with a preview beside the form. If someone else has changed it meanwhile, people choose
// what to keep.
import { Failure, newKey, type Poll } from "./api.js";
import type { App, Open, View } from "./app.js";
import { contentOf, type Fault } from "./checks.js";
import { draftOf, emptyDraft, type Content, type Draft } from "./content.js";
import { askAboutConflict } from "./conflict.js";
import { make } from "./dom.js";
import { showFaults } from "./forms.js";
import { conflictOf } from "./merge.js";
import { Preview } from "./preview.js";
import { QuestionFields } from "./question_fields.js";
import { address } from "./route.js";
import { SettingsFields, sayTimeFault } from "./settings_fields.js";
import { number, say } from "./words.js";
import { ownZone } from "./zoned_time.js";

function sayFault({ name, limit }: Fault, zone: string): string {
  return name === "missing" || name === "repeated" || name === "no_time"
    ? sayTimeFault(name, zone)
    : say(`fault_${name}`, { limit: number(limit ?? 0) });
}

interface Form {
  readonly element: HTMLFormElement;
  readonly isChanged: () => boolean;
}

interface Editing {
  readonly initial: Draft;
  /** Whether only texts can be changed. */
  readonly fixed: boolean;
  readonly saveLabel: string;
  /** Where cancelling leads. */
  readonly back: string;
  /** Gets what was entered once nothing is wrong with it. */
  readonly save: (content: Content) => Promise<void>;
}

function editForm(app: App, { initial, fixed, saveLabel, back, save }: Editing): Form {
  const element = make("form", { class: "edit", novalidate: true });
  const draft = structuredCopy(initial);
  const preview = new Preview();
  const onChange = () => {
    question.readInto(draft);
    settings.readInto(draft);
    preview.show(draft);
  };
  const question = new QuestionFields(element, initial, fixed, onChange);
  const settings = new SettingsFields(element, initial);
  element.append(
    make(
      "div",
      { class: "fields" },
      question.root,
      settings.root,
      make(
        "div",
        { class: "actions" },
        make("button", { class: "main" }, saveLabel),
        make("a", { class: "button", href: back }, say("cancel")),
      ),
    ),
    preview.root,
  );
  element.addEventListener("input", onChange);
  element.addEventListener("submit", (event) => {
    event.preventDefault();
    onChange();
    const { content, faults } = contentOf(draft);
    // If a field has several, the first one is shown.
    showFaults(element, new Map([...faults].reverse().map((fault) => [fault.field, sayFault(fault, draft.zone)])));
    if (faults.length === 0) {
      void app.attempt(() => save(content));
    }
  });
  preview.show(draft);
  const before = JSON.stringify(initial);
  return { element, isChanged: () => JSON.stringify(draft) !== before };
}

const structuredCopy = (draft: Draft): Draft => ({ ...draft, options: [...draft.options] });

export const openNew: Open = async (app) => {
  const idempotencyKey = newKey();
  let saved = false;
  const form = editForm(app, {
    initial: emptyDraft(ownZone()),
    fixed: false,
    saveLabel: say("create"),
    back: address(),
    save: async (content) => {
      const poll = await app.api.request<Poll>("polls", { method: "POST", body: content, idempotencyKey });
      saved = true;
      app.go(address(["polls", poll.id]));
    },
  });
  return { title: say("new_poll"), content: [form.element], isUnsaved: () => !saved && form.isChanged() };
};

// What is stored is another version than this edit began with: saves one that keeps both, gives up this one, or neither.
async function settle(app: App, poll: Poll, mine: Content): Promise<"saved" | "discarded" | "undecided"> {
  let base: Content = poll;
  let wanted = mine;
  for (;;) {
    const theirs = await app.api.get<Poll>(`polls/${poll.id}`);
    const conflict = conflictOf(base, wanted, theirs);
    const choice = await askAboutConflict(conflict, wanted, theirs);
    if (choice !== "confirmed") {
      return choice === "other" ? "discarded" : "undecided";
    }
    if (await put(app, poll.id, theirs.revision, conflict.merged)) {
      return "saved";
    }
    base = theirs;
    wanted = conflict.merged;
  }
}

// False if the poll has another revision.
async function put(app: App, id: string, revision: number, content: Content): Promise<boolean> {
  const { title, question, policies, schedule, theme } = content;
  const body = { title, question, policies, schedule, theme };
  try {
    await app.api.request(`polls/${id}`, { method: "PUT", revision, body });
    return true;
  } catch (error) {
    if (error instanceof Failure && error.problem.status === 412) {
      return false;
    }
    throw error;
  }
}

async function edit(app: App, poll: Poll): Promise<View> {
  let saved = false;
  const back = address(["polls", poll.id]);
  const save = async (content: Content) => {
    const outcome = (await put(app, poll.id, poll.revision, content)) ? "saved" : await settle(app, poll, content);
    saved = outcome !== "undecided";
    if (outcome === "saved") {
      app.go(back);
    } else if (outcome === "discarded") {
      await app.reload(); // the other version, to go on from
    }
  };
  const form = editForm(app, {
    initial: draftOf(poll),
    fixed: poll.voters > 0,
    saveLabel: say("save"),
    back,
    save,
  });
  return {
    title: say("edit_poll", { title: poll.title }),
    content: [form.element],
    isUnsaved: () => !saved && form.isChanged(),
  };
}

export const openEdit: Open = async (app, { id }) => {
  const poll = await app.api.get<Poll>(`polls/${id}`);
  if (poll.state === "archived") {
    return { title: poll.title, content: [make("p", {}, say("archived_why"))] };
  }
  return edit(app, poll);
};
