// The two pages as a browser reaches them, through the ingress.
import { io } from "socket.io-client";
import { cookieOf, formType, request } from "../../system/http.mjs";
import { require, requireEqual, within } from "./report.mjs";

export class Site {
  // `ca` has the authority (PEM) that must have signed the certificates of https addresses.
  constructor(voteUrl, resultUrl, { ca } = {}) {
    this.voteUrl = voteUrl;
    this.resultUrl = resultUrl;
    this.ca = ca;
  }

  request(url, options) {
    return request(url, { ca: this.ca, ...options });
  }

  // The status of a vote. A jar ({}) keeps the voter's cookie from one vote to the next.
  async cast(option, jar = {}) {
    const { origin } = new URL(this.voteUrl);
    const answer = await this.request(this.voteUrl, {
      method: "POST",
      headers: { "Content-Type": formType, Origin: origin, ...(jar.cookie ? { Cookie: jar.cookie } : {}) },
      body: `vote=${option}`,
    });
    jar.cookie = cookieOf(answer) ?? jar.cookie;
    return answer.status;
  }

  async vote(option, jar) {
    requireEqual(await this.cast(option, jar), 200, "the answer to the vote");
  }

  // Both pages answer: an ingress controller takes a moment to see pods that are ready.
  answers(limit = 15) {
    return within(limit, async () => {
      for (const url of [this.voteUrl, this.resultUrl]) {
        requireEqual((await this.request(url)).status, 200, `the answer of ${url}`);
      }
    });
  }

  async tally() {
    const { status, body } = await this.request(new URL("api/tally", this.resultUrl));
    requireEqual(status, 200, "the answer to /api/tally");
    return JSON.parse(body.toString());
  }

  // { a, b, … }
  async counts() {
    return countsOf(await this.tally());
  }

  async total() {
    return (await this.tally()).total;
  }

  showsWithin(limit, counts) {
    return within(limit, async () => requireEqual(await this.counts(), counts, "the tally"));
  }

  // A new voter's vote goes all the way. Returns how long it took.
  async aVoteIsCounted(limit = 20) {
    return within(limit, async () => {
      const before = await this.total();
      const sentAt = performance.now();
      await this.vote("a");
      await within(30, async () => require((await this.total()) > before, `the tally stays at ${before}`), { everyMs: 20 });
      return performance.now() - sentAt;
    });
  }

  // Open result pages by one of the transports, "websocket" or "polling".
  viewers(transport, number) {
    return Array.from({ length: number }, () => new Viewer(this.resultUrl, transport, { ca: this.ca }));
  }
}

export function countsOf({ options }) {
  return Object.fromEntries(options.map(({ id, count }) => [id, count]));
}

// An open result page: what it showed last, and what went wrong.
export class Viewer {
  transport;
  troubles = [];
  shown; // { counts, at }
  #socket;
  #waiting = new Set();

  constructor(url, transport, { ca } = {}) {
    this.transport = transport;
    // Cookies are kept as browsers keep them: by one an ingress may hold a viewer at a pod.
    const options = { transports: [transport], forceNew: true, withCredentials: true, reconnectionDelay: 200, ca };
    this.#socket = io(new URL("polls/default", url).href, options);
    this.#socket.on("tally", (tally) => {
      this.shown = { counts: countsOf(tally), total: tally.total, at: performance.now() };
      this.#waiting.forEach((look) => look());
    });
    this.#socket.on("connect_error", (error) => this.troubles.push(`cannot connect: ${error.message}`));
    this.#socket.on("disconnect", (reason) => this.troubles.push(`disconnected: ${reason}`));
  }

  // When the page shows what is wanted, on the clock of performance.now().
  shows(isWanted, limitSeconds) {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (this.shown && isWanted(this.shown)) {
          clearTimeout(timer);
          this.#waiting.delete(look);
          resolve(this.shown.at);
        }
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        const last = this.shown ? `it shows ${JSON.stringify(this.shown.counts)}` : "it shows nothing";
        reject(new Error(`by ${this.transport}, not within ${limitSeconds} s: ${last}; ${this.troubles.join("; ") || "no trouble"}`));
      }, limitSeconds * 1000);
      this.#waiting.add(look);
      look();
    });
  }

  close() {
    this.#socket.disconnect();
  }
}
