// A real OpenTelemetry collector, which writes what it receives to a file.
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { Child } from "../system/child.mjs";
import { eventually } from "../system/eventually.mjs";
import { onFreePort } from "../system/free_port.mjs";
import { request } from "../system/http.mjs";
import { programOf, temporaryDirectory } from "../system/service.mjs";

const program = programOf("POLLUX_OTEL_COLLECTOR_PROGRAM");

function configuration(port, file) {
  return JSON.stringify({
    receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${port}` } } } },
    exporters: { lines: { path: file } },
    service: {
      pipelines: { traces: { receivers: ["otlp"], exporters: ["lines"] } },
    },
  });
}

export class CollectorProcess {
  #child;
  #file;

  static async start(t) {
    const collector = new CollectorProcess();
    const directory = await temporaryDirectory(t);
    collector.#file = path.join(directory, "traces.jsonl");
    t.after(() => collector.kill());
    await onFreePort(async (port) => {
      const settings = path.join(directory, "collector.yaml"); // JSON is YAML, too
      await writeFile(settings, configuration(port, collector.#file));
      collector.url = `http://127.0.0.1:${port}`;
      collector.#child = new Child(program, ["--config", `file:${settings}`]);
      await eventually(() => collector.#answers());
    });
    return collector;
  }

  // Spans as { service, trace, id, parent, name, kind, attributes, links, failed, start, end }.
  async spans() {
    const lines = (await readFile(this.#file, "utf8").catch(() => "")).split("\n");
    return lines
      .filter((line, index) => line && index < lines.length - 1) // the last one may be incomplete
      .flatMap((line) => JSON.parse(line).resourceSpans)
      .flatMap(({ resource, scopeSpans }) => {
        const service = valuesOf(resource.attributes)["service.name"];
        return scopeSpans.flatMap(({ spans }) => spans.map((span) => ({ service, ...partsOf(span) })));
      });
  }

  // What it received, as text.
  received() {
    return readFile(this.#file, "utf8");
  }

  async kill() {
    if (this.#child?.running) {
      await this.#child.end("SIGKILL");
    }
  }

  async #answers() {
    if (!this.#child.running) {
      throw new Error(`The collector ended.\n${this.#child.log.join("\n")}`);
    }
    await request(`${this.url}/v1/traces`);
  }
}

function valuesOf(attributes = []) {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key, value.stringValue ?? Number(value.intValue)]),
  );
}

function partsOf(span) {
  return {
    trace: span.traceId,
    id: span.spanId,
    parent: span.parentSpanId ?? "",
    name: span.name,
    kind: span.kind,
    attributes: valuesOf(span.attributes),
    links: (span.links ?? []).map(({ traceId, spanId }) => `${traceId}/${spanId}`),
    failed: span.status?.code === 2,
    start: BigInt(span.startTimeUnixNano),
    end: BigInt(span.endTimeUnixNano),
  };
}
