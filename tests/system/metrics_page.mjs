// docs/metrics.md, written from what the running programs declare: `node metrics_page.mjs >docs/metrics.md`.
import { pathToFileURL } from "node:url";
import { Cluster } from "./cluster.mjs";
import { eventually } from "./eventually.mjs";
import { request, vote } from "./http.mjs";
import { PostgresServer } from "./postgres_server.mjs";
import { Pollux } from "./program.mjs";

const heading = `# Metrics

Each program shows its metrics at \`/metrics\` of its management listener, in the text format of Prometheus. \`./dev docs\`
writes this page from what the running programs declare. Names and labels follow
[Prometheus' conventions](https://prometheus.io/docs/practices/naming/): base units, and \`_total\` for counters, which
count since the start of the process.

A scrape should add the labels \`application="pollux"\` and \`component="vote|result|worker|admin|pollux"\`; the dashboards and
rules of Pollux select by them.
`;

const labels = `
## Labels of requests

- \`route\`: the path that a router knows, such as \`/\` or \`/p/*\`, also below the path of a public URL; \`files\` for
  the styles, scripts and images of the pages; \`none\` if nothing matched or the request was rejected before.
  \`/socket.io/\` includes long polls, which wait for news: leave that route out when you measure response times.
- \`method\`: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS; \`other\` for all others and for unreadable requests.
- \`code\`: the status of the response. 101 is an upgrade to a WebSocket; 499 means that the client disconnected, or read
  too slowly, before the whole response was sent.

Clients cannot create series with paths or methods that they invent: there are at most 512 series per listener and
thread; the excess has the code \`other\`.
`;

// Labels with a fixed set of values, all of which exist from the start.
const listed = ["direction", "level", "reason", "state", "transport"];

// The text of /metrics as [{ name, type, help, labels: Map(name → values), bounds }].
export function familiesOf(text) {
  const families = new Map();
  for (const [, kind, name, rest] of text.matchAll(/^# (HELP|TYPE) (\S+) (.*)$/gm)) {
    const family = families.get(name) ?? { name, labels: new Map(), bounds: new Set() };
    families.set(name, Object.assign(family, kind === "HELP" ? { help: rest } : { type: rest }));
  }
  for (const [, series, set] of text.matchAll(/^([a-z]\w*)(?:\{(.*)\})? \S+$/gm)) {
    const family = families.get(series) ?? families.get(series.replace(/_(bucket|count|sum)$/, ""));
    for (const [, label, value] of (set ?? "").matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)) {
      const values = label === "le" ? family.bounds : (family.labels.get(label) ?? new Set());
      values.add(value);
      if (label !== "le") {
        family.labels.set(label, values);
      }
    }
  }
  return [...families.values()];
}

// The text of /metrics once the responses to the requests of this program are counted.
function scrape(service, listeners) {
  return eventually(async () => {
    const text = (await request(`${service.managementUrl}/metrics`)).body.toString();
    for (const listener of listeners) {
      if (!new RegExp(`^pollux_http_request_duration_seconds_count\\{.*listener="${listener}"`, "m").test(text)) {
        throw new Error(`No request to ${listener} is counted.`);
      }
    }
    return text;
  });
}

// Starts every program: { vote, worker, result, admin, pollux } → the text of its metrics after a few requests.
export async function metricsOfPrograms(t) {
  const postgres = await PostgresServer.start(t);
  const [cluster, pollux] = await Promise.all([Cluster.start(t, postgres, { admins: 1 }), Pollux.start(t)]);
  const [voting, worker, result, admin] = [cluster.votes[0], cluster.workers[0], cluster.results[0], cluster.admins[0]];
  await Promise.all([vote(voting, "a"), vote(pollux, "a")]);
  await Promise.all([request(`${result.resultUrl}/`), request(`${pollux.resultUrl}/`), request(`${admin.adminUrl}/`)]);
  return {
    vote: await scrape(voting, ["vote", "management"]),
    worker: await scrape(worker, ["management"]),
    result: await scrape(result, ["result", "management"]),
    admin: await scrape(admin, ["admin", "management"]),
    pollux: await scrape(pollux, ["vote", "result", "management"]),
  };
}

// Each family once, with the programs that have it; the help must be the same in all.
function merged(texts) {
  const all = new Map();
  for (const [program, text] of Object.entries(texts)) {
    for (const family of familiesOf(text)) {
      const known = all.get(family.name) ?? { ...family, programs: [] };
      if (known.help !== family.help || known.type !== family.type) {
        throw new Error(`${family.name} is described differently in ${program}: "${family.help}", "${known.help}"`);
      }
      known.programs.push(program);
      for (const [label, values] of family.labels) {
        known.labels.set(label, new Set([...(known.labels.get(label) ?? []), ...values]));
      }
      all.set(family.name, known);
    }
  }
  return [...all.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
}

function labelText([label, values]) {
  return listed.includes(label) ? `\`${label}\`: ${[...values].sort().join(", ")}` : `\`${label}\``;
}

function table(families) {
  const rows = families.map(({ name, type, labels: own, help }) => {
    const shown = [...own].sort().map(labelText).join("; ");
    return `| \`${name}\` | ${type} | ${shown || "–"} | ${help.replaceAll("|", "\\|")} |`;
  });
  return ["| name | type | labels | meaning |", "|---|---|---|---|", ...rows].join("\n");
}

function bucketTable(families) {
  const byBounds = new Map();
  for (const { name, type, bounds } of families) {
    if (type === "histogram") {
      const text = [...bounds].filter((bound) => bound !== "+Inf").join(", ");
      byBounds.set(text, [...(byBounds.get(text) ?? []), `\`${name}\``]);
    }
  }
  const rows = [...byBounds].map(([bounds, names]) => `| ${names.join(", ")} | ${bounds} |`);
  return ["| histogram | upper bounds |", "|---|---|", ...rows].join("\n");
}

const titles = {
  vote: "`pollux-vote`",
  worker: "`pollux-worker`",
  result: "`pollux-result`",
  admin: "`pollux-admin`",
  pollux: "`pollux`",
};

function titleOf(programs) {
  return programs.length === Object.keys(titles).length
    ? "Every program"
    : programs.map((program) => titles[program]).join(", ");
}

// The page for the texts of metricsOfPrograms().
export function pageOf(texts) {
  const families = merged(texts);
  const byPrograms = new Map();
  for (const family of families) {
    const title = titleOf(family.programs);
    byPrograms.set(title, [...(byPrograms.get(title) ?? []), family]);
  }
  const every = ["Every program", ...[...byPrograms.keys()].filter((title) => title !== "Every program").sort()];
  const sections = every.map((title) => `\n## ${title}\n\n${table(byPrograms.get(title))}\n`);
  return `${heading}${sections.join("")}${labels}\n## Buckets\n\n${bucketTable(families)}\n`;
}

async function main() {
  const ends = [];
  try {
    process.stdout.write(pageOf(await metricsOfPrograms({ after: (end) => ends.push(end) })));
  } finally {
    for (const end of ends) {
      await end();
    }
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await main();
}
