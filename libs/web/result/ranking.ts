// Which option leads, and the places of the options in the order of the result.

/** More options than this have bars in proportion to the leader, and the chart shows only the leading ones. */
export const fewOptions = 7;
export const chartedOptions = 5;

/** The indexes of the counts, the largest first; equal ones in the order of the poll. */
export function byResult(counts: readonly number[]): number[] {
  return counts
    .map((count, index) => ({ count, index }))
    .sort((left, right) => right.count - left.count || left.index - right.index)
    .map(({ index }) => index);
}

/** The index of the only largest count. Undefined in a tie, and without votes. */
export function leaderOf(counts: readonly number[]): number | undefined {
  const [first = -1, second] = byResult(counts);
  const most = counts[first] ?? 0;
  return most > 0 && (second === undefined || (counts[second] ?? 0) < most) ? first : undefined;
}

/** The length of each bar as a part of the whole: the share of the votes, or with many options of the leader's. */
export function barLengths(counts: readonly number[]): number[] {
  const whole =
    counts.length > fewOptions ? Math.max(...counts) : counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => (whole === 0 ? 0 : count / whole));
}

/** The indexes that the chart shows, in the order of the poll. */
export function chartedOf(counts: readonly number[]): number[] {
  const all = byResult(counts);
  const shown = counts.length > fewOptions ? all.slice(0, chartedOptions) : all;
  return shown.sort((left, right) => left - right);
}
