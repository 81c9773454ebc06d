import { drawLogo } from "../shared/logo.js";
import { find, type ResultTexts } from "../shared/page.js";
import { accentSheet, dress } from "../shared/theme.js";
import { DataTables } from "./data_table.js";
import { type KindView, makeKindView } from "./kind_views.js";
import { announcerIn, ConnectionLine, PacedDrawing } from "./live_parts.js";
import { CountingNumber } from "./motion.js";
import { type PollNow, type Question, stageOf } from "./poll_results.js";
import type { PollWording } from "./poll_wording.js";
import { fewOptions } from "./ranking.js";
import { lengthOf } from "./result_view.js";
import { areHidden, offerOrder } from "./tools.js";
import type { Announcer } from "./wording.js";


/** Draws the newest state of a poll, at most a few times a second. */
export class PollView {
  readonly connection: ConnectionLine;
  private readonly heading: HTMLElement;
  private readonly stage: HTMLElement;
  private readonly place: HTMLElement;
  private readonly numbers: HTMLDetailsElement;
  private readonly tables: DataTables;
  private readonly voters: CountingNumber;
  private readonly votersText: HTMLElement;
  private readonly closes: HTMLElement;
  private readonly overTime: HTMLElement;
  private readonly announcer: Announcer;
  private view: KindView | undefined;
  private viewOf = "";
  private ordered = false;
  private readonly drawing = new PacedDrawing<PollNow>((now) => this.draw(now));
  private closesAt: number | null = null;

  constructor(
    private readonly root: HTMLElement,
    private readonly texts: ResultTexts,
    private readonly wording: PollWording,
  ) {
    this.heading = find(root, "#heading");
    this.stage = find(root, "#stage");
    this.place = find(root, "#shown");
    this.votersText = find(root, "#total");
    this.voters = new CountingNumber(this.votersText, (count) => wording.voters(count));
    this.closes = find(root, "#closes");
    this.overTime = find(root, "#over-time");
    this.connection = new ConnectionLine(root, texts);
    this.numbers = find<HTMLDetailsElement>(root, "#numbers");
    this.numbers.open = false;
    this.numbers.classList.add("closable");
    this.tables = new DataTables(find(this.numbers, "#tables"));
    root.setAttribute("aria-busy", "true");
    this.announcer = announcerIn(root);
    setInterval(() => this.countDown(), 1000);
  }

  show(now: PollNow): void {
    this.drawing.show(now);
  }

  /** The poll no longer exists: nothing of it stays on the page. */
  showRemoved(): void {
    this.drawing.cancel();
    this.clear();
    this.overTime.classList.add("empty");
    this.setStage("removed", "");
    drawLogo(this.heading, "", undefined);
    this.heading.textContent = document.title = this.wording.say("removed");
    this.closesAt = null;
    for (const part of document.querySelectorAll<HTMLElement>("#total, #closes, #waiting, #invitation, #to-vote")) {
      part.hidden = true;
    }
    this.root.setAttribute("aria-busy", "false");
  }

  /** In the order of the result, or of the question. */
  orderByResult(ordered: boolean): void {
    this.ordered = ordered;
    this.view?.order(ordered);
  }

  private draw(now: PollNow): void {
    const stage = stageOf(now);
    this.setStage(stage, this.wording.say(stage));
    this.drawQuestion(now);
    drawLogo(this.heading, this.root.dataset["code"] ?? "", now.logo);
    const accent = now.theme?.accent ?? undefined;
    dress(document, accent && `../${accentSheet(accent)}`, now.theme?.scheme);
    if (now.question && now.results) {
      this.matchView(now.question, now.run);
      this.view?.show(now.results);
      this.tables.show(now.question, now.results, this.wording);
      this.numbers.hidden = false;
      offerOrder(now.question.kind !== "scale"); // numbers have their order
      if (now.results.voters > 0 && !areHidden()) {
        this.announcer.offer(this.wording.announcement(now.results));
      }
    } else {
      this.clear();
    }
    this.drawVoters(now);
    this.overTime.classList.toggle("empty", !now.results?.voters); // with the first numbers, so that nothing moves later
    this.closesAt = now.state === "open" ? now.closes_at : null;
    this.countDown();
    document.body.classList.toggle("over", now.state === "closed" || now.state === "archived");
    document.body.classList.toggle("waiting", stage === "draft" || (now.state === "open" && now.voters === 0));
    this.root.setAttribute("aria-busy", "false");
  }

  private setStage(stage: string, text: string): void {
    if (this.stage.dataset["stage"] !== stage) {
      this.stage.dataset["stage"] = stage;
      this.stage.textContent = text;
    }
  }

  private drawQuestion({ question }: PollNow): void {
    const text = question?.text ?? this.wording.say("draft");
    if (this.heading.textContent !== text) {
      this.heading.textContent = text;
      document.title = text;
    }
    this.heading.dataset["length"] = lengthOf(text);
  }

  private drawVoters({ state, voters }: PollNow): void {
    this.votersText.hidden = voters === null;
    if (voters !== null) {
      // A closed poll waits for no vote.
      if (state !== "open" && voters === 0) {
        this.votersText.textContent = this.wording.noVoters();
      } else {
        this.voters.show(voters);
      }
    }
  }

  // Numbers that are hidden now are no longer in the page either.
  private clear(): void {
    this.view = undefined;
    this.viewOf = "";
    this.place.replaceChildren();
    this.tables.clear();
    this.numbers.hidden = true;
    offerOrder(false);
    this.announcer.withdraw();
  }

  // Another question, or another run of the same, begins from nothing.
  private matchView(question: Question, run: number): void {
    const key = JSON.stringify([run, question]);
    if (key === this.viewOf) {
      return;
    }
    this.viewOf = key;
    this.view = makeKindView(question, this.wording);
    this.place.dataset["kind"] = question.kind;
    const many = question.kind !== "scale" && question.kind !== "ranking" && question.options.length > fewOptions;
    const caption = this.texts.say(many ? "over_time_leading" : "over_time");
    find(this.overTime, "figcaption").textContent = caption;
    find(this.overTime, "#chart").setAttribute("aria-label", caption);
    this.view.order(this.ordered);
    this.place.replaceChildren(...this.view.elements);
  }

  private countDown(): void {
    const text = this.closesAt === null ? "" : this.wording.closing(this.closesAt, Date.now() / 1000);
    if (this.closes.textContent !== text) {
      this.closes.textContent = text;
    }
  }
}
