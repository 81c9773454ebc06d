// What a scenario has started ends with it, as with the `t` of node:test that the helpers of tests/system take.
export class Scope {
  #hooks = [];

  after(hook) {
    this.#hooks.push(hook);
  }

  // In the order of registration. All hooks run; the first error is thrown.
  async close() {
    const errors = [];
    for (const hook of this.#hooks.splice(0)) {
      await Promise.resolve()
        .then(hook)
        .catch((error) => errors.push(error));
    }
    if (errors.length > 0) {
      throw errors[0];
    }
  }
}
