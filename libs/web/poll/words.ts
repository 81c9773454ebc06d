// Several labels in one line, each in its own direction.

const isolated = (label: string): string => `\u2068${label}\u2069`;

/** "Cats, Dogs"; a single label stays as it is. */
export const listed = (labels: readonly string[]): string =>
  labels.length === 1 ? (labels[0] ?? "") : labels.map(isolated).join(", ");

/** "1. Cats, 2. Dogs". */
export const numbered = (labels: readonly string[]): string =>
  labels.map((label, index) => `${index + 1}.\u00a0${isolated(label)}`).join(", ");
