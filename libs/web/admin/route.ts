// What the part of the address behind "#" selects. Browsers do not send it to servers, so the token of the first run is
// in no log.

const views = ["new", "accounts", "keys", "audit", "profile"] as const;
const pollViews = ["edit", "results"] as const;

export interface Route {
  readonly view: "polls" | "poll" | (typeof views)[number] | (typeof pollViews)[number] | "setup" | "unknown";
  /** The poll, or the token of the first run. */
  readonly id: string;
  readonly query: URLSearchParams;
}

const has = <Name extends string>(names: readonly Name[], name: string): name is Name =>
  (names as readonly string[]).includes(name);

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}

export function parseRoute(hash: string): Route {
  const [path = "", search = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const query = new URLSearchParams(search);
  const route = (view: Route["view"], id = ""): Route => ({ view, id, query });
  if (path.startsWith("setup=")) {
    return route("setup", path.slice("setup=".length));
  }
  const [first = "", id = "", view = "", ...more] = path.split("/").map(decoded);
  if (first === "") {
    return route("polls");
  }
  if (first === "polls" && id !== "" && more.length === 0) {
    return view === "" ? route("poll", id) : has(pollViews, view) ? route(view, id) : route("unknown");
  }
  return has(views, first) && id === "" ? route(first) : route("unknown");
}

type Query = Readonly<Record<string, string | undefined>>;

/** "#/polls/ID/edit", the address of a view; parameters that are empty are left out. */
export function address(path: readonly string[] = [], query: Query = {}): string {
  const parameters = new URLSearchParams(
    Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1])),
  ).toString();
  return `#/${path.map(encodeURIComponent).join("/")}${parameters ? `?${parameters}` : ""}`;
}
