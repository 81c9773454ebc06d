const steps = [1, 0.88, 0.78, 0.68, 0.6, 0.52, 0.46, 0.4];

// The largest of the sizes at which all of the text is in its box; the smallest where it is in none.
function fit(element: HTMLElement): void {
  for (const step of steps) {
    element.style.setProperty("--fit", String(step));
    if (element.scrollHeight <= element.clientHeight + 1 && element.scrollWidth <= element.clientWidth + 1) {
      return;
    }
  }
}

/**
 * Sets the question and the labels of a projector's page in type that is small enough for all of each to be seen in
 * the room that it has. Again whenever they or the room change.
 */
export function fitTexts(root: HTMLElement): void {
  let waits = false;
  const fitAll = () => {
    if (!waits) {
      waits = true;
      requestAnimationFrame(() => {
        waits = false;
        root.querySelectorAll<HTMLElement>("#heading, .label").forEach(fit);
      });
    }
  };
  new ResizeObserver(fitAll).observe(root);
  const changes = { childList: true, characterData: true, subtree: true };
  for (const part of root.querySelectorAll("#heading")) {
    new MutationObserver(fitAll).observe(part, changes);
  }
  for (const part of root.querySelectorAll("#options")) {
    new MutationObserver(fitAll).observe(part, { childList: true }); // of other options, not of each number
  }
  fitAll();
}
