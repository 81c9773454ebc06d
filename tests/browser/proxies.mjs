// The proxies of docs/proxy.md, with the configurations from there.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import net from "node:net";
import path from "node:path";
import { Child } from "../system/child.mjs";
import { eventually } from "../system/eventually.mjs";
import { freePort } from "../system/free_port.mjs";
import { Pollux, temporaryDirectory } from "../system/program.mjs";

const document = readFileSync(new URL("../../docs/proxy.md", import.meta.url), "utf8");
const block = /<!-- tested: (\S+) -->\n```(nginx|haproxy)\n(.*?)```\n+```sh\npollux (.*?)\n```/gs;

// { name, kind, text, args } of each configuration; args are the flags for pollux.
export const configurations = [...document.matchAll(block)].map(([, name, kind, text, flags]) => ({
  name,
  kind,
  text,
  args: flags.split(" "),
}));

// Files and ports differ in a test; each must occur in the text.
function replaced(text, replacements) {
  return replacements.reduce((changed, [from, to]) => {
    const result = changed.replaceAll(from, to);
    if (result === changed) {
      throw new Error(`docs/proxy.md: a configuration has no ${from}.`);
    }
    return result;
  }, text);
}

function makeCertificate(directory) {
  const [key, certificate] = ["key", "crt"].map((extension) => path.join(directory, `example.org.${extension}`));
  execFileSync("openssl", [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1"],
    ...["-subj", "/CN=example.org", "-keyout", key, "-out", certificate],
  ], { stdio: "ignore" });
  return { key, certificate };
}

const nginxAround = (directory, text) => `
  ${process.getuid() === 0 ? "user root;" : ""}
  daemon off; worker_processes 1; pid ${directory}/nginx.pid; error_log stderr;
  events {}
  http {
    access_log off;
    client_body_temp_path ${directory}/body; proxy_temp_path ${directory}/proxy; fastcgi_temp_path ${directory}/f;
    uwsgi_temp_path ${directory}/u; scgi_temp_path ${directory}/s;
    ${text}
  }`;

async function listening(port) {
  const socket = net.connect(port, "127.0.0.1");
  try {
    await new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  } finally {
    socket.destroy();
  }
}

// A proxy on `port` in front of pollux, until the end of the test.
async function startProxy(t, { kind, text }, pollux, port) {
  const directory = await temporaryDirectory(t);
  const usesTls = text.includes("443");
  const replacements = [
    ["127.0.0.1:8080", new URL(pollux.voteUrl).host],
    ["127.0.0.1:8081", new URL(pollux.resultUrl).host],
    kind === "nginx"
      ? [usesTls ? "listen 443 " : "listen 80;", `listen 127.0.0.1:${port}${usesTls ? " " : ";"}`]
      : [usesTls ? "bind :443 " : "bind :80\n", `bind 127.0.0.1:${port}${usesTls ? " " : "\n"}`],
  ];
  if (usesTls) {
    const { key, certificate } = makeCertificate(directory);
    if (kind === "nginx") {
      replacements.push(["/etc/ssl/example.org.crt", certificate], ["/etc/ssl/example.org.key", key]);
    } else {
      const both = path.join(directory, "example.org.pem");
      await writeFile(both, readFileSync(certificate, "utf8") + readFileSync(key, "utf8"));
      replacements.push(["/etc/haproxy/example.org.pem", both]);
    }
  }
  const file = path.join(directory, `${kind}.conf`);
  const mine = replaced(text, replacements);
  await writeFile(file, kind === "nginx" ? nginxAround(directory, mine) : `global\n  maxconn 200\n${mine}`);
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` }; // where people who are not root do not look
  const proxy =
    kind === "nginx"
      ? new Child("nginx", ["-p", directory, "-e", "stderr", "-c", file], { env, lastSignal: "TERM" })
      : new Child("haproxy", ["-db", "-f", file], { env });
  t.after(() => proxy.end("SIGTERM"));
  await eventually(async () => {
    if (!proxy.running) {
      throw new Error(`${kind} ended:\n${proxy.log.join("\n")}`);
    }
    await listening(port);
  });
}

// { pollux, port, vote, results, rule }: pollux behind a proxy, its public addresses, and the rule by which Chromium
// resolves them.
export async function behindProxy(t, configuration, args = configuration.args) {
  const pollux = await Pollux.start(t, { args });
  const port = await freePort();
  await startProxy(t, configuration, pollux, port);
  const [vote, results] = [1, 3].map((index) => new URL(configuration.args[index]));
  const rules = [vote, results].map(
    ({ hostname, protocol }) => `MAP ${hostname}:${protocol === "https:" ? 443 : 80} 127.0.0.1:${port}`,
  );
  return { pollux, port, vote, results, rule: `--host-resolver-rules=${rules.join(",")}` };
}
