// Polls that people make: pollux-admin in the cluster, from an upgrade that adds it to a poll that is closed.
import { randomBytes } from "node:crypto";
import { ApiClient, password } from "../../system/api.mjs";
import { formType, request } from "../../system/http.mjs";
import { requireEqual, within } from "../suite/report.mjs";

const host = "admin.main.local";
const inTurn = 20; // requests, which the ingress controller passes to both vote pods
const secret = "admin-of-the-suite";
const question = { kind: "ranking", text: "Where do we go?", options: ["Lake", "Hills", "Museum"] };

export const admin = {
  name: "admin",
  about: "an upgrade adds the admin page; a poll is made, opened, voted in, seen by those who voted, and closed",
  async run(report, setting) {
    await setting.installed();
    const { main, site } = setting;
    const url = setting.url(host);
    try {
      await report.attempt("an upgrade adds the admin page, and everything is ready", async () => {
        await makeSecret(main);
        await main.install({
          admin: { enabled: true, existingSecret: secret, publicUrl: url, ingress: { enabled: true }, replicas: 2 },
        });
        await main.settled(180, ["admin", "vote", "result"]);
      });
      const owner = new ApiClient({ adminUrl: url.replace(/\/$/, "") });
      await report.attempt("its page is at the address of the ingress, and its owner signs in", async () => {
        await within(30, async () => requireEqual((await request(url)).status, 200, "the answer of the page"));
        await owner.ask("POST", "/session", { body: { name: "admin", password } });
      });
      await tryPoll(report, { owner, site });
    } finally {
      await main.install();
      await main.settled(180);
      await within(30, async () => requireEqual((await main.pods("admin")).length, 0, "the number of pods of admin"));
    }
  },
};

async function makeSecret({ cluster, namespace }) {
  const path = `/api/v1/namespaces/${namespace}/secrets`;
  await cluster.create(path, {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: secret },
    stringData: { "admin-password": password },
  });
}

async function tryPoll(report, { owner, site }) {
  let poll;
  await report.attempt("a poll is made and opened, and its address is that of the vote page", async () => {
    const body = { title: `Trip ${randomBytes(3).toString("hex")}`, question, policies: { results: "after_vote" } };
    const { id } = await owner.ask("POST", "/polls", { body });
    poll = await owner.ask("POST", `/polls/${id}/open`);
    requireEqual(poll.vote_url, `${site.voteUrl}p/${poll.code}`, "the address");
  });
  let cookie;
  let voters = 0;
  await report.attempt(`moments later, ${inTurn} votes in turn are accepted`, async () => {
    await within(30, async () => {
      for (let each = 0; each < inTurn; ++each) {
        const answer = await cast(site, poll);
        requireEqual(answer.status, 200, "the answer");
        voters += 1;
        cookie = answer.headers["set-cookie"].map((one) => one.split(";")[0]).join("; ");
      }
    });
  });
  await report.attempt("those who have voted see the results, others how many have voted", async () => {
    await within(30, async () => requireEqual((await seenBy(site, poll, cookie)).results?.voters, voters, "the number"));
    await within(30, async () => {
      const { results, voters: counted } = await seenBy(site, poll);
      requireEqual([results, counted], [null, voters], "what others see");
    });
  });
  await report.attempt("after it is closed, no vote pod accepts a vote, and the result is final", async () => {
    await owner.ask("POST", `/polls/${poll.id}/close`);
    for (let each = 0; each < inTurn; ++each) {
      requireEqual((await cast(site, poll)).status, 409, "the answer");
    }
    await within(30, async () => requireEqual((await seenBy(site, poll)).results?.voters, voters, "the number"));
    requireEqual((await owner.ask("GET", `/polls/${poll.id}/results`)).results.voters, voters, "the number by the API");
  });
}

function cast({ voteUrl }, { code }) {
  return request(`${voteUrl}p/${code}`, {
    method: "POST",
    headers: { "Content-Type": formType, Origin: new URL(voteUrl).origin },
    body: "vote=b&vote=a",
  });
}

// Where "See the results" of the vote page leads this browser, as JSON.
async function seenBy({ voteUrl, resultUrl }, { code }, cookie) {
  const { headers } = await request(`${voteUrl}p/${code}/results`, { headers: cookie ? { Cookie: cookie } : {} });
  const { search } = new URL(headers.location);
  const { status, body } = await request(`${resultUrl}api/results/${code}${search}`);
  requireEqual(status, 200, "the answer of the results");
  return JSON.parse(body.toString());
}
