// What Alertmanager sends to its receivers, which are paths of one HTTP server.
import { once } from "node:events";
import http from "node:http";

export class Notifications {
  // The alerts in the order of their arrival: { receiver, status, name, severity, namespace, labels, annotations }. The
  // namespace is empty for an alert without one.
  received = [];
  #server;

  static async start(t) {
    const notifications = new Notifications();
    notifications.#server = http.createServer(async (message, response) => {
      let body = "";
      for await (const part of message.setEncoding("utf8")) {
        body += part;
      }
      notifications.#keep(message.url.slice(1), JSON.parse(body));
      response.end();
    });
    notifications.#server.listen(0, "127.0.0.1");
    await once(notifications.#server, "listening");
    t.after(() => {
      notifications.#server.close();
      notifications.#server.closeAllConnections();
    });
    return notifications;
  }

  get url() {
    return `http://127.0.0.1:${this.#server.address().port}/`;
  }

  // The names of the alerts of which that namespace was ever informed.
  fired(namespace) {
    return [...new Set(this.#of(namespace).map(({ name }) => name))].sort();
  }

  // Those that were not resolved since.
  firing(namespace) {
    const last = new Map(this.#of(namespace).map((alert) => [JSON.stringify(alert.labels), alert]));
    const firing = [...last.values()].filter(({ status }) => status === "firing");
    return [...new Set(firing.map(({ name }) => name))].sort();
  }

  #of(namespace) {
    return this.received.filter((alert) => alert.namespace === namespace);
  }

  #keep(receiver, { alerts }) {
    for (const { status, labels, annotations } of alerts) {
      const { alertname: name, severity, namespace = "" } = labels;
      this.received.push({ receiver, status, name, severity, namespace, labels, annotations });
    }
  }
}
