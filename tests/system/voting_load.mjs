// Voters who keep changing their votes, and the responses they got.
import http from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { request, vote, voterOf } from "./http.mjs";

const pauseAfterRejectionMs = 20;

export class VotingLoad {
  accepted = 0; // answers with 200
  refused = 0; // answers with 503
  lost = 0; // requests without an answer
  selections = new Map(); // voter → the option that was accepted last
  #stopping = false;
  #abandoned = false;
  #pauseMs;
  #done;

  // Each voter uses one of the vote services, casts a vote again until it is accepted, and then pauses.
  constructor(services, { voters = 20, pauseMs = 0 } = {}) {
    this.#pauseMs = pauseMs;
    this.#done = Promise.all(
      Array.from({ length: voters }, (_, index) => this.#voter(services[index % services.length])),
    );
    this.#done.catch(() => undefined);
  }

  // When the last vote of each voter has been accepted.
  stop() {
    this.#stopping = true;
    return this.#done;
  }

  // Also if votes are not accepted. For a test that may fail while its servers do not answer.
  abandon() {
    this.#abandoned = true;
    return this.stop();
  }

  async #voter(service) {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    try {
      const jar = await newVoter(service, agent);
      do {
        const option = Math.random() < 0.5 ? "a" : "b";
        while (!(await this.#cast(service, option, { jar, agent }))) {
          await delay(pauseAfterRejectionMs);
          if (this.#abandoned) {
            return;
          }
        }
        this.selections.set(voterOf(jar), option);
        if (this.#pauseMs > 0) {
          await delay(this.#pauseMs);
        }
      } while (!this.#stopping);
    } finally {
      agent.destroy();
    }
  }

  async #cast(service, option, { jar, agent }) {
    const answer = await vote(service, option, { jar, agent }).catch((error) => error);
    if (answer.status === 200) {
      this.accepted += 1;
    } else if (answer.status === 503) {
      this.refused += 1;
    } else if (answer instanceof Error && !answer.status) {
      this.lost += 1;
    } else {
      throw new Error(`A vote was answered with ${answer.status}.`);
    }
    return answer.status === 200;
  }
}

async function newVoter(service, agent) {
  const { headers } = await request(`${service.voteUrl}/`, { agent });
  return { cookie: headers["set-cookie"][0].split(";")[0] };
}
