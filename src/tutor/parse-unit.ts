import { createHash } from 'node:crypto';
import { CHECKPOINT_NAMES } from '../model/scenario.ts';
import { parseText } from './interpolation.ts';
import type { Choice, Demo, Neighbour, Option, Predict, QueryExercise, Recognised, Show, Unit } from './lesson.ts';
import { type Fields, type Report, readFields } from './yaml-fields.ts';

/** A fenced block of a lesson file: its info word, its body, and the line where the body begins. */
export type Fence = { readonly kind: string; readonly body: string; readonly firstLine: number };

/** Where an exercise stands: the lesson's slug and the position among its exercises. */
export type Place = { readonly slug: string; readonly number: number };

type Fenced = Exclude<Unit['kind'], 'read'>;

/** How each fenced kind is read. A kind added to `Unit` does not compile until it has its row. */
const READERS: { readonly [K in Fenced]: (fence: Fence, place: Place, report: Report) => Unit | undefined } = {
  demo: readDemo,
  predict: readPredict,
  choice: readChoice,
  query: readQuery,
};

export const FENCED_KINDS = Object.keys(READERS) as readonly Fenced[];

export function isFencedKind(kind: string): kind is Fenced {
  return Object.hasOwn(READERS, kind);
}

/** Reads a block of one of the fenced kinds. Reports every problem; undefined when nothing could be made of it. */
export function readUnit(fence: Fence & { readonly kind: Fenced }, place: Place, report: Report): Unit | undefined {
  return READERS[fence.kind](fence, place, report);
}

const DEMO_KEYS = ['query', 'view', 'at', 'live', 'range', 'step', 'mark', 'before', 'after'];
const OPTION_KEYS = ['text', 'right', 'feedback'];
const RECOGNISED_KEYS = ['query', 'pattern', 'message'];
const QUERY_KEYS = [
  'task',
  'at',
  'reference',
  'accept',
  'acceptWithNote',
  'compare',
  'nan',
  'window',
  'misconceptions',
  'hints',
  'why',
  'neighbour',
];

function readDemo(fence: Fence, _place: Place, report: Report): Demo | undefined {
  const fields = readFields(fence.body, { name: 'demo', firstLine: fence.firstLine, report }, DEMO_KEYS);
  return fields === undefined ? undefined : demoOf(fields, report);
}

function demoOf(fields: Fields, report: Report): Demo {
  return {
    kind: 'demo',
    line: fields.line,
    query: fields.needText('query'),
    show: showOf(fields, report),
    before: prose(fields, 'before', report),
    after: prose(fields, 'after', report),
  };
}

const DEFAULT_STEP_MS = 15_000;

function showOf(fields: Fields, report: Report): Show {
  const view = fields.oneOf('view', ['table', 'graph', 'bars', 'api']) ?? 'table';
  const range = fields.durationMs('range');
  const step = fields.durationMs('step');
  const mark = fields.share('mark');
  if (view === 'graph' && range === undefined) report(fields.line, 'a graph needs a range, such as "range: 1h"');
  if (view !== 'graph' && (range ?? step) !== undefined)
    report(fields.line, `only a graph has range and step, not a ${view}`);
  if (view !== 'bars' && mark !== undefined) report(fields.lineOf('mark'), 'only bars have a mark');
  const graph = view === 'graph';
  return {
    view,
    at: fields.oneOf('at', CHECKPOINT_NAMES) ?? 'quiet',
    live: fields.flag('live'),
    rangeMs: graph ? (range ?? 0) : 0,
    stepMs: graph ? (step ?? DEFAULT_STEP_MS) : 0,
    ...(mark === undefined ? {} : { mark }),
  };
}

function readPredict(fence: Fence, _place: Place, report: Report): Predict | undefined {
  const keys = ['question', 'options', 'demo'];
  const fields = readFields(fence.body, { name: 'predict', firstLine: fence.firstLine, report }, keys);
  if (fields === undefined) return undefined;
  const demo = fields.child('demo', DEMO_KEYS);
  if (demo === undefined && !fields.has('demo')) report(fields.line, 'predict: "demo" is missing');
  if (demo === undefined) return undefined;
  return {
    kind: 'predict',
    line: fence.firstLine,
    question: needProse(fields, 'question', report),
    options: optionsOf(fields, report),
    demo: demoOf(demo, report),
  };
}

function readChoice(fence: Fence, place: Place, report: Report): Choice | undefined {
  const keys = ['task', 'options', 'hints'];
  const fields = readFields(fence.body, { name: 'choice', firstLine: fence.firstLine, report }, keys);
  if (fields === undefined) return undefined;
  const task = needProse(fields, 'task', report);
  const options = optionsOf(fields, report);
  const hints = proseList(fields, 'hints', report);
  if (hints.length > 4) report(fields.lineOf('hints'), 'choice: at most 4 hints');
  return {
    kind: 'choice',
    line: fence.firstLine,
    ...identity(place, ['choice', task, options.map(({ text, right }) => [text, right])]),
    task,
    options,
    several: options.filter(({ right }) => right).length > 1,
    hints,
  };
}

function optionsOf(fields: Fields, report: Report): readonly Option[] {
  const options = fields.children('options', OPTION_KEYS).map((option, index) => ({
    key: String.fromCharCode(97 + index),
    text: needProse(option, 'text', report),
    right: option.flag('right'),
    feedback: needProse(option, 'feedback', report),
  }));
  const line = fields.lineOf('options');
  if (!fields.has('options')) report(line, '"options" is missing');
  else if (options.length < 2 || options.length > 9) report(line, '"options" needs two to nine items');
  else if (!options.some(({ right }) => right)) report(line, 'no option is right; add "right: true" to one');
  return options;
}

function readQuery(fence: Fence, place: Place, report: Report): QueryExercise | undefined {
  const fields = readFields(fence.body, { name: 'query', firstLine: fence.firstLine, report }, QUERY_KEYS);
  if (fields === undefined) return undefined;
  const task = needProse(fields, 'task', report);
  const reference = fields.needText('reference');
  const accept = fields.texts('accept');
  const compare = fields.oneOf('compare', ['values', 'labels', 'order']) ?? 'values';
  const nan = fields.oneOf('nan', ['ignore', 'strict']) ?? 'ignore';
  const window = fields.oneOf('window', ['fixed', 'free']) ?? 'fixed';
  const hints = proseList(fields, 'hints', report);
  if (hints.length !== 4) report(fields.lineOf('hints'), `query: 4 hints are needed, here are ${hints.length}`);
  const neighbour = fields.child('neighbour', ['query', 'text']);
  return {
    kind: 'query',
    line: fence.firstLine,
    ...identity(place, ['query', task, reference, accept, compare, nan, window]),
    task,
    at: fields.oneOf('at', CHECKPOINT_NAMES) ?? 'quiet',
    reference,
    accept,
    acceptWithNote: recognisedOf(fields, 'acceptWithNote', report),
    compare,
    nan,
    window,
    misconceptions: recognisedOf(fields, 'misconceptions', report),
    hints,
    why: needProse(fields, 'why', report),
    ...(neighbour === undefined ? {} : { neighbour: neighbourOf(neighbour, report) }),
  };
}

function recognisedOf(fields: Fields, key: string, report: Report): readonly Recognised[] {
  return fields.children(key, RECOGNISED_KEYS).map((item) => {
    const pattern = item.text('pattern');
    if (pattern !== undefined && !isPattern(pattern)) report(item.lineOf('pattern'), `"${pattern}" is not a pattern`);
    return {
      query: item.needText('query'),
      message: needProse(item, 'message', report),
      ...(pattern === undefined || !isPattern(pattern) ? {} : { pattern }),
    };
  });
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}

export function neighbourOf(fields: Fields, report: Report): Neighbour {
  return { query: fields.needText('query'), text: needProse(fields, 'text', report) };
}

export function needProse(fields: Fields, key: string, report: Report): string {
  return checked(fields.needText(key), fields.lineOf(key), report);
}

export function proseList(fields: Fields, key: string, report: Report): readonly string[] {
  return fields.texts(key).map((text) => checked(text, fields.lineOf(key), report));
}

function prose(fields: Fields, key: string, report: Report): string {
  return checked(fields.text(key) ?? '', fields.lineOf(key), report);
}

/** Reports interpolations that cannot be read. */
export function checked(text: string, line: number, report: Report): string {
  for (const problem of parseText(text).problems) report(line, problem);
  return text;
}

/** Id, position and a hash of what decides whether an answer is right. */
function identity(
  place: Place,
  judged: unknown,
): { readonly id: string; readonly number: number; readonly hash: string } {
  const hash = createHash('sha256').update(JSON.stringify(judged)).digest('hex').slice(0, 12);
  return { id: `${place.slug}/${place.number}`, number: place.number, hash };
}
