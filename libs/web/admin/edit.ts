// Making a poll and editing it, with a preview beside the form. If someone else has changed it meanwhile, people choose
// what to keep.
import { newKey, type Poll } from "./api.js";
import type { App, Open, View } from "./app.js";
import { contentOf, type Fault } from "./checks.js";
import { draftOf, emptyDraft, type Content, type Draft } from "./content.js";
import { make } from "./dom.js";
import { showFaults } from "./forms.js";
import { LogoField } from "./logo/field.js";
import { bounds } from "./logo/shrink.js";
import { Preview } from "./preview.js";
import { QuestionFields } from "./question_fields.js";
import { address } from "./route.js";
import { bodyOf, replace } from "./settle.js";
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
  /** Which is edited; none: a new one. */
  readonly poll?: Poll;
  /** Gets what was entered once nothing is wrong with it. Returns the poll as it is stored then; undefined: it is not. */
  readonly save: (content: Content) => Promise<Poll | undefined>;
  /** Everything is stored. */
  readonly saved: (poll: Poll) => void;
}

function editForm(app: App, { initial, fixed, saveLabel, back, poll, save, saved }: Editing): Form {
  const element = make("form", { class: "edit", novalidate: true });
  const draft = structuredCopy(initial);
  const preview = new Preview();
  const onChange = () => {
    question.readInto(draft);
    settings.readInto(draft);
    preview.show(draft);
  };
  const question = new QuestionFields(element, initial, fixed, onChange);
  const settings = new SettingsFields(element, initial, Boolean(poll?.logo));
  const logo = new LogoField(app.api, (chosen) => preview.showLogo(chosen), poll);
  settings.appearance.append(logo.root);
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
    const said = new Map<string, string>([...faults].reverse().map((fault) => [fault.field, sayFault(fault, draft.zone)]));
    if (logo.isTooLong()) {
      said.set("logo-alt", say("fault_too_long", { limit: number(bounds.alternative) }));
    }
    showFaults(element, said);
    if (said.size === 0) {
      void app.attempt(async () => {
        const stored = await save({ ...content, logo: await logo.wanted() });
        if (stored) {
          await logo.save(stored.id, stored.revision);
          saved(stored);
        }
      });
    }
  });
  preview.show(draft);
  const before = JSON.stringify(initial);
  return { element, isChanged: () => JSON.stringify(draft) !== before || logo.isChanged() };
}

const structuredCopy = (draft: Draft): Draft => ({ ...draft, options: [...draft.options] });

export const openNew: Open = async (app) => {
  const idempotencyKey = newKey();
  let isSaved = false;
  let made: Poll | undefined; // also if its logo could not be sent then
  const leave = (id: string) => {
    isSaved = true;
    app.go(address(["polls", id]));
  };
  const form = editForm(app, {
    initial: emptyDraft(ownZone()),
    fixed: false,
    saveLabel: say("create"),
    back: address(),
    save: async (content) => {
      const outcome = made
        ? await replace(app, made, content)
        : await app.api.request<Poll>("polls", { method: "POST", body: bodyOf(content), idempotencyKey });
      if (typeof outcome === "object") {
        return (made = outcome);
      }
      if (made && outcome === "discarded") {
        leave(made.id);
      }
      return undefined;
    },
    saved: ({ id }) => leave(id),
  });
  return { title: say("new_poll"), content: [form.element], isUnsaved: () => !isSaved && form.isChanged() };
};

async function edit(app: App, poll: Poll): Promise<View> {
  let isSaved = false;
  let base = poll; // what is stored, as far as this form knows
  const back = address(["polls", poll.id]);
  const save = async (content: Content) => {
    const outcome = await replace(app, base, content);
    if (typeof outcome === "object") {
      return (base = outcome);
    }
    if (outcome === "discarded") {
      isSaved = true;
      await app.reload(); // the other version, to go on from
    }
    return undefined;
  };
  const form = editForm(app, {
    initial: draftOf(poll),
    fixed: poll.voters > 0,
    saveLabel: say("save"),
    back,
    poll,
    save,
    saved: () => {
      isSaved = true;
      app.go(back);
    },
  });
  return {
    title: say("edit_poll", { title: poll.title }),
    content: [form.element],
    isUnsaved: () => !isSaved && form.isChanged(),
  };
}

export const openEdit: Open = async (app, { id }) => {
  const poll = await app.api.get<Poll>(`polls/${id}`);
  if (poll.state === "archived") {
    return { title: poll.title, content: [make("p", {}, say("archived_why"))] };
  }
  return edit(app, poll);
};
