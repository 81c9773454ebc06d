// Certificates of a test's own, made by the program openssl in a directory that is gone in the end.
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { temporaryDirectory } from "./service.mjs";

const execute = promisify(execFile);
const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
const validity = (days) => ["-days", String(days)];

export class Certificates {
  #directory;

  static async start(t) {
    const certificates = new Certificates();
    certificates.#directory = await temporaryDirectory(t);
    return certificates;
  }

  path(name) {
    return path.join(this.#directory, name);
  }

  // An authority, as { key, certificate }: the paths of two files.
  async authority(name) {
    const pair = this.#pair(name);
    const files = ["-keyout", pair.key, "-out", pair.certificate];
    await this.#openssl("req", "-x509", ...newKey, ...validity(2), "-subj", `/CN=${name}`, ...files);
    return pair;
  }

  // A certificate that `authority` has signed, for `names` such as "DNS:localhost,IP:127.0.0.1", in the same form.
  async issue(name, authority, names, { days = 2 } = {}) {
    const pair = this.#pair(name);
    const [request, extensions] = [`${name}.csr`, `${name}.ext`].map((file) => this.path(file));
    await writeFile(extensions, `subjectAltName=${names}\n`);
    await this.#openssl("req", ...newKey, "-subj", `/CN=${name}`, "-keyout", pair.key, "-out", request);
    await this.#openssl(
      ...["x509", "-req", "-in", request, ...validity(days), "-extfile", extensions, "-out", pair.certificate],
      ...["-CA", authority.certificate, "-CAkey", authority.key, "-CAcreateserial"],
    );
    return pair;
  }

  #pair(name) {
    return { key: this.path(`${name}.key`), certificate: this.path(`${name}.crt`) };
  }

  async #openssl(...words) {
    try {
      await execute("openssl", words);
    } catch (error) {
      throw error.code === "ENOENT" ? new Error("There is no openssl. Install the package openssl.") : error;
    }
  }
}
