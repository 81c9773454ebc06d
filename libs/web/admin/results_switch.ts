// Hiding the results for a while, and showing them again to the same people as before.
import { resultsPolicies, showsResults, type ResultsPolicy } from "./content.js";

/** What the switch left for which policy; the browser's storage, or another one in tests. */
export type Memory = Pick<Storage, "getItem" | "setItem">;

/**
 * The policy that shows hidden results, or hides those that are shown. The former one if it does so too; else everyone
 * sees the results, or no one.
 */
export function switched(policy: ResultsPolicy, isClosed: boolean, former: ResultsPolicy | undefined): ResultsPolicy {
  const shown = showsResults(policy, isClosed);
  if (former !== undefined && showsResults(former, isClosed) !== shown) {
    return former;
  }
  return shown ? "hidden" : "live";
}

const keyOf = (poll: string) => `pollux-results-before-${poll}`;

/** The policy that the switch has replaced last, in this browser. */
export function formerPolicy(memory: () => Memory, poll: string): ResultsPolicy | undefined {
  try {
    const stored = memory().getItem(keyOf(poll));
    return resultsPolicies.find((policy) => policy === stored);
  } catch {
    return undefined; // the browser keeps nothing
  }
}

export function rememberPolicy(memory: () => Memory, poll: string, policy: ResultsPolicy): void {
  try {
    memory().setItem(keyOf(poll), policy);
  } catch {
    // The results are shown to everyone then, which the page says.
  }
}
