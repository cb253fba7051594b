import type { CommandSpec } from '../spec.ts';
import { COURSE_OPTION } from './course-options.ts';

export const progressSpec = {
  name: 'progress',
  args: '[action] [what]',
  summary: 'show what is solved, carry it elsewhere (export, import), or forget it (reset)',
  group: 'Learn',
  options: [{ key: 'yes', flags: '-y, --yes', help: 'reset without asking' }, COURSE_OPTION],
  examples: [
    'prom-tutor progress',
    'prom-tutor progress --json',
    'prom-tutor progress export my-progress.json',
    'prom-tutor progress import my-progress.json',
    'prom-tutor progress reset rate/2',
    'prom-tutor progress reset all --yes',
  ],
} as const satisfies CommandSpec;
