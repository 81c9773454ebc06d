// What PostgreSQL and Redis hold, asked in their own pods.
import { requireEqual, within } from "./report.mjs";

// Runs of the poll of the settings, without polls that people make.
const ofSettings = "poll LIKE 'default%'";

export class Stores {
  constructor(release) {
    this.release = release;
  }

  async sql(query) {
    const script = 'exec psql -X -A -t -v ON_ERROR_STOP=1 -U "${POSTGRES_USER:-postgres}" -d "$POSTGRES_DB" -c "$1"';
    return (await this.#exec("postgres", ["sh", "-c", script, "sh", query])).trim();
  }

  async redis(...command) {
    const script = 'REDISCLI_AUTH="$REDIS_PASSWORD" exec redis-cli --no-auth-warning -h "$HOSTNAME" "$@"';
    return (await this.#exec("redis", ["sh", "-c", script, "sh", ...command])).trim();
  }

  // The votes that PostgreSQL has, counted row by row: { a, b, … }. The tally that the pages show is kept apart from them.
  async recount() {
    const rows = await this.sql(
      `SELECT selection, count(*) FROM pollux_votes WHERE ${ofSettings} GROUP BY selection ORDER BY selection`,
    );
    return Object.fromEntries(rows.split("\n").filter(Boolean).map((row) => row.split("|")).map(([id, n]) => [id, Number(n)]));
  }

  async rows() {
    return Number(await this.sql(`SELECT count(*) FROM pollux_votes WHERE ${ofSettings}`));
  }

  // The ids of all voters whose votes PostgreSQL has.
  async voters() {
    return new Set((await this.sql(`SELECT voter FROM pollux_votes WHERE ${ofSettings}`)).split("\n"));
  }

  // { lag, pending } of the workers' group, as XINFO GROUPS has them: entries that no worker was given, and that some
  // worker has not acknowledged.
  async backlog() {
    const words = (await this.redis("XINFO", "GROUPS", "pollux:votes:0")).split("\n");
    const value = (name) => Number(words[words.indexOf(name) + 1] || NaN);
    return { lag: value("lag"), pending: value("pending") };
  }

  emptyBacklog(limit) {
    return within(limit, async () => requireEqual(await this.backlog(), { lag: 0, pending: 0 }, "the backlog"));
  }

  async #exec(component, command) {
    const { metadata } = await this.release.pod(component);
    return this.release.cluster.exec(this.release.namespace, metadata.name, command, { container: component });
  }
}
