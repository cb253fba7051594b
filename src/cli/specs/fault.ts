import type { CommandSpec } from '../spec.ts';

export const faultSpec = {
  name: 'fault',
  args: '[name]',
  summary: 'break the demo service on purpose, see what is broken (list), mend it (clear)',
  group: 'Stack',
  options: [
    { key: 'provider', flags: '--provider <name>', help: 'the provider that fails (default: anthropic)' },
    { key: 'instance', flags: '--instance <name>', help: 'sse-app or sse-app-2 (default: sse-app-2)' },
    { key: 'ratio', flags: '--ratio <share>', help: 'how many requests fail, from 0 to 1' },
    { key: 'factor', flags: '--factor <times>', help: 'how many times as slow, from 1 to 20' },
    { key: 'for', flags: '--for <duration>', help: 'end by itself after this long, such as 2m' },
    { key: 'server', flags: '-s, --server <url>', help: 'for the bundled stack only: another server is refused' },
  ],
  examples: [
    'prom-tutor fault list',
    'prom-tutor fault provider-outage --provider openai --for 2m',
    'prom-tutor fault instance-stopped --instance sse-app-2',
    'prom-tutor fault clear',
  ],
} as const satisfies CommandSpec;
