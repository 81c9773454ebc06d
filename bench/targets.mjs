// The servers that the bench measures: each is started on its own ports, in its own folder, and stopped by process.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, openSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createServer, get } from "node:http";
import { join } from "node:path";

export async function freePorts(count) {
  const servers = await Promise.all(Array.from({ length: count }, async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    return server;
  }));
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  return ports;
}

// {status, body} of a GET to 127.0.0.1, on a connection of its own.
export function fetchText(port, path) {
  return new Promise((done, failed) => {
    get({ host: "127.0.0.1", port, path, agent: false }, (answer) => {
      let body = "";
      answer.setEncoding("utf8").on("data", (chunk) => (body += chunk)).on("end", () => done({ status: answer.statusCode, body }));
    }).on("error", failed);
  });
}

const pause = (milliseconds) => new Promise((over) => setTimeout(over, milliseconds));

// Asks every millisecond until the path answers 200; milliseconds since `since`.
async function untilReady(child, port, path, since) {
  while (performance.now() - since < 10_000) {
    if (child.exitCode !== null) throw new Error(`${child.spawnfile} ended with status ${child.exitCode}; see its log.`);
    const answer = await fetchText(port, path).catch(() => undefined);
    if (answer?.status === 200) return performance.now() - since;
    await pause(1);
  }
  throw new Error(`${child.spawnfile} was not ready within 10 s.`);
}

async function start(folder, command, args, port, path) {
  const log = openSync(join(folder, "log"), "w");
  const since = performance.now();
  const child = spawn(command, args, { stdio: ["ignore", log, log] });
  child.on("error", () => {});
  const readyMilliseconds = await untilReady(child, port, path, since);
  return { child, readyMilliseconds };
}

async function stop(child) {
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
}

// The process and its direct children, as nginx works in those.
function family(pid) {
  const children = readdirSync(`/proc/${pid}/task`)
    .flatMap((task) => readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").trim().split(" "))
    .filter(Boolean);
  return [pid, ...children];
}

export function residentMegabytes(pid) {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;
}

// Processor time so far; the kernel counts it in hundredths of a second.
export function processorSeconds(pid) {
  return family(pid)
    .map((member) => readFileSync(`/proc/${member}/stat`, "utf8").replace(/^.*\) /, "").split(" "))
    .reduce((sum, fields) => sum + (Number(fields[11]) + Number(fields[12])) / 100, 0);
}

// nginx at its best: keep-alive without end, no log, files held open. `/` answers 200 to anything, `/page.html` is
// a file of the given size.
export async function startNginx(folder, workers, pageBytes) {
  mkdirSync(folder, { recursive: true });
  const [port] = await freePorts(1);
  writeFileSync(join(folder, "page.html"), "x".repeat(pageBytes));
  writeFileSync(join(folder, "nginx.conf"), `
    daemon off;
    worker_processes ${workers};
    pid nginx.pid;
    error_log stderr;
    events { worker_connections 4096; }
    http {
      access_log off;
      default_type text/html;
      client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
      keepalive_requests 1000000000;
      sendfile on;
      tcp_nopush on;
      open_file_cache max=16;
      server {
        listen 127.0.0.1:${port} reuseport;
        root ${folder};
        location = / { return 200; }
        location = /page.html { }
      }
    }`);
  const args = ["-p", folder, "-c", join(folder, "nginx.conf"), "-e", "stderr"];
  const { child } = await start(folder, "/usr/sbin/nginx", args, port, "/page.html");
  return { port, pid: child.pid, stop: () => stop(child) };
}

export async function startPollux(folder, program) {
  mkdirSync(folder, { recursive: true });
  const [vote, result, management] = await freePorts(3);
  const listen = (name, port) => [`--${name}-listen`, `127.0.0.1:${port}`];
  const args = [...listen("vote", vote), ...listen("result", result), ...listen("management", management),
    "--database", join(folder, "pollux.db")];
  const { child, readyMilliseconds } = await start(folder, program, args, management, "/readyz");
  return {
    port: vote,
    pid: child.pid,
    readyMilliseconds,
    idleMegabytes: residentMegabytes(child.pid),
    tally: async () => JSON.parse((await fetchText(result, "/api/tally")).body),
    pageBytes: async () => Buffer.byteLength((await fetchText(vote, "/")).body),
    metrics: async () => (await fetchText(management, "/metrics")).body,
    stop: () => stop(child),
  };
}
