// Vote and result services that are killed, as their visitors notice it; and all on one machine.
import { Viewer } from "../../system/push_viewer.mjs";
import { killResult, killVote } from "../faults.mjs";
import { OneMachine } from "../one_machine.mjs";

const resumeMs = 3000;

// The longest time that a viewer was without updates while votes arrived; its pauses are those of the result page.
class Watch {
  longest = 0;
  #last = performance.now();
  #viewer;

  constructor(scope, url) {
    const pauses = { reconnectionDelay: 250, reconnectionDelayMax: 2000 };
    this.#viewer = new Viewer(scope, `${url}/polls/default`, { reconnection: true, ...pauses });
    this.#viewer.socket.on("tally", () => this.note());
  }

  note() {
    const now = performance.now();
    this.longest = Math.max(this.longest, now - this.#last);
    this.#last = now;
    this.#viewer.takeAll();
  }
}

export const services = {
  row: "R2",
  about: "kill -9 of vote and result services under load; viewers resume within 3 s",
  seconds: { full: 60 },
  async run(run) {
    const system = await run.system({ counts: { vote: 2, result: 2 } });
    const load = await run.vote({ rate: 500, voters: 5000 });
    await run.untilAccepted();
    const watches = system.services.result.map(({ resultUrl }) => new Watch(run.scope, resultUrl));
    await run.faults([killVote, killResult], [1500, 2500]);
    watches.forEach((watch) => watch.note());
    const longest = Math.max(...watches.map((watch) => watch.longest));
    run.figure("longest time without an update", `${Math.round(longest)} ms (at most ${resumeMs})`, longest <= resumeMs);
    run.figure("slowest response", `${Math.round(load.since())} ms`);
    await run.settle();
    await run.expectReady();
  },
};

export const oneMachine = {
  row: "R2",
  about: "kill -9 of pollux under load, again and again",
  seconds: { full: 60 },
  async run(run) {
    run.running = await OneMachine.start(run.scope);
    await run.vote({ rate: 1000, voters: 5000 });
    const kill = { name: "kill -9 pollux", for: [0, 0], begin: (system) => system.restart() };
    await run.faults([kill], [500, 1500]);
    await run.settle();
    await run.expectReady();
  },
};
