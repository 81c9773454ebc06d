import { Pollux, temporaryDirectory } from "../system/program.mjs";

// A program that can be killed and restarted on the same addresses with the same votes.
export class RestartedPollux {
  #t;
  #directory;
  #args;

  static async start(t, args = []) {
    const restarted = new RestartedPollux();
    restarted.#t = t;
    restarted.#args = args;
    restarted.#directory = await temporaryDirectory(t);
    await restarted.#start({});
    return restarted;
  }

  async #start(listen) {
    this.now = await Pollux.start(this.#t, { directory: this.#directory, args: this.#args, ...listen });
  }

  get voteUrl() {
    return this.now.voteUrl;
  }

  get resultUrl() {
    return this.now.resultUrl;
  }

  kill() {
    return this.now.kill();
  }

  // Restarts after kill(), optionally with other flags, and waits until it serves.
  again(args = this.#args) {
    return this.#start({
      voteListen: new URL(this.voteUrl).host,
      resultListen: new URL(this.resultUrl).host,
      args,
    });
  }
}
