// The program pollux with managed polls in its database. A change of a poll is made while the program is stopped, and it
// starts again on the same addresses, so that open pages meet it again.
import { execFileSync } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Pollux, temporaryDirectory } from "./program.mjs";

const script = fileURLToPath(new URL("sqlite_polls.py", import.meta.url));
const alphabet = "34679CDFHJKMNPQRTVWXY";

const python = (command, file, input) =>
  execFileSync("/usr/bin/python3", [script, command, file], { input, encoding: "utf8" });

export class PolluxWithPolls {
  #t;
  #directory;
  #args;
  #now;
  #polls = [];

  // `polls`: each with a `question` as in libs/poll/question_json.hpp, and optionally `state`, `change`, `results`,
  // `opens_at` and `closes_at` (Unix times in seconds), and `require_cookie`. `args` are flags of the program.
  static async start(t, polls, args = []) {
    const pollux = new PolluxWithPolls();
    pollux.#t = t;
    pollux.#args = args;
    pollux.#directory = await temporaryDirectory(t);
    await pollux.#launch({}); // makes the tables
    pollux.#polls = polls.map((poll, index) => ({
      id: `64f0${index.toString(16).padStart(20, "0")}`,
      code: `K7MXQ${alphabet[index]}`,
      state: "open",
      revision: 2,
      ...poll,
    }));
    await pollux.#restart();
    return pollux;
  }

  get voteUrl() {
    return this.#now.voteUrl;
  }

  get resultUrl() {
    return this.#now.resultUrl;
  }

  // The address of the page of a poll, by its place in the list.
  page(index = 0) {
    return `${this.voteUrl}/p/${this.#polls[index].code}`;
  }

  code(index = 0) {
    return this.#polls[index].code;
  }

  // Changes members of a poll, as a new revision of it.
  async change(index, members) {
    const poll = this.#polls[index];
    this.#polls[index] = { ...poll, ...members, revision: poll.revision + 1 };
    await this.#restart();
  }

  kill() {
    return this.#now.kill();
  }

  // The selections of all recorded votes for the current run of a poll, sorted.
  selections(index = 0) {
    const { id, run = 1 } = this.#polls[index];
    const all = JSON.parse(python("selections", this.#database));
    return all[run === 1 ? id : `${id}.${run}`] ?? [];
  }

  get #database() {
    return path.join(this.#directory, "pollux.db");
  }

  async #launch(listen) {
    this.#now = await Pollux.start(this.#t, { directory: this.#directory, args: this.#args, ...listen });
  }

  async #restart() {
    const listen = { voteListen: new URL(this.voteUrl).host, resultListen: new URL(this.resultUrl).host };
    await this.kill();
    python("write", this.#database, JSON.stringify(this.#polls));
    await this.#launch(listen);
  }
}
