import type { BackendChoice } from '../../backends/choose.ts';
import type { CommandSpec } from '../spec.ts';
import { seed, wholeNumber } from './values.ts';

export const startSpec = {
  name: 'start',
  args: '',
  summary: 'start the monitored demo service and its Prometheus',
  group: 'Stack',
  options: [
    {
      key: 'backend',
      flags: '--backend <name>',
      help: 'what to run it with: docker, binary (prometheus on PATH), embedded (in this tool), or auto: the first that works',
      choices: ['auto', 'docker', 'binary', 'embedded'] as const satisfies readonly BackendChoice[],
    },
    { key: 'wait', flags: '--wait', help: 'wait until every target has been scraped' },
    { key: 'grafana', flags: '--grafana', help: 'start Grafana too, with a dashboard (Docker only)' },
    {
      key: 'port',
      flags: '--port <port>',
      help: 'port of Prometheus (default 9090, or the next free one)',
      parse: port,
    },
    {
      key: 'appPort',
      flags: '--app-port <port>',
      help: 'port of the first instance of the service (default 8000, or the next free one)',
      parse: port,
    },
    { key: 'grafanaPort', flags: '--grafana-port <port>', help: 'port of Grafana (default 3000)', parse: port },
    { key: 'history', flags: '--history <duration>', help: 'how much past to write, from 3h to 7d (default 6h)' },
    { key: 'seed', flags: '--seed <number>', help: 'another seed makes another past (default 1)', parse: seed },
  ],
  examples: [
    'prom-tutor start',
    'prom-tutor start --backend binary --wait',
    'prom-tutor start --port 9091 --history 12h',
  ],
} as const satisfies CommandSpec;

function port(text: string): number {
  return wholeNumber(text, 'port', 1, 65_535);
}
