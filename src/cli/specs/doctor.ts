import type { CommandSpec } from '../spec.ts';
import { SERVER_OPTIONS } from './server-options.ts';

export const doctorSpec = {
  name: 'doctor',
  worksWithoutConfig: 'noted',
  args: '[promql...]',
  summary: 'find out what is wrong with the set-up, a server or a query, and what repairs it',
  group: 'Help',
  options: [
    { key: 'all', flags: '--all', help: 'show what is in order too, with its evidence' },
    { key: 'fix', flags: '--fix', help: 'do what is safe of what repairs it, ask for the rest, and look again' },
    { key: 'yes', flags: '-y, --yes', help: 'with --fix: agree to everything that would be asked' },
    {
      key: 'report',
      flags: '--report [file]',
      help: 'write a page for a bug report, without secrets and names; - prints it',
    },
    { key: 'time', flags: '--time <time>', help: 'with a query: the moment it is about, as in `query`' },
    ...SERVER_OPTIONS,
  ],
  examples: [
    'prom-tutor doctor',
    'prom-tutor doctor --fix',
    "prom-tutor doctor 'rate(sse_requests_total[1m])'",
    'prom-tutor doctor --report',
    'prom-tutor doctor --json',
    'prom-tutor doctor --server localhost:9090',
  ],
} as const satisfies CommandSpec;
