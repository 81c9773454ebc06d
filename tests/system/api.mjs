// A client of the HTTP API: a browser with its cookie, or a program with its key.
import assert from "node:assert/strict";
import { request } from "./http.mjs";

export const password = "four random words";

export class ApiClient {
  #url;
  #cookie;
  #key;

  constructor(pollux, { key } = {}) {
    this.#url = `${pollux.adminUrl}/api/v1`;
    this.#key = key;
  }

  // { status, headers, body }, with the body as a value if it is JSON.
  async send(method, path, { body, headers = {} } = {}) {
    const answer = await request(this.#url + path, {
      method,
      headers: {
        "X-Requested-With": "pollux",
        ...(this.#key ? { Authorization: `Bearer ${this.#key}` } : {}),
        ...(this.#cookie ? { Cookie: this.#cookie } : {}),
        ...(body ? { "Content-Type": "application/json" } : {}),
        ...headers,
      },
      body: body && JSON.stringify(body),
    });
    this.#cookie = answer.headers["set-cookie"]?.[0].split(";")[0] ?? this.#cookie;
    const text = answer.body.toString();
    return { ...answer, body: /json/.test(answer.headers["content-type"] ?? "") ? JSON.parse(text) : text };
  }

  // The body of a request that succeeds.
  async ask(method, path, options) {
    const { status, body } = await this.send(method, path, options);
    assert.ok(status >= 200 && status < 300, `${method} ${path}: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  // The same session or key at another service.
  at(service) {
    const client = new ApiClient(service, { key: this.#key });
    client.#cookie = this.#cookie;
    return client;
  }

  signIn(name) {
    return this.ask("POST", "/session", { body: { name, password } });
  }
}

// What follows "#setup=" in the address that the log shows.
export function setupToken(pollux) {
  const entry = pollux.log.map((line) => JSON.parse(line)).find(({ address }) => address?.includes("#setup="));
  assert.ok(entry, "the log has an address for the first account");
  return new URL(entry.address).hash.slice("#setup=".length);
}
