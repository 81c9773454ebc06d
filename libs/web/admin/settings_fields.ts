// The fields for everything but the question: when voters see results, whether they may change their vote, times, colors,
// title.
import { accentSheet, schemes, type Scheme } from "../shared/theme.js";
import {
  bounds,
  changePolicies,
  resultsPolicies,
  type ChangePolicy,
  type Draft,
  type ResultsPolicy,
} from "./content.js";
import { make, type Child } from "./dom.js";
import { input, isTicked, select, tick, valueOf } from "./forms.js";
import { locale, say } from "./words.js";
import { inBothZones, ownZone, read, zones, type LocalTime } from "./zoned_time.js";

const section = (title: string, open: boolean, ...children: Child[]) =>
  make("details", { class: "part", open }, make("summary", {}, title), ...children);

/** What is wrong with a time, in words. */
export const sayTimeFault = (fault: "missing" | "repeated" | "no_time", zone: string) =>
  say(`fault_${fault}`, { zone });

// A time in the poll's zone, and below it the same in that of the browser.
class TimeField {
  readonly root: HTMLElement;
  private readonly here = make("p", { class: "hint", "aria-live": "polite" });

  constructor(
    private readonly name: "opens" | "closes",
    value: LocalTime,
  ) {
    this.root = input(name, { label: say(`part_${name}_at`) }, { type: "datetime-local", value, step: 60 }, this.here);
  }

  show(local: LocalTime, zone: string): void {
    const entered = read(local, zone);
    const text = entered.fault
      ? sayTimeFault(entered.fault, zone)
      : entered.instant === undefined
        ? say(`${this.name}_never`)
        : inBothZones(entered.instant, zone, locale).join("\n");
    if (this.here.textContent !== text) {
      this.here.textContent = text;
    }
    this.here.classList.toggle("fault", entered.fault !== undefined);
  }
}

const inSheet = /if-light,(#\w{6})\) var\(--if-dark,(#\w{6})/;

// The color of the pages. Which one they show is decided by the server, in the style sheet of the color.
class AccentField {
  readonly root: HTMLElement;
  private readonly color: HTMLElement;
  private readonly shown = make("p", { class: "hint", "aria-live": "polite" });
  private asked = "";

  constructor({ colored, accent }: Draft) {
    this.color = input("accent", { label: say("part_accent") }, { type: "color", value: accent }, this.shown);
    this.root = make(
      "div",
      {},
      tick("checkbox", "colored", { label: say("accent"), hint: say("accent_hint") }, { checked: colored }),
      this.color,
    );
  }

  show({ colored, accent }: Draft): void {
    this.color.hidden = !colored;
    const wanted = colored ? accent : "";
    if (wanted !== this.asked) {
      this.asked = wanted;
      this.shown.textContent = "";
      if (colored) {
        void this.ask(accent);
      }
    }
  }

  private async ask(accent: string): Promise<void> {
    const sheet = await fetch(accentSheet(accent)).then(
      (response) => (response.ok ? response.text() : ""),
      () => "",
    );
    const [, light, dark] = inSheet.exec(sheet) ?? [];
    if (light && dark && accent === this.asked) {
      this.shown.textContent = say("accent_shown", { light, dark });
    }
  }
}

export class SettingsFields {
  readonly root: HTMLElement;
  /** The section with colors and the like. */
  readonly appearance: HTMLElement;
  private readonly opens: TimeField;
  private readonly closes: TimeField;
  private readonly accent: AccentField;

  constructor(
    private readonly form: HTMLFormElement,
    draft: Draft,
    hasLogo: boolean,
  ) {
    this.opens = new TimeField("opens", draft.opens);
    this.closes = new TimeField("closes", draft.closes);
    this.accent = new AccentField(draft);
    const scheduled = draft.opens !== "" || draft.closes !== "";
    const zone = zones(draft.zone, ownZone()).map((name) => [name, name.replace(/_/g, " ")] as const);
    const results = resultsPolicies.map((name) => [name, say(`results_${name}`)] as const);
    const change = changePolicies.map((name) => [name, say(`change_${name}`)] as const);
    const scheme = schemes.map((name) => [name, say(`scheme_${name}`)] as const);
    this.appearance = section(
      say("appearance"),
      draft.colored || draft.scheme !== "auto" || hasLogo,
      this.accent.root,
      select("scheme", { label: say("part_scheme") }, scheme, draft.scheme),
    );
    this.root = make(
      "div",
      { class: "settings" },
      section(
        say("results_and_votes"),
        false,
        select("results", { label: say("results_policy") }, results, draft.results),
        select("change", { label: say("change_policy") }, change, draft.change),
        input(
          "keep",
          { label: say("part_keep_days"), hint: say("keep_hint") },
          {
            type: "number",
            inputmode: "numeric",
            min: 1,
            max: bounds.keep,
            value: draft.keep,
          },
        ),
        tick(
          "checkbox",
          "cookie",
          { label: say("part_require_cookie"), hint: say("cookie_hint") },
          { checked: draft.cookie },
        ),
      ),
      section(
        say("schedule"),
        scheduled,
        select("zone", { label: say("part_zone") }, zone, draft.zone),
        this.opens.root,
        this.closes.root,
      ),
      this.appearance,
      section(
        say("part_title"),
        draft.title !== "",
        input(
          "title",
          { label: say("part_title"), hint: say("title_hint") },
          { value: draft.title, maxlength: bounds.title, dir: "auto" },
        ),
      ),
    );
    this.showDerived(draft);
  }

  /** What the fields have now, into the draft. */
  readInto(draft: Draft): void {
    const { form } = this;
    draft.results = valueOf(form, "results") as ResultsPolicy;
    draft.change = valueOf(form, "change") as ChangePolicy;
    draft.keep = valueOf(form, "keep");
    draft.zone = valueOf(form, "zone");
    draft.opens = valueOf(form, "opens");
    draft.closes = valueOf(form, "closes");
    draft.title = valueOf(form, "title");
    draft.cookie = isTicked(form, "cookie");
    draft.colored = isTicked(form, "colored");
    draft.accent = valueOf(form, "accent");
    draft.scheme = valueOf(form, "scheme") as Scheme;
    this.showDerived(draft);
  }

  private showDerived(draft: Draft): void {
    this.opens.show(draft.opens, draft.zone);
    this.closes.show(draft.closes, draft.zone);
    this.accent.show(draft);
  }
}
