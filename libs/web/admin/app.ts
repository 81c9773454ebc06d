// The frame of all views: who is signed in, which view the address selects, what happened last.
import { Api, Failure, type Session } from "./api.js";
import { ask } from "./dialog.js";
import { make, present, type Child } from "./dom.js";
import { find } from "../shared/page.js";
import { password, valueOf } from "./forms.js";
import { address, parseRoute, type Route } from "./route.js";
import { say, sayFailure } from "./words.js";

export interface View {
  readonly title: string;
  readonly content: readonly Child[];
  /** Whether leaving would lose what was entered. */
  readonly isUnsaved?: () => boolean;
  /** Called once when another view takes its place. */
  readonly leave?: () => void;
}

export type Open = (app: App, route: Route) => Promise<View>;

export type Views = Readonly<Record<Route["view"], Open>>;

export class App {
  readonly api = new Api({ password: (why) => this.askPassword(why) });
  session: Session | undefined;

  private readonly main = find(document, "main");
  private readonly news = find(document, "#news");
  private readonly problem = find(document, "#problem");
  private view: View | undefined;
  private shown = "";
  private opening = 0;
  private busy = false;

  constructor(private readonly views: Views) {
    addEventListener("hashchange", () => this.follow());
    addEventListener("beforeunload", (event) => {
      if (this.view?.isUnsaved?.()) {
        event.preventDefault();
        event.returnValue = true; // for Chrome before 119
      }
    });
  }

  /** Shows what the address selects. */
  async start(): Promise<void> {
    if (parseRoute(location.hash).view !== "setup") {
      try {
        this.session = await this.api.send<Session>("session", {});
      } catch (error) {
        if (!(error instanceof Failure)) {
          throw error;
        }
        if (error.problem.code !== "unauthenticated") {
          this.say("problem", sayFailure(error));
        }
      }
    }
    await this.open();
  }

  /** Another view. */
  go(target: string): void {
    if (location.hash === target) {
      void this.open();
    } else {
      location.hash = target;
    }
  }

  /** Someone has signed in: shows what the address selects. */
  async enter(session: Session): Promise<void> {
    this.session = session;
    if (parseRoute(location.hash).view === "setup") {
      history.replaceState(null, "", address()); // the token is used
    }
    await this.open();
  }

  /** No one is signed in any more. */
  async exit(): Promise<void> {
    this.session = undefined;
    history.replaceState(null, "", address());
    await this.open();
  }

  /** What was done, for everyone to read. */
  announce(text: string): void {
    this.say("news", [text]);
  }

  /** Does it once at a time, and shows why it failed. True if it was done. */
  async attempt(action: () => Promise<unknown>): Promise<boolean> {
    if (this.busy) {
      return false;
    }
    this.busy = true;
    this.say("news", []);
    this.say("problem", []);
    try {
      await action();
      return true;
    } catch (error) {
      this.say("problem", sayFailure(error));
      return false;
    } finally {
      this.busy = false;
    }
  }

  /** Shows the view again, with what is stored now. */
  async reload(): Promise<void> {
    await this.open({ keepPlace: true });
  }

  private say(place: "news" | "problem", text: readonly Child[]): void {
    this[place].replaceChildren(...present(text));
  }

  private follow(): void {
    if (this.view?.isUnsaved?.() && !confirm(say("leave_unsaved"))) {
      history.replaceState(null, "", this.shown);
      return;
    }
    this.say("news", []);
    this.say("problem", []);
    void this.open();
  }

  // If another view is opened meanwhile, this one is not shown.
  private async open({ keepPlace = false } = {}): Promise<void> {
    const opening = ++this.opening;
    const route = parseRoute(location.hash);
    const open = this.session || route.view === "setup" ? this.views[route.view] : this.views.setup;
    this.main.setAttribute("aria-busy", "true");
    let view: View;
    try {
      view = await open(this, route);
    } catch (error) {
      view = { title: say("not_shown"), content: [make("p", {}, ...sayFailure(error))] };
    }
    if (opening !== this.opening) {
      view.leave?.();
      return;
    }
    this.view?.leave?.();
    const first = this.view === undefined;
    this.view = view;
    this.shown = location.hash || address();
    this.draw(view, keepPlace || first);
  }

  private draw({ title, content }: View, keepPlace: boolean): void {
    document.title = `${title} · Pollux`;
    document.body.classList.toggle("signed-in", this.session !== undefined);
    document.body.classList.toggle("owner", this.session?.account.role === "owner");
    find(document, "#profile").textContent = this.session?.account.name ?? "";
    document.querySelectorAll<HTMLAnchorElement>("#bar a").forEach((link) => {
      link.toggleAttribute("aria-current", false);
      if (link.getAttribute("href") === this.shown) {
        link.setAttribute("aria-current", "page");
      }
    });
    const heading = make("h1", { tabindex: -1 }, title);
    this.main.replaceChildren(heading, ...present(content));
    this.main.setAttribute("aria-busy", "false");
    if (!keepPlace) {
      scrollTo(0, 0);
      heading.focus({ preventScroll: true });
    }
  }

  // The session may be over: then the name is needed, too, since someone else may be at the browser.
  private askPassword(why: "sign_in_again" | "unauthenticated"): Promise<boolean> {
    const { session } = this;
    if (!session) {
      return Promise.resolve(false);
    }
    const { name } = session.account;
    return ask({
      title: say("sign_in_again"),
      content: [
        make("p", {}, say(why === "sign_in_again" ? "sign_in_again_why" : "session_over", { name })),
        make("input", { type: "hidden", name: "name", value: name, autocomplete: "username" }),
        password("password", { label: say("password") }, "current-password"),
      ],
      confirm: say("continue"),
      submit: async (form) => {
        const secret = valueOf(form, "password");
        const again = why === "sign_in_again";
        this.session = await this.api.send<Session>(again ? "session/confirm" : "session", {
          method: "POST",
          body: again ? { password: secret } : { name, password: secret },
        });
      },
    });
  }
}
