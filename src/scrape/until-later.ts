/** Waits so many milliseconds, 24 days at most, or until the signal aborts; never rejects. */
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
    const timer = setTimeout(done, Math.min(Math.max(0, ms), LONGEST_TIMER_MS));
    signal.addEventListener('abort', done, { once: true });
  });
}

/** A timer of more than 31 bits fires at once. https://nodejs.org/api/timers.html#settimeoutcallback-delay-args */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
