// Signing in, and the first run: making the first account with the token of the address that the log shows.
import type { Session } from "./api.js";
import type { App, Open, View } from "./app.js";
import { make, type Child } from "./dom.js";
import { areFilled, input, password, valueOf } from "./forms.js";
import { say } from "./words.js";

const nameInput = () =>
  input(
    "name",
    { label: say("name") },
    {
      required: true,
      maxlength: 64,
      autocomplete: "username",
      autocapitalize: "none",
      spellcheck: "false",
    },
  );

// A form whose request, if it succeeds, signs in.
function signingIn(
  app: App,
  content: readonly Child[],
  label: string,
  path: string,
  body: (form: HTMLFormElement) => object,
): HTMLFormElement {
  const form = make(
    "form",
    { class: "narrow", novalidate: true },
    ...content,
    make("button", { class: "main" }, label),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (areFilled(form, ["name", "password"])) {
      void app.attempt(async () => {
        await app.enter(await app.api.send<Session>(path, { method: "POST", body: body(form) }));
      });
    }
  });
  return form;
}

function setup(app: App, token: string): View {
  return {
    title: say("set_up"),
    content: [
      make("p", {}, say("set_up_why")),
      signingIn(
        app,
        [nameInput(), password("password", { label: say("password"), hint: say("password_hint") }, "new-password")],
        say("set_up_button"),
        "setup",
        (form) => ({ token, name: valueOf(form, "name"), password: valueOf(form, "password") }),
      ),
    ],
  };
}

function signIn(app: App): View {
  return {
    title: say("sign_in"),
    content: [
      signingIn(
        app,
        [nameInput(), password("password", { label: say("password") }, "current-password")],
        say("sign_in"),
        "session",
        (form) => ({ name: valueOf(form, "name"), password: valueOf(form, "password") }),
      ),
    ],
  };
}

export const openSignIn: Open = async (app, route) => {
  const { required } = await app.api.send<{ required: boolean }>("setup", {});
  if (!required) {
    return signIn(app);
  }
  return route.view === "setup" && route.id !== ""
    ? setup(app, route.id)
    : { title: say("set_up"), content: [make("p", {}, say("set_up_where"))] };
};
