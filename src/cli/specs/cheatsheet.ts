import type { CommandSpec } from '../spec.ts';
import { COURSE_OPTION } from './course-options.ts';

export const cheatsheetSpec = {
  name: 'cheatsheet',
  args: '',
  summary: 'your own solved queries, with what each is for',
  group: 'Learn',
  options: [{ key: 'markdown', flags: '--markdown', help: 'as Markdown, for a file' }, COURSE_OPTION],
  examples: ['prom-tutor cheatsheet', 'prom-tutor cheatsheet --markdown > promql.md', 'prom-tutor cheatsheet --json'],
} as const satisfies CommandSpec;
