import type { EngineOptions } from '../../src/promql/engine/engine.ts';
import { listen } from '../../src/server/listen.ts';
import { embeddedSource } from '../../src/source/embedded.ts';
import { loadDump } from '../../src/source/load-dump.ts';
import { startPrometheus } from '../helpers/prometheus.ts';
import type { Answer, Body } from './compare.ts';
import type { Moment } from './question.ts';

/** A real Prometheus and our own server, over HTTP both, with the same samples. */
export type Pair = {
  readonly ours: string;
  readonly theirs: string;
  close(): Promise<void>;
};

/** `flags` are those of Prometheus, `engine` says the same to ours. */
export async function startPair(
  openMetrics: string,
  { flags = [], engine = {} }: { readonly flags?: readonly string[]; readonly engine?: EngineOptions } = {},
): Promise<Pair> {
  const prometheus = await startPrometheus({ openMetrics, flags });
  const { storage } = await loadDump([openMetrics], { format: 'openmetrics', atMs: 0 });
  const source = embeddedSource({ storage, name: 'the samples', now: Date.now, engine });
  const server = await listen({ source, now: Date.now, metrics: async () => '' }, { host: '127.0.0.1', port: 0 });
  return {
    ours: server.url,
    theirs: prometheus.url,
    async close() {
      await server.close();
      await prometheus.close();
    },
  };
}

/** Asks one server for one query at one moment. */
export function ask(server: string, query: string, moment: Moment): Promise<Answer> {
  const { kind, ...times } = moment;
  const form = new URLSearchParams({
    query,
    ...Object.fromEntries(Object.entries(times).map(([name, n]) => [name, String(n)])),
  });
  return send(`${server}/api/v1/${kind === 'instant' ? 'query' : 'query_range'}`, { method: 'POST', body: form });
}

export async function send(url: string, init?: RequestInit): Promise<Answer> {
  const response = await fetch(url, init);
  const text = await response.text();
  try {
    return { status: response.status, body: JSON.parse(text) as Body };
  } catch {
    return { status: response.status, body: { error: text } };
  }
}
