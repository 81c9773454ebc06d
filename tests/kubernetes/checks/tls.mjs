// The pages by https. TLS ends at the ingress controller, with a certificate from a Secret: first of Ingresses, then of a
// Gateway of the Gateway API, to which HTTPRoutes lead.
import { readFile } from "node:fs/promises";
import { connect } from "node:tls";
import { Certificates } from "../../system/certificates.mjs";
import { require, requireEqual, seconds, within } from "../suite/report.mjs";
import { singlePods } from "../suite/release.mjs";
import { tlsNamespace } from "../suite/setting.mjs";
import { Site } from "../suite/site.mjs";

const namespace = tlsNamespace;
const hosts = { voteHost: "vote.tls.local", resultHost: "result.tls.local" };
const names = Object.values(hosts).map((host) => `DNS:${host}`).join(",");
const gatewayClass = process.env.POLLUX_K8S_GATEWAY_CLASS ?? "traefik";
// A listener names the port of Traefik's entry point, to which its Service leads 443.
const gatewayPort = Number(process.env.POLLUX_K8S_GATEWAY_PORT ?? 8443);
const gatewayApi = "/apis/gateway.networking.k8s.io/v1";

export const tls = {
  name: "tls",
  about: "https with a certificate from a Secret, by Ingress and by HTTPRoute: pages, votes, WebSocket and polling",
  beside: true,
  async run(report, setting) {
    const endings = [];
    try {
      await bothWays(report, setting, await Certificates.start({ after: (end) => endings.push(end) }));
    } finally {
      await Promise.all(endings.map((end) => end()));
    }
  },
};

async function bothWays(report, setting, certificates) {
  const authority = await certificates.authority("pollux-test-authority");
  const ca = await readFile(authority.certificate, "utf8");
  const [voteUrl, resultUrl] = [hosts.voteHost, hosts.resultHost].map((host) => setting.url(host, "https"));
  const site = new Site(voteUrl, resultUrl, { ca });
  const values = { publicUrl: voteUrl, publicResultUrl: resultUrl, ingress: { tls: { secret: "of-ingress" } }, ...singlePods };
  const release = setting.release({ name: "pollux", namespace, hosts, values });
  await setting.namespace(namespace);
  for (const name of ["of-ingress", "of-gateway"]) {
    await storeCertificate(setting.cluster, name, await certificates.issue(name, authority, names));
  }
  await report.attempt("a release with https addresses and an existing Secret starts", async () => {
    await release.install();
    await release.settled(180);
  });
  if (await report.attempt("Ingress: both pages respond by https, with the certificate of the Secret", () => responds(site, "of-ingress"))) {
    await ofIngress(report, site);
    await counts(report, "Ingress", site);
  }
  if (!(await switchesToGateway(report, setting.cluster, release))) {
    return;
  }
  if (await report.attempt("HTTPRoute: both pages respond by https, with the Gateway's certificate", () => responds(site, "of-gateway"))) {
    await counts(report, "HTTPRoute", site);
  }
}

async function storeCertificate(cluster, name, { key, certificate }) {
  const [privateKey, chain] = await Promise.all([key, certificate].map((file) => readFile(file, "base64")));
  await cluster.create(`/api/v1/namespaces/${namespace}/secrets`, {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name },
    type: "kubernetes.io/tls",
    data: { "tls.crt": chain, "tls.key": privateKey },
  });
}

// The name in the certificate of a page's server, which must be of the test's authority and for the page's host.
function certificateOf(url, ca) {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, servername: hostname, port: port || 443, ca, timeout: 5000 });
    socket.on("secureConnect", () => {
      resolve(socket.getPeerCertificate().subject.CN);
      socket.destroy();
    });
    socket.on("timeout", () => socket.destroy(new Error(`no TLS connection to ${url} within 5 s`)));
    socket.on("error", reject);
  });
}

// A controller takes a moment to see a new Secret or route.
async function responds(site, certificate) {
  await within(30, async () => {
    for (const url of [site.voteUrl, site.resultUrl]) {
      requireEqual(await certificateOf(url, site.ca), certificate, `the name in the certificate of ${url}`);
    }
  });
  await site.answers(30);
}

async function ofIngress(report, site) {
  await report.attempt("Ingress: a client that does not know the authority does not connect", async () => {
    const error = await new Site(site.voteUrl, site.resultUrl).request(site.voteUrl).catch((error) => error);
    require(error instanceof Error, "it was served");
    require(/CERT|SIGNATURE|ISSUER/.test(error.code ?? ""), `the reason is another: ${error.message}`);
    return error.code;
  });
  await report.attempt("Ingress: the voter's cookie is Secure and for this host only, and Strict-Transport-Security is sent", async () => {
    const { headers } = await site.request(site.voteUrl);
    const [cookie] = headers["set-cookie"] ?? ["nothing"];
    require(/^__Host-voter_id=.*; Secure\b/.test(cookie), `the cookie is ${cookie.replace(/=[^;]*/, "=…")}`);
    require(headers["strict-transport-security"], "there is no Strict-Transport-Security");
  });
}

async function counts(report, way, site) {
  const viewers = ["websocket", "polling"].flatMap((transport) => site.viewers(transport, 1));
  try {
    await report.attempt(`${way}: a vote by https is counted`, async () => seconds(await site.aVoteIsCounted()));
    const { total } = await site.tally();
    for (const viewer of viewers) {
      await report.attempt(`${way}: an open page shows it by ${viewer.transport}`, async () => {
        await viewer.shows((shown) => shown.total === total, 15);
        require(viewer.troubles.length === 0, viewer.troubles.join("; "));
      });
    }
  } finally {
    viewers.forEach((viewer) => viewer.close());
  }
}

// Whether the pages can be expected at the Gateway.
async function switchesToGateway(report, cluster, release) {
  const hasGateway = await report.attempt(`a Gateway of class ${gatewayClass} accepts the certificate`, async () => {
    const found = await cluster.find(`${gatewayApi}/gatewayclasses/${gatewayClass}`);
    require(found, "the cluster has no such GatewayClass: set POLLUX_K8S_GATEWAY_CLASS and POLLUX_K8S_GATEWAY_PORT");
    await cluster.create(`${gatewayApi}/namespaces/${namespace}/gateways`, gateway);
    await within(30, async () => {
      const { listeners = [] } = (await cluster.get(`${gatewayApi}/namespaces/${namespace}/gateways/pages`)).status ?? {};
      requireConditions(listeners[0]?.conditions, ["Accepted", "ResolvedRefs", "Programmed"]);
    });
  });
  const isUpgraded = await report.attempt("helm upgrade replaces the Ingresses by HTTPRoutes and no pod", async () => {
    const podNames = async () => (await release.pods()).map(({ metadata }) => metadata.name).sort();
    const before = await podNames();
    await release.install({ ingress: { enabled: false }, gateway: { enabled: true, parentRefs: [{ name: "pages" }] } });
    requireEqual(await podNames(), before, "the pods");
    const { items } = await cluster.get(`/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses`);
    requireEqual(items.length, 0, "the number of Ingresses");
  });
  const areAccepted = await Promise.all(["vote", "result"].map((component) => isAccepted(report, { cluster, release, component })));
  return hasGateway && isUpgraded && areAccepted.every(Boolean);
}

function isAccepted(report, { cluster, release, component }) {
  const path = `${gatewayApi}/namespaces/${namespace}/httproutes/${release.nameOf(component)}`;
  return report.attempt(`the Gateway accepts the HTTPRoute of ${component} and finds its Service`, () =>
    within(30, async () => {
      const { status } = await cluster.get(path);
      requireConditions(status?.parents?.[0]?.conditions, ["Accepted", "ResolvedRefs"]);
    }),
  );
}

const gateway = {
  apiVersion: "gateway.networking.k8s.io/v1",
  kind: "Gateway",
  metadata: { name: "pages" },
  spec: {
    gatewayClassName: gatewayClass,
    listeners: [
      { name: "https", protocol: "HTTPS", port: gatewayPort, tls: { mode: "Terminate", certificateRefs: [{ name: "of-gateway" }] } },
    ],
  },
};

function requireConditions(conditions = [], wanted) {
  for (const type of wanted) {
    const { status, message } = conditions.find((condition) => condition.type === type) ?? { message: "it has no status" };
    require(status === "True", `it is not ${type}: ${message}`);
  }
}
