import { afterAll, beforeAll } from 'vitest';
import { METRICS } from '../../src/app/schema.ts';
import { storageWithHistory } from '../../src/backends/embedded-stack.ts';
import { main } from '../../src/cli/main.ts';
import type { Scenario } from '../../src/model/scenario.ts';
import { listen } from '../../src/server/listen.ts';
import { embeddedSource } from '../../src/source/embedded.ts';
import { fakeIo } from './fake-io.ts';

const SCENARIO: Scenario = { t0Ms: 1_763_800_005_000, seed: 1, historyMs: 3 * 3_600_000 };

type Run = { readonly code: number; readonly out: string; readonly err: string };

/**
 * The history of the demo service behind its HTTP API on a port of loopback, for the tests of one file. Gives `run`:
 * a command with that server, at the end of its history, in UTC.
 */
export function demoServer(): (argv: readonly string[], options?: Parameters<typeof fakeIo>[0]) => Promise<Run> {
  let server: { readonly url: string; close(): Promise<void> } | undefined;
  beforeAll(async () => {
    const now = () => SCENARIO.t0Ms;
    const described = new Map(
      Object.values(METRICS).map(({ name, type, help }) => [name, [{ type, help, unit: '' }]] as const),
    );
    const source = embeddedSource({
      storage: storageWithHistory(SCENARIO),
      name: 'the demo history',
      now,
      metadata: () => described,
    });
    server = await listen({ source, now, metrics: async () => '' }, { host: '127.0.0.1', port: 0 });
  });
  afterAll(() => server?.close());
  return async (argv, options = {}) => {
    const io = fakeIo({ columns: 80, now: () => SCENARIO.t0Ms, ...options });
    const code = await main([...argv, '-s', server?.url ?? '', '--tz', 'UTC'], io);
    return { code, out: io.outText(), err: io.errText() };
  };
}
