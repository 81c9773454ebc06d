/**
 * Calls back when the page is visible again, with the time for which it was hidden: Infinity if the browser has restored it
 * from its back/forward cache.
 */
export function onVisible(callback: (hiddenMs: number) => void): void {
  let hiddenAt = Date.now();
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      hiddenAt = Date.now();
    } else {
      callback(Date.now() - hiddenAt);
    }
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) {
      callback(Infinity);
    }
  });
}
