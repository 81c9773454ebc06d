/** Where the vote page listens unless it is told otherwise, for a result page where it listens unless told otherwise. */
const usualPorts = { result: "8081", vote: "8080" };

// The parent domain, of which both pages may be: "vote.example.org" and "results.example.org". Addresses have none.
function parentDomain(host: string): string | undefined {
  const labels = host.split(".");
  const isAddress = host.includes(":") || /^\d+$/.test(labels.at(-1) ?? "");
  return !isAddress && labels.length > 2 ? labels.slice(1).join(".") : undefined;
}

function belongTogether(left: string, right: string): boolean {
  const parent = parentDomain(left);
  return left === right || (parent !== undefined && parent === parentDomain(right));
}

/** What the server says of the vote page: its stated address, or its port on the same machine; else empty. */
export interface KnownVotePage {
  readonly url: string;
  readonly port: string;
}

/**
 * The address to vote at, for the result page at `page`: the stated one, or what `?present=` says, or the one on the
 * same host. Nothing where it is not known, and where `?present=` leads to strangers: a link to a trusted page must not
 * put any address on its screen.
 */
export function voteAddress(page: URL, known: KnownVotePage): URL | undefined {
  if (known.url !== "") {
    return parsed(known.url);
  }
  const told = page.searchParams.get("present") ?? "";
  if (told === "") {
    const port = known.port || (page.port === usualPorts.result ? usualPorts.vote : "");
    return port === "" ? undefined : new URL(`${page.protocol}//${page.hostname}:${port}/`);
  }
  const address = parsed(told);
  const isWeb = address?.protocol === "http:" || address?.protocol === "https:";
  return address && isWeb && address.username === "" && belongTogether(address.hostname, page.hostname)
    ? address
    : undefined;
}

/** Whether a URL's host is the machine itself, which no other machine reaches under it (RFC 6761, RFC 1122). */
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
