// Random numbers that a seed repeats on every machine (mulberry32).
export class Random {
  #state;

  constructor(seed) {
    this.#state = seed >>> 0;
  }

  // From 0 to less than 1.
  next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  // An integer from 0 to less than `count`.
  below(count) {
    return Math.floor(this.next() * count);
  }

  // An integer, both bounds included.
  between(least, greatest) {
    return least + this.below(greatest - least + 1);
  }

  pick(list) {
    return list[this.below(list.length)];
  }
}
