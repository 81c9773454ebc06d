/** The default ports: if the result page is on one, the vote page is expected on the other. */
const usualPorts = { result: "8081", vote: "8080" };

// The parent domain that both pages may share: "vote.example.org" and "results.example.org". IP addresses have none.
function parentDomain(host: string): string | undefined {
  const labels = host.split(".");
  const isAddress = host.includes(":") || /(^|\.)\d+$/.test(host);
  return !isAddress && labels.length > 2 ? labels.slice(1).join(".") : undefined;
}

function belongTogether(left: string, right: string): boolean {
  const parent = parentDomain(left);
  return left === right || (parent !== undefined && parent === parentDomain(right));
}

/** The vote page as far as the server knows it: its public address, or its port on the same machine; else empty. */
export interface KnownVotePage {
  readonly url: string;
  readonly port: string;
}

/**
 * The address of the vote page, for the result page at `page`: the known one, or that of `?present=`, or the one on the
 * same host. Undefined if it is unknown, or if `?present=` names another site: a link to a trusted page must not put an
 * arbitrary address on its screen.
 */
export function voteAddress(page: URL, known: KnownVotePage): URL | undefined {
  if (known.url !== "") {
    return parsed(known.url);
  }
  const requested = page.searchParams.get("present") ?? "";
  if (requested === "") {
    const port = known.port || (page.port === usualPorts.result ? usualPorts.vote : "");
    return port === "" ? undefined : new URL(`${page.protocol}//${page.hostname}:${port}/`);
  }
  const address = parsed(requested);
  const isWeb = address?.protocol === "http:" || address?.protocol === "https:";
  return address && isWeb && address.username === "" && belongTogether(address.hostname, page.hostname)
    ? address
    : undefined;
}

/** Whether a URL's host is a loopback address, which other machines cannot reach (RFC 6761, RFC 1122). */
export function isLoopback(host: string): boolean {
  return /^(127(\.\d+){3}|\[::1\]|(.*\.)?localhost)$/.test(host);
}

function parsed(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

/** As people type it: "vote.example.org", "192.168.1.7:8080". */
export function shortAddress(address: URL): string {
  return address.host + address.pathname.replace(/\/$/, "");
}
