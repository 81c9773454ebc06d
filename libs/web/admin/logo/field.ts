// The logo of a poll in the form: choosing an image, what it says in words, removing it.
import { find, pageLanguage, Texts } from "../../shared/page.js";
import type { Api, Poll } from "../api.js";
import { bytes, type Logo } from "../content.js";
import { button, make, newId } from "../dom.js";
import { input } from "../forms.js";
import { logo as words } from "./catalogue.json";
import { bounds, pictureIn, types, urlOf, type Picture } from "./shrink.js";

const texts = new Texts(words, pageLanguage());

export interface ShownLogo extends Picture {
  readonly alt: string;
}

export class LogoField {
  readonly root: HTMLElement;
  private readonly file: HTMLInputElement;
  private readonly alternative: HTMLElement;
  private readonly words: HTMLInputElement;
  private readonly remove = button(texts.say("remove"), () => this.clear());
  private readonly problem = make("p", { class: "fault", role: "alert" });
  private picture: Picture | undefined;
  private choosing = Promise.resolve();
  /** What is stored; `url` is known once it was loaded. */
  private stored: { readonly alt: string; url?: string } | undefined;

  constructor(
    private readonly api: Api,
    private readonly onChange: (logo: ShownLogo | undefined) => void,
    private readonly poll?: Poll,
  ) {
    const id = newId();
    const hint = `${id}h`;
    this.file = make("input", {
      type: "file",
      id,
      accept: types.join(),
      "aria-describedby": hint,
      onchange: () => {
        this.choosing = this.choose();
      },
    });
    this.alternative = input(
      "logo-alt",
      { label: texts.say("alternative"), hint: texts.say("alternative_hint") },
      { maxlength: bounds.alternative, dir: "auto" },
    );
    this.words = find<HTMLInputElement>(this.alternative, "input");
    this.root = make(
      "div",
      { class: "logo-field" },
      make(
        "div",
        { class: "field" },
        make("label", { for: id }, texts.say("image")),
        this.file,
        make("p", { id: hint, class: "hint" }, texts.say("image_hint")),
        this.problem,
      ),
      this.alternative,
      this.remove,
    );
    this.alternative.addEventListener("input", () => this.show());
    this.show();
    if (poll?.logo) {
      this.load(poll.id, poll.logo).catch(() => this.say("not_loaded"));
    }
  }

  isChanged(): boolean {
    return this.picture?.url !== this.stored?.url || (this.picture !== undefined && this.alt !== this.stored?.alt);
  }

  /** Whether the text is longer than the API takes it. */
  isTooLong(): boolean {
    return this.picture !== undefined && bytes(this.alt) > bounds.alternative;
  }

  /** What the poll has once this is saved. */
  async wanted(): Promise<Logo | null> {
    await this.choosing;
    const { picture, alt } = this;
    const before = this.poll?.logo ?? null;
    if (!this.isChanged()) {
      return before;
    }
    if (picture?.url === this.stored?.url) {
      return before && { ...before, alt };
    }
    return picture ? { width: picture.width, height: picture.height, alt } : null;
  }

  /** Sends what was changed. The poll has this revision. */
  async save(id: string, revision: number): Promise<void> {
    if (!this.isChanged()) {
      return;
    }
    const path = `polls/${id}/logo`;
    if (this.picture) {
      const { url } = this.picture;
      const image = url.slice(url.indexOf(",") + 1); // also if only the text was changed: another image may be stored now
      await this.api.request(path, { method: "PUT", revision, body: { image, alt: this.alt } });
      this.stored = { url, alt: this.alt };
    } else {
      await this.api.request(path, { method: "DELETE", revision });
      this.stored = undefined;
    }
  }

  private get alt(): string {
    return this.words.value.trim();
  }

  private async load(id: string, { alt, width, height }: Logo): Promise<void> {
    const response = await fetch(`api/v1/polls/${id}/logo`, { credentials: "same-origin", cache: "no-cache" });
    if (!response.ok) {
      throw new Error(response.statusText);
    }
    const url = await urlOf(await response.blob());
    this.stored = { url, alt };
    if (!this.picture) {
      this.words.value = alt;
      this.take({ url, width, height });
    }
  }

  private async choose(): Promise<void> {
    const file = this.file.files?.[0];
    const picture = file && (await pictureIn(file).catch(() => undefined));
    if (file !== this.file.files?.[0]) {
      return; // another one was chosen meanwhile
    }
    this.say(file && !picture ? "unreadable" : undefined);
    if (picture) {
      this.take(picture);
    }
  }

  private say(problem: "unreadable" | "not_loaded" | undefined): void {
    this.problem.textContent = problem ? texts.say(problem) : "";
  }

  private take(picture: Picture | undefined): void {
    this.picture = picture;
    this.show();
  }

  private clear(): void {
    this.file.value = "";
    this.say(undefined);
    this.file.focus(); // the button is gone
    this.take(undefined);
  }

  private show(): void {
    this.alternative.hidden = this.remove.hidden = this.picture === undefined;
    this.onChange(this.picture && { ...this.picture, alt: this.alt });
  }
}
