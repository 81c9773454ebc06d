// API keys of one's own: made, shown once, revoked.
import type { Key } from "./api.js";
import type { App, Open } from "./app.js";
import { ask } from "./dialog.js";
import { button, make, table, written } from "./dom.js";
import { areFilled, group, input, select, tick, valueOf } from "./forms.js";
import { say, time } from "./words.js";

// Those that a route needs in this version.
const scopes = ["polls:read", "polls:write", "polls:delete", "results:read", "export:read", "audit:read"] as const;
const usual: readonly string[] = ["polls:read", "results:read"];

const textOf = (scope: (typeof scopes)[number]) => say(`scope_${scope.replace(":", "_") as "polls_read"}`);

// The only time that the key is there to be copied.
function showSecret(secret: string): Promise<boolean> {
  const description = { label: say("key"), hint: say("key_once") };
  const field = input("secret", description, { value: secret, readonly: true, class: "secret" });
  const control = field.querySelector("input");
  return ask({
    title: say("key_made"),
    content: [
      field,
      button(say("copy"), () => {
        control?.select();
        void navigator.clipboard?.writeText(secret); // without TLS the selection is copied by the keyboard
      }),
    ],
    confirm: say("key_copied"),
  });
}

function newKey(app: App): HTMLFormElement {
  const lifetimes = ["30", "90", "365", ""].map(
    (days) => [days, days ? say("days", { days }) : say("forever")] as const,
  );
  const form = make(
    "form",
    { class: "narrow", novalidate: true },
    make("h2", {}, say("new_key")),
    input("label", { label: say("key_label") }, { required: true, maxlength: 100 }),
    group(
      say("scopes"),
      {},
      ...scopes.map((value) =>
        tick("checkbox", "scopes", { label: textOf(value), hint: value }, { value, checked: usual.includes(value) }),
      ),
    ),
    select("lifetime", { label: say("lifetime") }, lifetimes, "90"),
    make("button", { class: "main" }, say("create_key")),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (areFilled(form, ["label"])) {
      void app.attempt(async () => {
        const body = {
          label: valueOf(form, "label"),
          scopes: new FormData(form).getAll("scopes"),
          lifetime_days: Number(valueOf(form, "lifetime")) || null,
        };
        const { secret } = await app.api.request<{ secret: string }>("keys", { method: "POST", body });
        await app.reload();
        await showSecret(secret);
      });
    }
  });
  return form;
}

function revoke(app: App, key: Key): HTMLElement {
  return button(
    say("revoke"),
    () => {
      void ask({
        title: say("revoke"),
        content: [
          make("p", {}, make("strong", {}, written(key.label)), ` (${key.hint})`),
          make("p", {}, say("revoke_why")),
        ],
        confirm: say("revoke"),
        grave: true,
        submit: () => app.api.request(`keys/${key.id}`, { method: "DELETE" }),
      }).then(async (done) => {
        if (done) {
          await app.reload();
          app.announce(say("done_revoke"));
        }
      });
    },
    { class: "grave", "aria-label": `${say("revoke")}: ${key.label}` },
  );
}

export const openKeys: Open = async (app) => {
  const { items } = await app.api.get<{ items: Key[] }>("keys");
  const rows = items.map((key) => [
    written(key.label),
    make("code", {}, key.hint),
    key.scopes.join(", "),
    key.expires_at === null ? say("forever") : time(key.expires_at),
    time(key.used_at),
    revoke(app, key),
  ]);
  const headers = (["key_label", "key", "scopes", "expires_column", "used_column", "actions"] as const).map((key) =>
    say(key),
  );
  return {
    title: say("keys"),
    content: [
      make("p", {}, say("keys_why"), " ", make("a", { href: "api/v1/openapi.json" }, say("api_description"))),
      rows.length === 0 ? make("p", { class: "empty" }, say("no_keys")) : table(say("keys"), headers, rows),
      newKey(app),
    ],
  };
};
