import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { history } from '../../src/app/history.ts';
import type { StackState } from '../../src/backends/state.ts';
import { writeStack } from '../../src/backends/state-file.ts';
import { writeOpenMetrics } from '../../src/exposition/write.ts';
import { SCRAPE_INTERVAL_MS, type Scenario } from '../../src/model/scenario.ts';
import { startPrometheus } from './prometheus.ts';

export type LessonStack = {
  readonly url: string;
  readonly scenario: Scenario;
  /** For XDG_STATE_HOME: holds the state file of this stack and what a learner's commands keep. */
  readonly stateHome: string;
  close(): Promise<void>;
};

/**
 * A real Prometheus with the written history of the demo service in it, ending now, and a state file that says so: what
 * lessons need of a running stack. Nothing is scraped.
 */
export async function startLessonStack(): Promise<LessonStack> {
  const t0Ms = Math.floor(Date.now() / SCRAPE_INTERVAL_MS) * SCRAPE_INTERVAL_MS;
  const scenario: Scenario = { t0Ms, seed: 1, historyMs: 3 * 3_600_000 };
  const prometheus = await startPrometheus({ openMetrics: [...writeOpenMetrics(history(scenario))].join('') });
  const stateHome = mkdtempSync(join(tmpdir(), 'prom-tutor-state-'));
  const state: StackState = {
    version: 1,
    toolVersion: '0.0.0',
    backend: 'binary',
    id: 'lesson-test',
    phase: 'running',
    startedMs: t0Ms,
    urls: { prometheus: prometheus.url, apps: [] },
    scenario,
    token: 'unused',
    processes: [],
    dir: prometheus.dir,
  };
  await writeStack(join(stateHome, 'prom-tutor'), state);
  return {
    url: prometheus.url,
    scenario,
    stateHome,
    async close() {
      await prometheus.close();
      rmSync(stateHome, { recursive: true, force: true });
    },
  };
}
