import type { CommandSpec } from '../spec.ts';
import { SERVER_OPTIONS } from './server-options.ts';

export const doctorSpec = {
  name: 'doctor',
  args: '',
  summary: 'find out what is wrong with the set-up, and what repairs it',
  group: 'Help',
  options: [{ key: 'all', flags: '--all', help: 'show what is in order too, with its evidence' }, ...SERVER_OPTIONS],
  examples: ['prom-tutor doctor', 'prom-tutor doctor --json', 'prom-tutor doctor --server localhost:9090'],
} as const satisfies CommandSpec;
