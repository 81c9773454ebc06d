import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { answersOk, freePorts, start, stop } from "./process.mjs";

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
  // SIGTERM, after which it ends its workers too.
  const { child } = await start(folder, "/usr/sbin/nginx", args, answersOk(port, "/page.html"), { endSignal: "SIGTERM" });
  return { port, pid: child.pid, stop: () => stop(child) };
}
