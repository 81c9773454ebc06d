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

/**
 * The address to vote at, for the result page at `page`: what `?present=` says, or the usual one. Nothing where it is
 * not known, and where it leads to strangers: a link to a trusted page must not put any address on its screen.
 */
export function voteAddress(page: URL): URL | undefined {
  const told = page.searchParams.get("present") ?? "";
  if (told === "") {
    return page.port === usualPorts.result
      ? new URL(`${page.protocol}//${page.hostname}:${usualPorts.vote}/`)
      : undefined;
  }
  const address = parsed(told);
  const isWeb = address?.protocol === "http:" || address?.protocol === "https:";
  return address && isWeb && address.username === "" && belongTogether(address.hostname, page.hostname)
    ? address
    : undefined;
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
