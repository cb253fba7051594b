import { history } from '../../src/app/history.ts';
import { storageWithPast } from '../../src/backends/embedded-stack.ts';
import { readStackRules, stackRulesFile, withRecorded } from '../../src/backends/stack-rules.ts';
import { main } from '../../src/cli/main.ts';
import { writeOpenMetrics } from '../../src/exposition/write.ts';
import { checkpointMs, type Scenario } from '../../src/model/scenario.ts';
import { listen } from '../../src/server/listen.ts';
import { embeddedSource } from '../../src/source/embedded.ts';
import { fakeIo } from './fake-io.ts';
import { startPrometheus } from './prometheus.ts';
import { startVictoriaMetrics } from './victoria-metrics.ts';

export const BACKENDS = ['embedded', 'prometheus', 'victoria'] as const;
export type BackendName = (typeof BACKENDS)[number];

/** What a command wrote, and how it ended. */
export type Ran = { readonly code: number; readonly out: string; readonly err: string };

export type ThreeBackends = {
  readonly scenario: Scenario;
  /** Runs a command against one of them, a little before the end of the history, in UTC. */
  run(backend: BackendName, argv: readonly string[]): Promise<Ran>;
  readonly urls: Readonly<Record<BackendName, string>>;
  close(): Promise<void>;
};

/** Far enough back that no server takes the samples for those of now. */
const SCENARIO: Scenario = { t0Ms: 1_763_800_005_000, seed: 1, historyMs: 3 * 3_600_000 };

/**
 * The same history of the demo service, sample by sample, in the embedded Prometheus, a real one and VictoriaMetrics.
 * Nothing is scraped, so none of them knows a target, a rule or the type of a metric.
 */
export async function startThreeBackends(): Promise<ThreeBackends> {
  const rules = await readStackRules(stackRulesFile());
  const families = await withRecorded(history(SCENARIO), rules, SCENARIO);
  const nowMs = checkpointMs({ t0Ms: SCENARIO.t0Ms }, 'quiet');
  const now = () => nowMs;
  const source = embeddedSource({ storage: await storageWithPast(SCENARIO, rules), name: 'embedded', now });
  const embedded = await listen({ source, now, metrics: async () => '' }, { host: '127.0.0.1', port: 0 });
  const prometheus = await startPrometheus({ openMetrics: [...writeOpenMetrics(families)].join('') });
  const victoria = await startVictoriaMetrics(families);
  const urls = { embedded: embedded.url, prometheus: prometheus.url, victoria: victoria.url };
  return {
    scenario: SCENARIO,
    urls,
    async run(backend, argv) {
      const io = fakeIo({ columns: 100, now });
      const code = await main([...argv, '-s', urls[backend], '--tz', 'UTC'], io);
      return { code, out: io.outText(), err: io.errText() };
    },
    close: async () => {
      await Promise.all([embedded.close(), prometheus.close(), victoria.close()]);
    },
  };
}
