/**
 * Keeps a projector's screen from going dark while the page is seen. The browser gives the lock back whenever the page
 * is hidden; where it has none to give, or does not give it (little battery), the screen is as it would be without.
 */
export function keepScreenOn(): void {
  const request = () => {
    if (!document.hidden && "wakeLock" in navigator) {
      navigator.wakeLock.request("screen").catch(() => undefined);
    }
  };
  document.addEventListener("visibilitychange", request);
  request();
}
