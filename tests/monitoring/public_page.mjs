// A vote page at a public address with TLS, as behind a proxy, whose certificate is of a test's own authority.
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import https from "node:https";
import { Certificates } from "../system/certificates.mjs";
import { passOn } from "../system/push_front.mjs";

export class PublicPage {
  #certificates;
  #authority;
  #server;

  // The certificate is valid for `days`.
  static async start(t, { voteUrl }, days) {
    const page = new PublicPage();
    page.#certificates = await Certificates.start(t);
    page.#authority = await page.#certificates.authority("authority");
    const { hostname, port } = new URL(voteUrl);
    page.#server = https.createServer(await page.#certificate(days), (request, response) =>
      passOn({ hostname, port }, request, response),
    );
    page.#server.listen(0, "127.0.0.1");
    await once(page.#server, "listening");
    t.after(() => {
      page.#server.close();
      page.#server.closeAllConnections();
    });
    return page;
  }

  get url() {
    return `https://127.0.0.1:${this.#server.address().port}/`;
  }

  // The path of the authority's certificate.
  get authority() {
    return this.#authority.certificate;
  }

  // New connections get a certificate that is valid for `days`.
  async renew(days) {
    this.#server.setSecureContext(await this.#certificate(days));
    this.#server.closeIdleConnections();
  }

  async #certificate(days) {
    const names = "IP:127.0.0.1";
    const { key, certificate } = await this.#certificates.issue(`${days}-days`, this.#authority, names, { days });
    return { key: await readFile(key), cert: await readFile(certificate) };
  }
}
