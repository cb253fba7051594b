import { labelsKey } from '../../src/model/labels.ts';
import type { Expr } from '../../src/promql/ast.ts';
import { Engine, type EngineResult } from '../../src/promql/engine/engine.ts';
import { ALL_FEATURES } from '../../src/promql/features.ts';
import { parse } from '../../src/promql/parse.ts';
import { print } from '../../src/promql/print.ts';
import { walk } from '../../src/promql/walk.ts';
import { MemoryStorage } from '../../src/tsdb/memory-storage.ts';
import { compareAnnotations, compareAt, compareInstant, compareRange } from './promqltest-compare.ts';
import { customBucketLines } from './promqltest-histograms.ts';
import { type Command, type Expected, parseScript } from './promqltest-script.ts';

export type Failure = {
  readonly line: number;
  readonly query: string;
  readonly reason: string;
  /** The eval needs what is computed with native histograms. */
  readonly histograms: boolean;
};

export type ScriptReport = { readonly passed: number; readonly total: number; readonly failures: readonly Failure[] };

/** Runs a script in Prometheus' test language, the further runs of every instant eval included. */
export async function runScript(text: string): Promise<ScriptReport> {
  let storage = new MemoryStorage();
  let engine = newEngine(storage);
  const failures: Failure[] = [];
  let total = 0;
  for (const command of parseScript(text)) {
    if (command.kind === 'clear') {
      storage = new MemoryStorage();
      engine = newEngine(storage);
    } else if (command.kind === 'load') {
      load(storage, command);
    } else {
      total++;
      const reason = await (command.kind === 'instant' ? runInstant(engine, command) : runRange(engine, command));
      if (reason === undefined) continue;
      const { line, query } = command;
      failures.push({ line, query, reason, histograms: needsHistograms(command.expected, reason) });
    }
  }
  return { passed: total - failures.length, total, failures };
}

/** All features of Prometheus' own run of its scripts are on. */
function newEngine(storage: MemoryStorage): Engine {
  return new Engine(storage, { features: ALL_FEATURES });
}

function load(
  storage: MemoryStorage,
  { series, stepMs, customBuckets, line }: Extract<Command, { kind: 'load' }>,
): void {
  const derived = customBuckets ? customBucketLines(series) : [];
  // The same series twice in one load: the last line counts.
  const lines = new Map([...series, ...derived].map((one) => [labelsKey(one.labels), one]));
  for (const one of lines.values()) {
    const starts = 'starts' in one ? (one.starts as readonly (number | undefined)[]) : undefined;
    for (const [i, point] of one.points.entries()) {
      if (point.kind === 'gap') continue;
      const ms = i * stepMs;
      const offset = starts?.[i];
      const result = storage.append(one.labels, {
        ms,
        value: point.kind === 'float' ? point.value : 0,
        ...(point.kind === 'stale' ? { stale: true } : {}),
        ...(point.kind === 'histogram' ? { histogram: point.histogram } : {}),
        ...(offset === undefined ? {} : { startMs: ms + offset }),
      });
      if (result !== 'ok') throw new Error(`line ${line}: ${result}: ${JSON.stringify(one.labels)}`);
    }
  }
}

async function runInstant(engine: Engine, command: Extract<Command, { kind: 'instant' }>): Promise<string | undefined> {
  const { query, ms, expected } = command;
  const first = checkInstant(expected, await engine.instant({ query, ms }));
  if (first !== undefined) return first;
  for (const variant of pinned(query, ms)) {
    const reason = checkInstant(expected, await engine.instant(variant));
    if (reason !== undefined) return `${variant.query} at ${variant.ms / 1000}: ${reason}`;
  }
  const once = expected.annotations.some((one) => one.kind === 'fail') || expected.string !== undefined;
  if (once || expected.rangeVector !== undefined || /(start|end|range|step)\(\)/.test(query)) return undefined;
  const range = await engine.range({ query, startMs: ms - 60_000, endMs: ms + 60_000, stepMs: 60_000 });
  if (range.kind === 'error') return `in range mode: ${range.message}`;
  if (expected.ordered) return undefined;
  const reason = compareAt(expected, range.data, ms);
  return reason === undefined ? undefined : `in range mode: ${reason}`;
}

async function runRange(engine: Engine, command: Extract<Command, { kind: 'range' }>): Promise<string | undefined> {
  const { query, startMs, endMs, stepMs, expected } = command;
  const result = await engine.range({ query, startMs, endMs, stepMs });
  const failed = checkFailure(expected, result);
  if (failed !== undefined || result.kind === 'error') return failed;
  return compareAnnotations(expected, result) ?? compareRange(expected, result.data, startMs, stepMs);
}

function checkInstant(expected: Expected, result: EngineResult): string | undefined {
  const failed = checkFailure(expected, result);
  if (failed !== undefined || result.kind === 'error') return failed;
  return compareAnnotations(expected, result) ?? compareInstant(expected, result.data);
}

/** Whether a query failed as it should; a wrong text of the error counts as well. */
function checkFailure(expected: Expected, result: EngineResult): string | undefined {
  const wanted = expected.annotations.filter((one) => one.kind === 'fail');
  if (result.kind === 'ok') return wanted.length > 0 ? 'expected an error' : undefined;
  if (wanted.length === 0) return `error: ${result.message}`;
  const unmet = wanted.find((one) => !one.match(result.message));
  return unmet === undefined ? undefined : `expected error ${unmet.text}, got ${result.message}`;
}

/** Functions whose result depends on the moment of evaluation, so that pinning their argument does not pin them. */
const UNSAFE: ReadonlySet<string> = new Set(
  (
    'days_in_month day_of_month day_of_week day_of_year hour minute month year predict_linear time timestamp ' +
    'start end step range'
  ).split(' '),
);

/** The query with `@` on everything it selects, at moments that must not matter then. */
function pinned(query: string, ms: number): readonly { readonly query: string; readonly ms: number }[] {
  const parsed = parse(query, ALL_FEATURES);
  if (parsed.kind === 'error') return [];
  let unsafe = false;
  walk(parsed.expr, (node) => {
    if (node.kind === 'call' && UNSAFE.has(node.name)) unsafe = true;
  });
  if (unsafe) return [];
  const text = print(pin(parsed.expr, ms));
  const moments = ms === 0 ? [-1000, 0, 1000] : [-10 * ms, 0, Math.trunc(ms / 5), ms, 10 * ms];
  return moments.map((moment) => ({ query: text, ms: moment }));
}

/** Sets `@` on every selector and subquery that has none and lies in no subquery that has one. */
function pin(node: Expr, ms: number): Expr {
  const at = { kind: 'timestamp', ms, span: { start: 0, end: 0 } } as const;
  switch (node.kind) {
    case 'vector':
      return node.at?.kind === 'timestamp' ? node : { ...node, at };
    case 'matrix':
      return node.selector.at?.kind === 'timestamp' ? node : { ...node, selector: { ...node.selector, at } };
    case 'subquery':
      return node.at?.kind === 'timestamp' ? node : { ...node, at };
    case 'call':
      return { ...node, args: node.args.map((arg) => pin(arg, ms)) };
    case 'aggregation':
      return {
        ...node,
        expr: pin(node.expr, ms),
        ...(node.parameter === undefined ? {} : { parameter: pin(node.parameter, ms) }),
      };
    case 'binary':
      return { ...node, left: pin(node.left, ms), right: pin(node.right, ms) };
    case 'unary':
    case 'paren':
      return { ...node, expr: pin(node.expr, ms) };
    case 'number':
    case 'string':
      return node;
  }
}

function needsHistograms(expected: Expected, reason: string): boolean {
  const wanted = expected.series.some((series) => series.points.some((point) => point.kind === 'histogram'));
  return wanted || reason.includes('of native histograms is not supported');
}
