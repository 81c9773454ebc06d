import { setTimeout as delay } from "node:timers/promises";

// Retries until it does not throw; throws the last error after the deadline. Only a failure takes so long, so the deadline is
// generous: other programs use the machine.
export async function eventually(attempt, { timeoutMs = 60_000 } = {}) {
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
