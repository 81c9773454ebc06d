// HTTP requests with exactly the given fields.
import http from "node:http";
import https from "node:https";

const deadlineMs = 60_000;

// { status, headers, body } of one request. A server may answer before it has read the whole body and close. By https, the
// server's certificate must be of an authority in `ca` (PEM).
export function request(url, { method = "GET", headers = {}, body, agent = false, ca } = {}) {
  const { request: start } = new URL(url).protocol === "https:" ? https : http;
  return new Promise((resolve, reject) => {
    const sent = start(url, { method, headers, agent, ca, timeout: deadlineMs });
    let answered = false;
    sent.on("response", (response) => {
      answered = true;
      const parts = [];
      response.on("data", (part) => parts.push(part));
      response.on("error", reject);
      response.on("end", () =>
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(parts) }),
      );
    });
    sent.on("timeout", () => sent.destroy(new Error(`No answer within ${deadlineMs} ms.`)));
    sent.on("error", (error) => answered || reject(error));
    sent.end(body);
  });
}

export const formType = "application/x-www-form-urlencoded";

// Posts a vote as the form does. A jar ({}) keeps the voter's cookie from one vote to the next.
export async function vote(pollux, option, { jar, headers = {}, agent } = {}) {
  const answer = await request(`${pollux.voteUrl}/`, {
    method: "POST",
    headers: { "Content-Type": formType, ...(jar?.cookie ? { Cookie: jar.cookie } : {}), ...headers },
    body: `vote=${option}`,
    agent,
  });
  if (jar) {
    jar.cookie = cookieOf(answer) ?? jar.cookie;
  }
  return answer;
}

// "voter_id=…" as a client sends it back, or an empty string if none was set.
export function cookieOf(answer) {
  return answer.headers["set-cookie"]?.[0].split(";")[0];
}

// The voter id in a jar's cookie, without its signature.
export function voterOf(jar) {
  return jar.cookie.split("=")[1].split(".")[0];
}

export async function tally(pollux) {
  return JSON.parse((await request(`${pollux.resultUrl}/api/tally`)).body.toString());
}

// { a: …, b: … }
export async function counts(pollux) {
  return Object.fromEntries((await tally(pollux)).options.map(({ id, count }) => [id, count]));
}
