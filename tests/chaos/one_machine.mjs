// The program pollux with its file, with the members of System (system.mjs) that a run uses.
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { request, tally } from "../system/http.mjs";
import { Pollux } from "../system/program.mjs";
import { temporaryDirectory } from "../system/service.mjs";

const execute = promisify(execFile);
const longestAnswer = 100_000_000;
const options = [..."abcdefghijklmnopqrstuvwxyz"].flatMap((letter) => [`--option-${letter}`, `Option ${letter}`]);
const query = "import json, sqlite3, sys; print(json.dumps(sqlite3.connect(sys.argv[1]).execute(sys.argv[2]).fetchall()))";

// The rows of an answer.
export async function sqlite(file, statement) {
  const words = ["-c", query, file, statement];
  return JSON.parse((await execute("/usr/bin/python3", words, { maxBuffer: longestAnswer })).stdout);
}

export class OneMachine {
  static async start(scope, { args = [], directory } = {}) {
    const machine = new OneMachine();
    Object.assign(machine, { scope, args, directory: directory ?? (await temporaryDirectory(scope)) });
    machine.redis = { command: async () => ["0"] }; // no dead letters
    await machine.launch();
    return machine;
  }

  get file() {
    return path.join(this.directory, "pollux.db");
  }

  get services() {
    return { pollux: [this.pollux] };
  }

  get voteUrls() {
    return [this.voteUrl];
  }

  async launch() {
    this.pollux = await Pollux.start(this.scope, {
      directory: this.directory,
      ...(this.voteUrl ? { voteListen: new URL(this.voteUrl).host } : {}),
      args: [...options, ...this.args],
    });
    this.voteUrl = this.pollux.voteUrl;
  }

  async restart() {
    await this.pollux.kill();
    await this.launch();
  }

  async rows() {
    const rows = await sqlite(this.file, "SELECT voter, selection, version_time FROM votes WHERE poll = 'default'");
    return rows.map(([voter, option, time]) => ({ voter, option, time }));
  }

  async tally() {
    return Object.fromEntries(
      await sqlite(this.file, "SELECT selection, count FROM tally_counts WHERE poll = 'default'"),
    );
  }

  async shown() {
    return Object.fromEntries((await tally(this.pollux)).options.map(({ id, count }) => [id, count]));
  }

  async waiting() {
    return 0;
  }

  // What needs no command here: the tally is compared with the rows anyway.
  async command() {
    return { status: 0 };
  }

  async isReady(service) {
    const { status, body } = await request(`${service.managementUrl}/readyz`);
    return { ready: status === 200, why: body.toString() };
  }
}
