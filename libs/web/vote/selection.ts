// What a voter selected, as one text: "b" for a single choice, "4" or "skip" for a scale, "+a+c" for a set of options, ">b>a"
// for a ranking. The services have the same texts (libs/poll/selection_keys.hpp).

/** The values of the form's fields `vote` for this selection. */
export function valuesOf(selection: string): string[] {
  const marker = selection[0];
  return marker === "+" || marker === ">" ? selection.split(marker).filter((value) => value !== "") : [selection];
}

/** `values` in the order of the options. None of them is the selection "+". */
export const setOf = (values: readonly string[]): string => `+${values.join("+")}`;

/** `values` with the best first; at least one. */
export const rankingOf = (values: readonly string[]): string => `>${values.join(">")}`;
