// Accounts, for owners; and one's own: its password, and the browsers in which it is signed in.
import type { Account, Role, SignedInBrowser } from "./api.js";
import type { App, Open } from "./app.js";
import { ask } from "./dialog.js";
import { button, make, table, written } from "./dom.js";
import { areFilled, input, password, select, valueOf } from "./forms.js";
import { address } from "./route.js";
import { say, time } from "./words.js";

const roles: readonly Role[] = ["owner", "editor"];
const roleValues = () => roles.map((role) => [role, say(`role_${role}`)] as const);

const newPassword = () =>
  password("password", { label: say("new_password"), hint: say("password_hint") }, "new-password");

function newAccount(app: App): HTMLFormElement {
  const form = make(
    "form",
    { class: "narrow", novalidate: true },
    make("h2", {}, say("new_account")),
    input(
      "name",
      { label: say("name") },
      { required: true, maxlength: 64, autocapitalize: "none", spellcheck: "false" },
    ),
    select("role", { label: say("role"), hint: say("role_hint") }, roleValues(), "editor"),
    newPassword(),
    make("button", { class: "main" }, say("create_account")),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (areFilled(form, ["name", "password"])) {
      void app.attempt(async () => {
        const body = { name: valueOf(form, "name"), role: valueOf(form, "role"), password: valueOf(form, "password") };
        await app.api.request("accounts", { method: "POST", body });
        await app.reload();
        app.announce(say("done_account", { name: body.name }));
      });
    }
  });
  return form;
}

interface AccountChange {
  readonly title: string;
  readonly confirm?: string;
  readonly content: HTMLElement;
  readonly method: "PUT" | "DELETE";
  /** What follows the account in the path. */
  readonly part: string;
  readonly body?: (form: HTMLFormElement) => object;
}

// Asks before the change. Someone else may have changed the account meanwhile, so it names the revision.
async function change(app: App, account: Account, wanted: AccountChange): Promise<void> {
  const { title, confirm = title, content, method, part, body } = wanted;
  const done = await ask({
    title,
    content: [make("p", {}, make("strong", {}, written(account.name))), content],
    confirm,
    grave: method === "DELETE",
    submit: (form) =>
      app.api.request(`accounts/${account.id}${part}`, { method, revision: account.revision, body: body?.(form) }),
  });
  if (done) {
    await app.reload();
    app.announce(say("done_change", { name: account.name }));
  }
}

function accountTools(app: App, account: Account): HTMLElement {
  const tool = (wanted: () => AccountChange, label: string, grave = false) =>
    button(label, () => void change(app, account, wanted()), {
      class: grave && "grave",
      "aria-label": `${label}: ${account.name}`,
    });
  const role: Role = account.role === "owner" ? "editor" : "owner";
  return make(
    "div",
    { class: "tools" },
    tool(
      () => ({
        title: say("change_role"),
        confirm: say(`make_${role}`),
        content: make("p", {}, say("role_hint")),
        method: "PUT",
        part: "/role",
        body: () => ({ role }),
      }),
      say("change_role"),
    ),
    tool(
      () => ({
        title: say("new_password"),
        confirm: say("save"),
        content: newPassword(),
        method: "PUT",
        part: "/password",
        body: (form) => ({ password: valueOf(form, "password") }),
      }),
      say("new_password"),
    ),
    tool(
      () => ({
        title: say("remove_account"),
        content: make("p", {}, say("remove_account_why")),
        method: "DELETE",
        part: "",
      }),
      say("remove"),
      true,
    ),
  );
}

export const openAccounts: Open = async (app) => {
  const { items } = await app.api.get<{ items: Account[] }>("accounts");
  const own = app.session?.account.id;
  const rows = items.map((account) => [
    written(account.name),
    say(`role_${account.role}`),
    time(account.created_at),
    account.id === own ? make("a", { href: address(["profile"]) }, say("own_account")) : accountTools(app, account),
  ]);
  return {
    title: say("accounts"),
    content: [
      table(say("accounts"), [say("name"), say("role"), say("created_column"), say("actions")], rows),
      newAccount(app),
    ],
  };
};

function changePassword(app: App): HTMLFormElement {
  const form = make(
    "form",
    { class: "narrow", novalidate: true },
    make("h2", {}, say("change_password")),
    make("input", { type: "hidden", name: "name", value: app.session?.account.name, autocomplete: "username" }),
    password("current", { label: say("current_password") }, "current-password"),
    newPassword(),
    make("button", { class: "main" }, say("save")),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (areFilled(form, ["current", "password"])) {
      void app.attempt(async () => {
        const body = { current: valueOf(form, "current"), wanted: valueOf(form, "password") };
        await app.api.send("session/password", { method: "PUT", body });
        await app.reload();
        app.announce(say("done_password"));
      });
    }
  });
  return form;
}

export const openProfile: Open = async (app) => {
  const { items } = await app.api.get<{ items: SignedInBrowser[] }>("sessions");
  const end = ({ id, seen_at }: SignedInBrowser) =>
    button(
      say("end_session"),
      () => {
        void app.attempt(async () => {
          await app.api.request(`sessions/${id}`, { method: "DELETE" });
          await app.reload();
          app.announce(say("done_session"));
        });
      },
      { "aria-label": `${say("end_session")}: ${time(seen_at)}` },
    );
  const rows = items.map((session) => [
    time(session.created_at),
    time(session.seen_at),
    session.current ? say("this_browser") : end(session),
  ]);
  return {
    title: app.session?.account.name ?? "",
    content: [
      make("p", {}, say(`role_${app.session?.account.role ?? "editor"}`)),
      make("h2", {}, say("sessions")),
      table(say("sessions"), [say("since_column"), say("seen_column"), say("actions")], rows),
      changePassword(app),
    ],
  };
};
