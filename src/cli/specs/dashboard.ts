import { UsageError } from '../../model/errors.ts';
import type { CommandSpec } from '../spec.ts';
import { DATA_OPTION } from './dump-options.ts';
import { parseDuration, SERVER_OPTIONS } from './server-options.ts';
import { parseRefresh } from './values.ts';

export const dashboardSpec = {
  name: 'dashboard',
  args: '',
  summary: 'a Grafana dashboard, live in the terminal; the demo service has one',
  group: 'Ask',
  options: [
    { key: 'file', flags: '--file <file>', help: 'the JSON of a dashboard instead of the one of the demo service' },
    { key: 'once', flags: '--once', help: 'draw it once and end' },
    {
      key: 'range',
      flags: '--range <duration>',
      help: 'how much time it shows (default: as the file says)',
      parse: parseDuration,
    },
    {
      key: 'time',
      flags: '--time <time>',
      help: 'the end of that time, such as 14:05, 1h (ago) or the checkpoint incident',
    },
    {
      key: 'refresh',
      flags: '--refresh <interval>',
      help: 'how often it asks again (default: as the file says)',
      parse: parseRefresh,
    },
    {
      key: 'variable',
      flags: '--var <name=value>',
      help: 'the value of a variable; several times for several values, all for all',
      parse: parseVariable,
      many: true,
    },
    { key: 'expand', flags: '--expand', help: 'draw the panels of closed rows, too' },
    DATA_OPTION,
    ...SERVER_OPTIONS,
  ],
  examples: [
    'prom-tutor dashboard',
    'prom-tutor dashboard --once --time incident',
    'prom-tutor dashboard --file node-exporter-full.json -s http://localhost:9090 --var instance=web-1:9100',
    'prom-tutor dashboard --range 15m --refresh 5s',
  ],
} as const satisfies CommandSpec;

function parseVariable(text: string): readonly [string, string] {
  const match = /^\s*\$?(\w+)=([\s\S]*)$/.exec(text);
  if (match === null) {
    throw new UsageError(`"${text}" is not a variable with a value`, { hint: 'Write it like --var provider=openai.' });
  }
  return [match[1] ?? '', match[2] ?? ''];
}
