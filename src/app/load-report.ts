/** How requests ended since the last look. */
export class LoadReport {
  #outcomes = new Map<string, number>();

  count(outcome: string): void {
    this.#outcomes.set(outcome, (this.#outcomes.get(outcome) ?? 0) + 1);
  }

  /** One line about everything counted, which is then forgotten. */
  take(): string {
    const parts = [...this.#outcomes].sort(([, a], [, b]) => b - a).map(([outcome, count]) => `${count} ${outcome}`);
    const total = [...this.#outcomes.values()].reduce((sum, count) => sum + count, 0);
    this.#outcomes = new Map();
    return `${total} requests in the last minute${parts.length === 0 ? '' : `: ${parts.join(', ')}`}`;
  }
}
