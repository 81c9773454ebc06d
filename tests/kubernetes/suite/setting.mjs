// What the checks share: the cluster, the release that most of them try, namespaces, load.
import { Cluster } from "./cluster.mjs";
import { Load } from "./load.mjs";
import { leadNamesTo } from "./names.mjs";
import { makeNamespace, removeNamespace } from "./namespace.mjs";
import { merge, Release } from "./release.mjs";
import { require } from "./report.mjs";
import { Site } from "./site.mjs";
import { Stores } from "./stores.mjs";

export const mainNamespace = "pollux-test";
export const secondNamespace = "pollux-test-second"; // of a second release
export const monitoringNamespace = "pollux-test-monitoring"; // where the policies expect Prometheus
export const tlsNamespace = "pollux-test-tls"; // of a release with https addresses
export const smallNamespace = "pollux-test-small"; // of a release with small disks
export const strangerNamespace = "pollux-test-stranger"; // unknown to all policies

const mainHosts = { voteHost: "vote.main.local", resultHost: "result.main.local" };

export class Setting {
  #installed;
  #namespaces = new Set();

  static async begin(report) {
    const address = process.env.POLLUX_K8S_INGRESS;
    require(address, "POLLUX_K8S_INGRESS is not set: it says where this machine reaches the ingress controller.");
    const setting = new Setting();
    setting.report = report;
    setting.ingress = new URL(address);
    setting.tlsIngress = new URL(process.env.POLLUX_K8S_INGRESS_TLS ?? `https://${setting.ingress.hostname}`);
    leadNamesTo(setting.ingress.hostname);
    setting.cluster = await Cluster.connect();
    setting.main = setting.release({ name: "pollux", namespace: mainNamespace });
    setting.site = setting.siteOf(mainHosts);
    setting.stores = new Stores(setting.main);
    return setting;
  }

  // A cluster that ends with the suite takes its namespaces with it.
  async end() {
    if (process.env.POLLUX_K8S_OWN) {
      return;
    }
    await Promise.all([...this.#namespaces].map((name) => removeNamespace(this.cluster, name)));
  }

  siteOf({ voteHost, resultHost }) {
    return new Site(this.url(voteHost), this.url(resultHost));
  }

  url(host, scheme = "http") {
    const { port } = scheme === "https" ? this.tlsIngress : this.ingress;
    return `${scheme}://${host}${port ? `:${port}` : ""}/`;
  }

  release({ name, namespace, hosts: { voteHost, resultHost } = mainHosts, values = {} }) {
    const className = process.env.POLLUX_K8S_INGRESS_CLASS ?? "";
    const addresses = { publicUrl: this.url(voteHost), publicResultUrl: this.url(resultHost), ingress: { className } };
    return new Release(this.cluster, { name, namespace, values: merge(addresses, values) });
  }

  async namespace(name, options) {
    this.#namespaces.add(name);
    await makeNamespace(this.cluster, name, options);
  }

  // The release used by most checks: installed by the first one that needs it, or by `install`.
  installed(install = (release) => release.install()) {
    this.#installed ??= (async () => {
      await this.namespace(mainNamespace);
      await install(this.main);
      await this.main.settled(180);
      await this.site.aVoteIsCounted();
    })();
    return this.#installed;
  }

  load({ reads = true, site = this.site, ...options } = {}) {
    const { host } = new URL(site.resultUrl);
    const resultPages = [
      { host, path: "/api/tally" },
      { host, path: "/" },
    ];
    return Load.start({
      url: this.ingress.origin,
      host: new URL(site.voteUrl).host,
      reads: reads ? resultPages : [],
      ...options,
    });
  }
}
