import type { OptionSpec } from '../spec.ts';
import { seed } from './values.ts';

/** Lessons of one's own instead of those that ship with the tool. */
export const COURSE_OPTION = {
  key: 'course',
  flags: '--course <dir>',
  help: 'take the lessons of this folder instead of those that ship with prom-tutor',
} as const satisfies OptionSpec;

/** The written history in this process, always the same: for transcripts that do not change. */
export const HISTORY_OPTIONS = [
  {
    key: 'seed',
    flags: '--seed <n>',
    help: 'ask the written history of this seed, inside prom-tutor, instead of a stack',
    parse: seed,
  },
  {
    key: 'now',
    flags: '--now <time>',
    help: 'the same, with a history that ends at this time, which is also what counts as now',
  },
] as const satisfies readonly OptionSpec[];
