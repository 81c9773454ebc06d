import { placeAmong } from "./order.js";

export interface DragOptions {
  /** The elements of the list in their order, with the dragged one. */
  items(): readonly HTMLElement[];
  /** The dragged element is now to be at this place. It must stay in the document. */
  onPlace(place: number): void;
  onEnd(): void;
}

const middleOf = (item: HTMLElement): number => {
  const { top, height } = item.getBoundingClientRect();
  return top + height / 2;
};

/** The pointer has taken the element: until it is released, the element follows it through the list. */
export function drag(item: HTMLElement, start: PointerEvent, options: DragOptions): void {
  const grabbedAt = start.clientY - item.getBoundingClientRect().top;
  const move = (event: PointerEvent) => {
    const top = event.clientY - grabbedAt;
    const others = options.items().filter((other) => other !== item);
    const place = placeAmong(others.map(middleOf), top + item.offsetHeight / 2);
    if (options.items()[place] !== item) {
      options.onPlace(place);
    }
    item.style.transform = "";
    item.style.transform = `translateY(${top - item.getBoundingClientRect().top}px)`;
  };
  const end = () => {
    item.removeEventListener("pointermove", move);
    item.removeEventListener("lostpointercapture", end);
    item.classList.remove("dragged");
    item.style.transform = "";
    options.onEnd();
  };
  item.classList.add("dragged");
  item.addEventListener("pointermove", move);
  item.addEventListener("lostpointercapture", end);
  item.setPointerCapture(start.pointerId);
  start.preventDefault(); // no selection of text
}
