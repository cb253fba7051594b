import { parseDuration } from '../../src/promql/duration.ts';
import { unquote } from '../../src/promql/syntax/quote.ts';
import { parseSeriesLine, parseStartLine, type SeriesLine, type StartLine } from './promqltest-series.ts';

/** One line of a load: its samples, and when their counters started if a line before said so. */
export type LoadLine = SeriesLine & { readonly starts?: StartLine['offsets'] };

export type Expectation = {
  readonly kind: 'fail' | 'warn' | 'info';
  readonly match: (text: string) => boolean;
  readonly text: string;
};

/** What an eval must give. Positions count the result lines from 1. */
export type Expected = {
  readonly annotations: readonly Expectation[];
  readonly noWarn: boolean;
  readonly noInfo: boolean;
  readonly ordered: boolean;
  readonly string: string | undefined;
  readonly scalar: number | undefined;
  readonly series: readonly SeriesLine[];
  /** The result is a matrix whose samples lie on this grid. */
  readonly rangeVector: { readonly startMs: number; readonly stepMs: number } | undefined;
};

export type Command =
  | { readonly kind: 'clear'; readonly line: number }
  | {
      readonly kind: 'load';
      readonly line: number;
      readonly stepMs: number;
      readonly customBuckets: boolean;
      readonly series: readonly LoadLine[];
    }
  | {
      readonly kind: 'instant';
      readonly line: number;
      readonly ms: number;
      readonly query: string;
      readonly expected: Expected;
    }
  | {
      readonly kind: 'range';
      readonly line: number;
      readonly startMs: number;
      readonly endMs: number;
      readonly stepMs: number;
      readonly query: string;
      readonly expected: Expected;
    };

/** Reads a script in Prometheus' own test language. Throws an Error that names the line. */
export function parseScript(text: string): readonly Command[] {
  const lines = text.split('\n').map((line) => (line.trim().startsWith('#') ? '' : line.trim()));
  const commands: Command[] = [];
  for (let at = 0; at < lines.length; at++) {
    if (lines[at] === '') continue;
    let end = at + 1;
    while (end < lines.length && lines[end] !== '') end++;
    try {
      commands.push(parseCommand(lines[at] ?? '', lines.slice(at + 1, end), at + 1));
    } catch (error) {
      throw new Error(`line ${at + 1}: ${error instanceof Error ? error.message : String(error)}`);
    }
    at = /^clear\b/i.test(lines[at] ?? '') ? at : end;
  }
  return commands;
}

function parseCommand(head: string, body: readonly string[], line: number): Command {
  const word = head.split(/\s/, 1)[0]?.toLowerCase() ?? '';
  if (word === 'clear') return { kind: 'clear', line };
  if (word.startsWith('load')) return parseLoad(head, body, line);
  if (word.startsWith('eval')) return parseEval(head, body, line);
  throw new Error(`unknown command: ${head}`);
}

function parseLoad(head: string, body: readonly string[], line: number): Command {
  const found = /^load(?:_(with_nhcb))?\s+(.+?)$/i.exec(head);
  if (found === null) throw new Error('invalid load command');
  const series: LoadLine[] = [];
  let pending: StartLine | undefined;
  for (const text of body) {
    const starts = parseStartLine(text);
    if (starts !== undefined) {
      pending = starts;
      continue;
    }
    const one = parseSeriesLine(text);
    series.push(pending === undefined ? one : { ...one, starts: pending.offsets });
    pending = undefined;
  }
  return { kind: 'load', line, stepMs: duration(found[2] ?? ''), customBuckets: found[1] !== undefined, series };
}

const INSTANT = /^eval(?:_(fail|warn|ordered|info))?\s+instant\s+(?:at\s+(.+?))?\s+(.+)$/i;
const RANGE = /^eval(?:_(fail|warn|info))?\s+range\s+from\s+(.+)\s+to\s+(.+)\s+step\s+(.+?)\s+(.+)$/i;

function parseEval(head: string, body: readonly string[], line: number): Command {
  const instant = INSTANT.exec(head);
  if (instant !== null) {
    const [, flag, at = '0', query = ''] = instant;
    return { kind: 'instant', line, ms: duration(at), query, expected: parseExpected(body, flag) };
  }
  const range = RANGE.exec(head);
  if (range === null) throw new Error(`invalid eval command: ${head}`);
  const [, flag, from = '', to = '', step = '', query = ''] = range;
  const expected = parseExpected(body, flag);
  return { kind: 'range', line, startMs: duration(from), endMs: duration(to), stepMs: duration(step), query, expected };
}

function parseExpected(body: readonly string[], flag: string | undefined): Expected {
  const annotations: Expectation[] = [];
  const series: SeriesLine[] = [];
  let noWarn = false;
  let noInfo = false;
  let ordered = flag === 'ordered';
  let string: string | undefined;
  let scalar: number | undefined;
  let rangeVector: Expected['rangeVector'];
  if (flag === 'fail' || flag === 'warn' || flag === 'info') annotations.push(anything(flag));
  for (const text of body) {
    const vector = /^expect\s+range\s+vector\s+from\s+(.+)\s+to\s+(.+)\s+step\s+(.+)$/.exec(text);
    if (vector !== null) {
      rangeVector = { startMs: duration(vector[1] ?? ''), stepMs: duration(vector[3] ?? '') };
      continue;
    }
    const literal = /^expect\s+string\s+(.+)$/.exec(text);
    if (literal !== null) {
      const value = unquote(literal[1] ?? '');
      if (value.kind === 'error') throw new Error(`not a string: ${text}`);
      string = value.value;
      continue;
    }
    const deprecated = /^expected_fail_(message|regexp)\s+(.+)$/.exec(text);
    if (deprecated !== null) {
      annotations.push(matching('fail', deprecated[1] === 'message' ? 'msg' : 'regex', deprecated[2] ?? ''));
      continue;
    }
    if (/^expect(\s|$)/.test(text)) {
      const found = /^expect\s+(ordered|fail|warn|no_warn|info|no_info)(?:\s+(regex|msg):(.+))?$/.exec(text);
      if (found === null) throw new Error(`invalid expect line: ${text}`);
      const [, what, how, pattern] = found;
      if (what === 'ordered') ordered = true;
      else if (what === 'no_warn') noWarn = true;
      else if (what === 'no_info') noInfo = true;
      else annotations.push(matching(what as Expectation['kind'], how, (pattern ?? '').trim()));
      continue;
    }
    const number = bareNumber(text);
    if (number !== undefined) {
      scalar = number;
      break;
    }
    series.push(parseSeriesLine(text));
  }
  return { annotations, noWarn, noInfo, ordered, string, scalar, series, rangeVector };
}

function anything(kind: Expectation['kind']): Expectation {
  return { kind, match: () => true, text: 'anything' };
}

function matching(kind: Expectation['kind'], how: string | undefined, pattern: string): Expectation {
  if (how === undefined) return anything(kind);
  if (how === 'msg') return { kind, match: (text) => text === pattern, text: pattern };
  const regex = new RegExp(pattern);
  return { kind, match: (text) => regex.test(text), text: `/${pattern}/` };
}

function bareNumber(text: string): number | undefined {
  if (/^[+-]?inf$/i.test(text)) return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (/^nan$/i.test(text)) return Number.NaN;
  return /^[+-]?(0x[0-9a-f]+|[0-9]*\.?[0-9]+([eE][+-]?[0-9]+)?|[0-9]+\.)$/i.test(text) ? Number(text) : undefined;
}

function duration(text: string): number {
  const parsed = parseDuration(text);
  if (parsed.kind === 'error') throw new Error(parsed.message);
  return parsed.ms;
}
