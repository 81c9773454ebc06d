/** An element that the page always has. */
export function find<Kind extends Element = HTMLElement>(root: ParentNode, selector: string): Kind {
  const element = root.querySelector<Kind>(selector);
  if (!element) {
    throw new Error(`The page has no ${selector}.`);
  }
  return element;
}
