// Numbers that count up and rows that change places. Without motion if the reader prefers that.

const countMs = 450;
const moveMs = 500;

export const prefersStill = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** A number that counts from the shown value to the next one. The first value is shown at once. */
export class CountingNumber {
  private shown: number | undefined;
  private from = 0;
  private to = 0;
  private startedAt = 0;
  private frame = 0;

  constructor(
    private readonly element: HTMLElement,
    private readonly format: (value: number) => string,
  ) {}

  show(value: number): void {
    if (this.shown === undefined || document.hidden || prefersStill()) {
      cancelAnimationFrame(this.frame);
      this.frame = 0;
      this.to = value;
      this.write(value);
    } else if (value !== this.to) {
      this.from = this.shown;
      this.to = value;
      this.startedAt = performance.now();
      this.frame ||= requestAnimationFrame(() => this.step());
    }
  }

  private step(): void {
    const part = Math.min(1, (performance.now() - this.startedAt) / countMs);
    const eased = 1 - (1 - part) ** 3;
    this.write(Math.round(this.from + (this.to - this.from) * eased));
    this.frame = part < 1 ? requestAnimationFrame(() => this.step()) : 0;
  }

  private write(value: number): void {
    if (value !== this.shown) {
      this.shown = value;
      this.element.textContent = this.format(value);
    }
  }
}

/** Moves elements from where they are to where `change` puts them. */
export function moveAlong(elements: readonly HTMLElement[], change: () => void): void {
  const before = elements.map((element) => element.getBoundingClientRect());
  change();
  if (prefersStill()) {
    return;
  }
  elements.forEach((element, index) => {
    const { left = 0, top = 0 } = before[index] ?? {};
    const now = element.getBoundingClientRect();
    const [x, y] = [left - now.left, top - now.top];
    if (x !== 0 || y !== 0) {
      element.animate([{ transform: `translate(${x}px, ${y}px)` }, { transform: "none" }], {
        duration: moveMs,
        easing: "cubic-bezier(0.3, 0.8, 0.3, 1)",
      });
    }
  });
}
