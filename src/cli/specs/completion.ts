import type { CommandSpec } from '../spec.ts';

export const completionSpec = {
  name: 'completion',
  args: '[shell]',
  summary: 'print what makes Tab complete commands, lessons and metrics: bash, zsh, fish, powershell',
  group: 'Help',
  options: [],
  worksWithoutConfig: 'silent',
  examples: [
    'source <(prom-tutor completion bash)',
    'source <(prom-tutor completion zsh)',
    'prom-tutor completion fish | source',
    'prom-tutor completion powershell >> $PROFILE',
  ],
} as const satisfies CommandSpec;
