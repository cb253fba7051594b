import { nearest } from '../lib/nearest.ts';
import { FAULT_NAMES } from '../model/fault.ts';
import { CHECKPOINT_NAMES, type CheckpointName } from '../model/scenario.ts';
import { type Act, type Demo, type Option, PICTURES, type Picture, type Predict, type Show } from './lesson.ts';
import { needProse, prose } from './parse-texts.ts';
import type { Fields, Report } from './yaml-fields.ts';

/** The keys of everything that is shown or done and not judged. */
export const SHOW_KEYS = {
  demo: ['query', 'view', 'at', 'live', 'range', 'step', 'mark', 'empty', 'fails', 'before', 'after'],
  predict: ['question', 'options', 'demo'],
  picture: ['of', 'query', 'at', 'range', 'before', 'after'],
  act: ['task', 'do', 'expect', 'absent', 'within', 'meanwhile', 'after', 'undo', 'instead'],
} as const;

/** `at`: the moment it looks at unless it names one. */
export function demoOf(fields: Fields, report: Report, at: CheckpointName = 'quiet'): Demo {
  return {
    kind: 'demo',
    line: fields.line,
    query: fields.needText('query'),
    show: showOf(fields, report, at),
    ...(fields.flag('empty') === true ? { empty: true } : {}),
    ...(fields.flag('fails') === true ? { fails: true } : {}),
    before: prose(fields, 'before', report),
    after: prose(fields, 'after', report),
  };
}

/** A demo that stands under a key of another block; reports when it is missing. */
export function demoIn(
  kind: string,
  fields: Fields,
  key: string,
  report: Report,
  at?: CheckpointName,
): Demo | undefined {
  const demo = fields.child(key, SHOW_KEYS.demo);
  if (demo === undefined && !fields.has(key)) report(fields.line, `${kind}: "${key}" is missing`);
  return demo === undefined ? undefined : demoOf(demo, report, at);
}

export function predictOf(fields: Fields, line: number, report: Report): Predict | undefined {
  const demo = demoIn('predict', fields, 'demo', report);
  if (demo === undefined) return undefined;
  return {
    kind: 'predict',
    line,
    question: needProse(fields, 'question', report),
    options: optionsOf(fields, report),
    demo,
  };
}

export function optionsOf(fields: Fields, report: Report): readonly Option[] {
  const options = fields.children('options', OPTION_KEYS).map((option, index) => ({
    key: String.fromCharCode(97 + index),
    text: needProse(option, 'text', report),
    right: option.flag('right') ?? false,
    feedback: needProse(option, 'feedback', report),
  }));
  const line = fields.lineOf('options');
  if (!fields.has('options')) report(line, '"options" is missing');
  else if (options.length < 2 || options.length > 9) report(line, '"options" needs two to nine items');
  else if (!options.some(({ right }) => right)) report(line, 'no option is right; add "right: true" to one');
  return options;
}

export function pictureOf(fields: Fields, line: number, report: Report): Picture {
  const rangeMs = fields.durationMs('range');
  if (!fields.has('of')) report(line, 'picture: "of" is missing');
  return {
    kind: 'picture',
    line,
    of: fields.oneOf('of', PICTURES) ?? 'window',
    query: fields.needText('query'),
    at: fields.oneOf('at', CHECKPOINT_NAMES) ?? 'quiet',
    ...(rangeMs === undefined ? {} : { rangeMs }),
    before: prose(fields, 'before', report),
    after: prose(fields, 'after', report),
  };
}

export function actOf(fields: Fields, line: number, report: Report): Act | undefined {
  const instead = demoIn('act', fields, 'instead', report);
  if (instead?.show.live === true) report(fields.lineOf('instead'), '"instead" is for those without a stack: not live');
  const actions = fields.texts('do').map((text) => text.replace(/^fault\s+/, '').trim());
  for (const words of actions) checkAction(words, fields.lineOf('do'), report);
  if (actions.length === 0) report(fields.lineOf('do'), 'act: "do" is missing: names of `fault list`, or clear');
  if (instead === undefined) return undefined;
  return {
    kind: 'act',
    line,
    task: needProse(fields, 'task', report),
    actions,
    expect: fields.needText('expect'),
    absent: fields.flag('absent') ?? false,
    withinMs: fields.durationMs('within') ?? DEFAULT_WITHIN_MS,
    meanwhile: prose(fields, 'meanwhile', report),
    after: prose(fields, 'after', report),
    undo: fields.flag('undo') ?? true,
    instead,
  };
}

function checkAction(words: string, line: number, report: Report): void {
  const [name = ''] = words.split(/\s+/);
  if (name === 'clear' || FAULT_NAMES.some((known) => known === name)) return;
  const [meant] = nearest(name, FAULT_NAMES, 1);
  report(
    line,
    `act: "${name}" is no fault; ${meant === undefined ? `known are ${FAULT_NAMES.join(', ')}` : `did you mean "${meant}"?`}`,
  );
}

const OPTION_KEYS = ['text', 'right', 'feedback'];
const DEFAULT_STEP_MS = 15_000;
const DEFAULT_WITHIN_MS = 90_000;

function showOf(fields: Fields, report: Report, at: CheckpointName): Show {
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
    at: fields.oneOf('at', CHECKPOINT_NAMES) ?? at,
    live: fields.flag('live') ?? false,
    rangeMs: graph ? (range ?? 0) : 0,
    stepMs: graph ? (step ?? DEFAULT_STEP_MS) : 0,
    ...(mark === undefined ? {} : { mark }),
  };
}
