export interface LineEnd {
  readonly index: number;
  /** Where the line ends, downwards from the top. */
  readonly y: number;
}

export interface Room {
  readonly top: number;
  readonly bottom: number;
  /** Between two labels, at least. */
  readonly gap: number;
}

/**
 * Where the labels of lines go: beside their ends, and where those lie closer than the gap, next to each other around
 * them, in the order of the ends. All are within the room: where not all have a place, the upper ones have it.
 */
export function placeLabels(ends: readonly LineEnd[], { top, bottom, gap }: Room): LineEnd[] {
  const places = Math.max(0, Math.floor((bottom - top) / gap) + 1);
  const placed = [...ends]
    .sort((left, right) => left.y - right.y || left.index - right.index)
    .slice(0, places)
    .map(({ index, y }) => ({ index, y: Math.min(bottom, Math.max(top, y)) }));
  // Down where there is one above, then up again where the last would be below the room.
  let least = top;
  for (const label of placed) {
    label.y = Math.max(label.y, least);
    least = label.y + gap;
  }
  let most = bottom;
  for (const label of placed.reverse()) {
    label.y = Math.min(label.y, most);
    most = label.y - gap;
  }
  return placed.reverse();
}
