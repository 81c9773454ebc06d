import { Pollux, temporaryDirectory } from "../system/program.mjs";

// A program that can be killed and started again, on the same addresses and with the same votes.
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

  // After kill(), with other flags where they are given; serves when this returns.
  again(args = this.#args) {
    return this.#start({
      voteListen: new URL(this.voteUrl).host,
      resultListen: new URL(this.resultUrl).host,
      args,
    });
  }
}
