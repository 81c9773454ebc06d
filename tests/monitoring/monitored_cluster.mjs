// A cluster in use: a voter who casts some votes per second, and a viewer on each transport.
import { Cluster } from "../system/cluster.mjs";
import { Viewer } from "../system/push_viewer.mjs";
import { VotingLoad } from "../system/voting_load.mjs";

const pauseMs = 100;

export class MonitoredCluster {
  // Its alerts have the label `namespace`, as on Kubernetes; without a name there is none, as on a single machine.
  static async start(t, postgres, { namespace = "", ...options } = {}) {
    const monitored = new MonitoredCluster();
    monitored.namespace = namespace;
    monitored.cluster = await Cluster.start(t, postgres, options);
    const [result] = monitored.cluster.results;
    for (const transport of ["websocket", "polling"]) {
      new Viewer(t, `${result.resultUrl}/polls/default`, { transports: [transport], reconnection: true });
    }
    monitored.load = new VotingLoad(monitored.cluster.votes.slice(0, 1), { voters: 1, pauseMs });
    t.after(() => monitored.load.abandon().catch(() => undefined));
    return monitored;
  }

  // As in a file of file_sd_configs.
  get targets() {
    const { votes, workers, results } = this.cluster;
    return targetsOf({ vote: votes, worker: workers, result: results }, this.namespace);
  }
}

// The management listeners of services by component, labeled as Prometheus's discovery by DNS labels them.
export function targetsOf(services, namespace) {
  return Object.entries(services).map(([component, instances]) => ({
    targets: instances.map(({ managementUrl }) => new URL(managementUrl).host),
    labels: { __meta_dns_name: component, ...(namespace ? { namespace } : {}) },
  }));
}
