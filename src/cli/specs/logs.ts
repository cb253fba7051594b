import { UsageError } from '../../model/errors.ts';
import type { CommandSpec } from '../spec.ts';

export const logsSpec = {
  name: 'logs',
  args: '[service]',
  summary: 'show what the services of the stack say',
  group: 'Stack',
  options: [
    { key: 'follow', flags: '-f, --follow', help: 'go on with new lines until Ctrl-C' },
    { key: 'tail', flags: '-n, --tail <lines>', help: 'so many lines of each service (default 50)', parse: lineCount },
  ],
  examples: ['prom-tutor logs', 'prom-tutor logs prometheus --follow', 'prom-tutor logs sse-app-2 --tail 10'],
} as const satisfies CommandSpec;

function lineCount(text: string): number {
  if (/^\d{1,7}$/.test(text)) return Number(text);
  throw new UsageError(`"${text}" is not a number of lines`, { hint: 'Write it like: --tail 100' });
}
