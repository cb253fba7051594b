import { parseArgs } from 'node:util';
import { BIN } from '../../helpers/lesson-stack.ts';
import type { Form } from './report.ts';

export type BenchOptions = {
  readonly parts: readonly Part[];
  /** How often everything is measured at least. */
  readonly runs: number;
  readonly form: Form;
  /** The program that is measured. */
  readonly bin: string;
  /** Only queries whose name it matches. */
  readonly only: RegExp | undefined;
  /** Says on stderr how far it is. */
  readonly progress: (line: string) => void;
};

export const PARTS = ['start', 'query', 'scale', 'ingest', 'latency', 'load', 'memory', 'keystroke'] as const;
export type Part = (typeof PARTS)[number];

/** `[PART...] [RUNS] [--markdown] [--only PATTERN] [--bin PATH]`; throws on anything else. */
export function readOptions(argv: readonly string[], progress: (line: string) => void): BenchOptions {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { markdown: { type: 'boolean' }, only: { type: 'string' }, bin: { type: 'string' } },
  });
  const number = positionals.find((word) => /^\d+$/.test(word));
  const words = positionals.filter((word) => word !== number);
  const unknown = words.find((word) => !(PARTS as readonly string[]).includes(word));
  if (unknown !== undefined) throw new Error(`there is no part ${unknown}; there are ${PARTS.join(', ')}`);
  return {
    parts: words.length === 0 ? PARTS : (words as Part[]),
    runs: Math.max(1, Number(number ?? 5)),
    form: values.markdown === true ? 'markdown' : 'text',
    bin: values.bin ?? BIN,
    only: values.only === undefined ? undefined : new RegExp(values.only),
    progress,
  };
}
