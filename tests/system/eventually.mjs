import { setTimeout as delay } from "node:timers/promises";

// Retries until it does not throw; throws the last error after the deadline.
export async function eventually(attempt, { timeoutMs = 30_000 } = {}) {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) {
        throw error;
      }
    }
    await delay(20);
  }
}
