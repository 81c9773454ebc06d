// One poll: what it is, what can be done with it, and its numbers as they come in. On a phone this is the remote: the
// buttons stay at the lower edge.
import { isLoopback } from "../result/vote_address.js";
import { newKey, type Action, type Poll, type RunResults } from "./api.js";
import type { App, Open } from "./app.js";
import { showsResults, type ResultsPolicy } from "./content.js";
import { button, make, present, type Child } from "./dom.js";
import { askToArchive, askToRemove, askToReset, inNewTab, newerPoll, pathOf } from "./poll_actions.js";
import { duplicate, stateOf } from "./polls.js";
import { ResultsPanel, votingOf } from "./results_panel.js";
import { formerPolicy, rememberPolicy, switched } from "./results_switch.js";
import { address } from "./route.js";
import { locale, say } from "./words.js";
import { inBothZones } from "./zoned_time.js";

// How often the numbers and the state are read again, while the page is visible.
const refreshEveryMs = 2000;

// In the zone of the poll and, if it is another one, in that of the browser.
function timeLine(label: "opens" | "closes", instant: string | null, zone: string): Child {
  if (instant === null) {
    return undefined;
  }
  const times = inBothZones(Date.parse(instant), zone, locale);
  return make("p", {}, say(label, { time: times.join(" = ") }));
}

const link = (label: string, url: string) =>
  make("p", { class: "address" }, make("span", {}, label), " ", inNewTab(url, url.replace(/^https?:\/\//, ""), "ltr"));

const presenterUrl = ({ result_url }: Poll) => `${result_url}${result_url.includes("?") ? "&" : "?"}present`;

const memory = () => localStorage;

class PollView {
  readonly content: readonly Child[];
  private readonly facts = make("div", { class: "about" });
  private readonly remote = make("div", { class: "remote", role: "group", "aria-label": say("actions") });
  private readonly more = make("div", { class: "actions" });
  private readonly numbers = make("div");
  private panel: ResultsPanel | undefined;
  private readonly copyKey = newKey();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private left = false;
  private drawn = "";

  constructor(
    private readonly app: App,
    private poll: Poll,
  ) {
    const numbers = make(
      "section",
      { class: "numbers", "aria-labelledby": "numbers" },
      make("h2", { id: "numbers" }, say("results")),
      this.numbers,
      make("p", {}, make("a", { href: address(["polls", poll.id, "results"]) }, say("results_and_runs"))),
    );
    this.content = [make("div", { class: "poll" }, make("div", {}, this.facts, this.remote, this.more), numbers)];
    this.draw();
    void this.refresh();
  }

  leave(): void {
    this.left = true;
    clearTimeout(this.timer);
  }

  // Reads poll and numbers now and then. Failures show up with the next action of a person.
  private async refresh(): Promise<void> {
    if (!document.hidden) {
      try {
        const [poll, results, panel] = await Promise.all([
          this.app.api.send<Poll>(pathOf(this.poll), {}),
          this.app.api.send<RunResults>(`${pathOf(this.poll)}/results`, {}),
          this.panel ?? ResultsPanel.make({ tablesOpen: false }),
        ]);
        if (!this.left) {
          if (poll.revision >= this.poll.revision) {
            this.poll = poll;
          }
          this.draw();
          this.drawNumbers(panel, results);
        }
      } catch {
        // The next attempt follows.
      }
    }
    if (!this.left) {
      this.timer = setTimeout(() => void this.refresh(), refreshEveryMs);
    }
  }

  // Not while nothing has changed, so that the focus stays.
  private draw(): void {
    const { poll } = this;
    const version = `${poll.revision} ${poll.voters > 0}`;
    if (version === this.drawn) {
      return;
    }
    this.drawn = version;
    const focused = document.activeElement?.getAttribute("data-action");
    const { opens_at, closes_at, zone } = poll.schedule;
    this.facts.replaceChildren(
      ...present([
        make("p", { class: "facts" }, stateOf(poll), make("span", {}, say(`kind_${poll.question.kind}`))),
        poll.title !== poll.question.text && make("p", { class: "question-text", dir: "auto" }, poll.question.text),
        make("p", { class: "join" }, say("code"), " ", make("strong", { class: "code" }, poll.code)),
        link(say("vote_page"), poll.vote_url),
        link(say("result_page"), poll.result_url),
        link(say("presenter"), presenterUrl(poll)),
        isLoopback(new URL(poll.vote_url, location.href).hostname) && make("p", { class: "note" }, say("loopback")),
        make("p", {}, say("voters_see", { policy: say(`results_${poll.policies.results}`) })),
        poll.state === "draft" && timeLine("opens", opens_at, zone),
        (poll.state === "draft" || poll.state === "open") && timeLine("closes", closes_at, zone),
      ]),
    );
    this.remote.replaceChildren(...present(this.remoteButtons()));
    this.more.replaceChildren(...present(this.furtherButtons()));
    if (focused) {
      document.querySelector<HTMLElement>(`[data-action="${focused}"]`)?.focus();
    }
  }

  private drawNumbers(panel: ResultsPanel, results: RunResults): void {
    if (this.panel !== panel) {
      this.panel = panel.isDrawn ? panel : undefined; // the next refresh makes it again
      this.numbers.replaceChildren(...panel.content);
    }
    panel.show(results, votingOf(this.poll));
  }

  private remoteButtons(): Child[] {
    const { poll } = this;
    const { state } = poll;
    const { results } = poll.policies;
    const shown = showsResults(results, state === "closed");
    const former = formerPolicy(memory, poll.id);
    const next = switched(results, state === "closed", former);
    const showLabel = next === "live" && former !== "live" ? "show_to_all" : "show";
    const main = { class: "main", "data-action": "state" };
    return [
      state === "draft" && button(say("open"), () => this.act("open"), main),
      state === "open" && button(say("close"), () => this.act("close"), main),
      state === "closed" && button(say("open_again"), () => this.act("open"), main),
      state !== "archived" &&
        button(say(shown ? "hide" : showLabel), () => this.setResults(next), {
          "data-action": "show",
        }),
      button(say("next"), () => this.next(), { "data-action": "next" }),
    ];
  }

  private furtherButtons(): Child[] {
    const { poll, app } = this;
    const { state } = poll;
    const named = (name: string) => ({ "data-action": name });
    const linked = (name: string, href: string, text: string) =>
      make("a", { class: "button", href, ...named(name) }, text);
    const copy = () => void app.attempt(() => duplicate(app, poll, this.copyKey));
    const canReset = state === "open" || state === "closed";
    const canArchive = state === "draft" || state === "closed";
    return [
      state !== "archived" && linked("edit", address(["polls", poll.id, "edit"]), say("edit")),
      button(say("duplicate"), copy, named("duplicate")),
      canReset && button(say("reset"), () => void this.reset(), named("reset")),
      canArchive && button(say("archive"), () => void this.archive(), named("archive")),
      linked("audit", address(["audit"], { poll: poll.id }), say("audit")),
      state !== "open" && button(say("remove"), () => void this.remove(), { class: "grave", ...named("remove") }),
    ];
  }

  private changed(poll: Poll, news: string): void {
    this.poll = poll;
    this.draw();
    this.app.announce(news);
  }

  private act(action: Action, revision?: number): void {
    void this.app.attempt(async () => {
      const request = { method: "POST", ...(revision !== undefined && { revision }) } as const;
      const poll = await this.app.api.request<Poll>(`${pathOf(this.poll)}/${action}`, request);
      this.changed(poll, say(`done_${action}`));
    });
  }

  private setResults(results: ResultsPolicy): void {
    void this.app.attempt(async () => {
      const { revision, policies } = await this.app.api.get<Poll>(pathOf(this.poll)); // the latest: the rest stays
      const change = { method: "PATCH", revision, body: { policies: { results } } } as const;
      const poll = await this.app.api.request<Poll>(pathOf(this.poll), change);
      rememberPolicy(memory, poll.id, policies.results);
      const isShown = showsResults(results, poll.state === "closed");
      this.changed(poll, isShown ? say("voters_see", { policy: say(`results_${results}`) }) : say("done_hidden"));
    });
  }

  private async reset(): Promise<void> {
    const { revision, voters } = this.poll;
    if (await askToReset(voters)) {
      this.act("reset", revision);
    }
  }

  private async archive(): Promise<void> {
    if (await askToArchive()) {
      this.act("archive");
    }
  }

  private async remove(): Promise<void> {
    if (await askToRemove(this.app.api, this.poll)) {
      this.app.go(address());
    }
  }

  private next(): void {
    void this.app.attempt(async () => {
      const newer = await newerPoll(this.app.api, this.poll);
      if (newer) {
        this.app.go(address(["polls", newer.id]));
      } else {
        this.app.announce(say("no_next"));
      }
    });
  }
}

export const openPoll: Open = async (app, { id }) => {
  const poll = await app.api.get<Poll>(`polls/${id}`);
  const view = new PollView(app, poll);
  return { title: poll.title, content: view.content, leave: () => view.leave() };
};
