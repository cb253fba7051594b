/** Waits so many milliseconds, or until the signal aborts; never rejects. */
export function untilLater(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    // An abort that has happened already is not told again.
    if (signal.aborted) {
      resolve();
      return;
    }
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, Math.max(0, ms));
    signal.addEventListener('abort', done, { once: true });
  });
}
