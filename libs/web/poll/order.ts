// Orders of options, without their elements.

/** `order` with the element at `from` moved to `to`; both are bounded. */
export function moved(order: readonly string[], from: number, to: number): string[] {
  const rest = order.filter((_, index) => index !== from);
  const element = order[from];
  return element === undefined ? rest : [...rest.slice(0, Math.max(0, to)), element, ...rest.slice(Math.max(0, to))];
}

/** The place among the others that a dragged element takes: the number of others whose middle is above it. */
export function placeAmong(middles: readonly number[], y: number): number {
  return middles.filter((middle) => middle < y).length;
}
