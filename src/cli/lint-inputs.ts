import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type LintInput, lintInput } from '../advise/lint/report.ts';
import { UsageError } from '../model/errors.ts';
import { NotPlainFile, readPlainFile } from '../source/plain-file.ts';
import type { Context } from './context.ts';
import { readStdin } from './read-stdin.ts';

/** A text to be linted, and the path it came from; none for queries and standard input. */
export type GivenInput = { readonly input: LintInput; readonly path: string | undefined };

const RULES_OR_DASHBOARD = /\.(?:ya?ml|json|rules)$/i;
const QUERY_FILE = /\.promql$/i;

/** Larger files are no rules and no dashboards. */
const MOST_BYTES = 20_000_000;

/** What the words of the command line are: a query, a file by its name, or `-`. */
export async function lintInputs(context: Context, args: readonly string[]): Promise<readonly GivenInput[]> {
  const inputs: GivenInput[] = [];
  for (const word of args) inputs.push(await lintInputOf(context, word));
  return inputs;
}

async function lintInputOf(context: Context, word: string): Promise<GivenInput> {
  if (word === '-') return fromStdin(await readStdin(context.io));
  const path = resolve(context.io.cwd, word);
  const named = RULES_OR_DASHBOARD.test(word) || QUERY_FILE.test(word);
  if (named || (/[/\\]/.test(word) && (await isFile(path)))) {
    return { input: made(await textOf(path, word), word, QUERY_FILE.test(word) ? 'query' : 'file'), path };
  }
  if (word.trim() === '') {
    throw new UsageError('there is no query', { hint: "Type one in quotes: prom-tutor lint 'up'" });
  }
  return { input: made(word.trimEnd(), undefined, 'query'), path: undefined };
}

function fromStdin(text: string): GivenInput {
  if (text.trim() === '') throw new UsageError('standard input is empty', { hint: "echo 'up' | prom-tutor lint -" });
  const file = /^\s*\{\s*"/.test(text) || /^(?:groups|apiVersion|spec)\s*:/m.test(text);
  return { input: made(file ? text : text.trimEnd(), undefined, file ? 'file' : 'query'), path: undefined };
}

function made(text: string, name: string | undefined, kind: 'query' | 'file'): LintInput {
  const input = lintInput(text, name, kind);
  if (input !== undefined) return input;
  throw new UsageError(`${name ?? 'standard input'} holds no rules and no dashboard`, {
    hint: 'Rule files have groups with rules, dashboards have panels. A lone query goes into quotes or a .promql file.',
  });
}

async function textOf(path: string, word: string): Promise<string> {
  try {
    return await readPlainFile(path, MOST_BYTES);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'EFBIG') throw new UsageError(`${word} is larger than rules or a dashboard can be`);
    const plain = error instanceof NotPlainFile ? `: ${error.message}` : ` (${code})`;
    throw new UsageError(`${word} cannot be read${code === 'ENOENT' ? ': there is no such file' : plain}`, {
      hint: "A query goes in quotes: prom-tutor lint 'up'",
    });
  }
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
