import { durationMs } from '../../model/duration.ts';
import { UsageError } from '../../model/errors.ts';
import type { CommandSpec } from '../spec.ts';
import { DATA_OPTION, FEATURES_OPTION } from './dump-options.ts';
import { seed } from './values.ts';

/** Where `serve` listens when nobody says otherwise: Prometheus' own port. */
export const DEFAULT_LISTEN = { host: '127.0.0.1', port: 9090 } as const;

export const serveSpec = {
  name: 'serve',
  args: '',
  summary: 'be a Prometheus in the foreground, over the demo service or a metrics dump',
  group: 'Ask',
  options: [
    { ...DATA_OPTION, help: 'serve this metrics dump: text format or OpenMetrics, also .gz, - for standard input' },
    {
      key: 'listen',
      flags: '--listen <address>',
      help: 'host and port of the HTTP API, on this machine only; port 0 takes a free one (default 127.0.0.1:9090)',
      parse: listenAddress,
    },
    {
      key: 'scrapeInterval',
      flags: '--scrape-interval <duration>',
      help: 'how often the demo service is scraped (default 15s)',
      parse: scrapeInterval,
    },
    {
      key: 'history',
      flags: '--history <duration>',
      help: 'how much past the demo service has, from 3h to 7d (default 6h)',
    },
    { key: 'seed', flags: '--seed <number>', help: 'another seed makes another past (default 1)', parse: seed },
    FEATURES_OPTION,
  ],
  examples: [
    'prom-tutor serve',
    'prom-tutor serve --listen 127.0.0.1:0 --scrape-interval 5s',
    'prom-tutor serve --data metrics.om.gz',
    'prom-tutor serve --data - < metrics.txt',
  ],
} as const satisfies CommandSpec;

/** `127.0.0.1:9090`, `[::1]:9090`, `localhost:9090` or a port alone. */
function listenAddress(text: string): { readonly host: string; readonly port: number } {
  const match = /^(?:(\[[0-9a-f:.]+\]|[^:[\]\s]*):)?(\d{1,5})$/i.exec(text.trim());
  const port = Number(match?.[2]);
  if (match === null || port > 65_535) {
    throw new UsageError(`"${text}" is not an address to listen on`, { hint: 'Write it like 127.0.0.1:9090.' });
  }
  const host = match[1]?.replace(/^\[|\]$/g, '') ?? DEFAULT_LISTEN.host;
  if (host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host)) return { host, port };
  throw new UsageError(`${host === '' ? text : host} would be reachable from other machines`, {
    hint: `This server has no authentication and listens on this machine only: --listen 127.0.0.1:${port}`,
  });
}

/** Milliseconds. */
function scrapeInterval(text: string): number {
  const ms = durationMs(text);
  if (ms !== undefined && ms >= 1_000 && ms <= 3_600_000) return ms;
  throw new UsageError(`"${text}" is not an interval to scrape at`, { hint: 'Write it like 15s, from 1s to 1h.' });
}
