import type { CommandSpec } from '../spec.ts';

export const configSpec = {
  name: 'config',
  args: '[action] [key] [value]',
  summary: 'show the settings and where each comes from; init, get, set, unset, edit, check, path',
  group: 'Help',
  options: [],
  worksWithoutConfig: 'silent',
  examples: [
    'prom-tutor config',
    'prom-tutor config init',
    'prom-tutor config set theme light',
    'prom-tutor config set servers.production.url https://prometheus.example.org',
    'prom-tutor config set server production',
    'prom-tutor config get time_zone',
    'prom-tutor config unset server',
    'prom-tutor config check',
    'prom-tutor config edit',
  ],
} as const satisfies CommandSpec;
