import { createHash } from 'node:crypto';
import { CHECKPOINT_NAMES } from '../model/scenario.ts';
import type {
  AnsweredByQuery,
  Choice,
  Constraint,
  Detected,
  ErrorExercise,
  FixExercise,
  NumberExercise,
  QueryExercise,
  Recognised,
  ReportExercise,
  RubricLine,
} from './lesson.ts';
import { demoIn, optionsOf } from './parse-show.ts';
import { needProse, neighbourOf, prose, proseList } from './parse-texts.ts';
import type { Fields, Report } from './yaml-fields.ts';

/** Where an exercise stands: the lesson's slug, the position among its exercises, and the line its block begins at. */
export type Place = { readonly slug: string; readonly number: number; readonly line: number };

const QUERY_KEYS = [
  'task',
  'at',
  'reference',
  'accept',
  'acceptWithNote',
  'compare',
  'nan',
  'window',
  'constraints',
  'misconceptions',
  'equivalents',
  'hints',
  'why',
  'neighbour',
] as const;

/** The keys of everything that is judged. */
export const EXERCISE_KEYS = {
  choice: ['task', 'options', 'hints'],
  error: ['query', 'task', 'options', 'fixed', 'hints'],
  query: QUERY_KEYS,
  fix: [...QUERY_KEYS, 'broken'],
  number: ['task', 'at', 'show', 'query', 'unit', 'tolerance', 'misconceptions', 'hints', 'why'],
  report: ['task', 'at', 'rubric', 'example', 'hints', 'why'],
} as const;

export function choiceOf(fields: Fields, place: Place, report: Report): Choice {
  const { task, options, several, hints } = pickOf('choice', fields, report);
  const judged = ['choice', task, options.map(({ text, right }) => [text, right])];
  return { kind: 'choice', line: place.line, ...identity(place, judged), task, options, several, hints };
}

export function errorOf(fields: Fields, place: Place, report: Report): ErrorExercise {
  const { task, options, several, hints } = pickOf('error', fields, report);
  const query = fields.needText('query');
  const fixed = fields.needText('fixed');
  const judged = ['error', task, query, options.map(({ text, right }) => [text, right])];
  return { kind: 'error', line: place.line, ...identity(place, judged), task, query, options, several, fixed, hints };
}

function pickOf(kind: string, fields: Fields, report: Report): Pick<Choice, 'task' | 'options' | 'several' | 'hints'> {
  const options = optionsOf(fields, report);
  return {
    task: needProse(fields, 'task', report),
    options,
    several: options.filter(({ right }) => right).length > 1,
    hints: upToFour(kind, fields, report),
  };
}

export function queryOf(fields: Fields, place: Place, report: Report): QueryExercise {
  const { judged, ...task } = queryTaskOf('query', fields, report);
  return { kind: 'query', line: place.line, ...identity(place, ['query', ...judged]), ...task };
}

export function fixOf(fields: Fields, place: Place, report: Report): FixExercise {
  const { judged, ...task } = queryTaskOf('fix', fields, report);
  const broken = fields.needText('broken');
  return { kind: 'fix', line: place.line, ...identity(place, ['fix', broken, ...judged]), broken, ...task };
}

/** `judged`: what decides whether an answer is right. */
function queryTaskOf(
  kind: string,
  fields: Fields,
  report: Report,
): Omit<AnsweredByQuery, 'kind' | 'line' | 'id' | 'number' | 'hash' | 'broken'> & {
  readonly judged: readonly unknown[];
} {
  const task = needProse(fields, 'task', report);
  const reference = fields.needText('reference');
  const accept = fields.texts('accept');
  const compare = fields.oneOf('compare', ['values', 'labels', 'order']) ?? 'values';
  const nan = fields.oneOf('nan', ['ignore', 'strict']) ?? 'ignore';
  const window = fields.oneOf('window', ['fixed', 'free']) ?? 'fixed';
  const constraints = constraintsOf(fields, report);
  const neighbour = fields.child('neighbour', ['query', 'text']);
  return {
    judged: [task, reference, accept, compare, nan, window, ...(constraints.length === 0 ? [] : [constraints])],
    task,
    at: fields.oneOf('at', CHECKPOINT_NAMES) ?? 'quiet',
    reference,
    accept,
    acceptWithNote: fields.children('acceptWithNote', RECOGNISED_KEYS).map((item) => recognisedOf(item, report)),
    compare,
    nan,
    window,
    constraints,
    ...wrongAnswers(fields, report),
    equivalents: fields
      .children('equivalents', ['query', 'reason'])
      .map((item) => ({ query: item.needText('query'), reason: item.needText('reason') })),
    hints: fourHints(kind, fields, report),
    why: needProse(fields, 'why', report),
    ...(neighbour === undefined ? {} : { neighbour: neighbourOf(neighbour, report) }),
  };
}

const RECOGNISED_KEYS = ['query', 'pattern', 'message'];

/** Misconceptions with words of their own, and those whose words come from the table of detectors. */
function wrongAnswers(
  fields: Fields,
  report: Report,
): { readonly misconceptions: readonly Recognised[]; readonly detected: readonly Detected[] } {
  const items = fields.children('misconceptions', [...RECOGNISED_KEYS, 'detector']);
  return {
    misconceptions: items.filter((item) => !item.has('detector')).map((item) => recognisedOf(item, report)),
    detected: items.filter((item) => item.has('detector')).map((item) => detectedOf(item, report)),
  };
}

function recognisedOf(item: Fields, report: Report): Recognised {
  const pattern = item.text('pattern');
  if (pattern !== undefined && !isPattern(pattern)) report(item.lineOf('pattern'), `"${pattern}" is not a pattern`);
  return {
    query: item.needText('query'),
    message: needProse(item, 'message', report),
    ...(pattern === undefined || !isPattern(pattern) ? {} : { pattern }),
  };
}

function detectedOf(item: Fields, report: Report): Detected {
  const detector = item.needText('detector');
  if (!/^M\d\d$/.test(detector)) report(item.lineOf('detector'), `"${detector}" is not a detector: M01, M02 …`);
  for (const key of ['message', 'pattern'])
    if (item.has(key)) report(item.lineOf(key), `a detector has its own words: no "${key}" beside "detector"`);
  return { detector, query: item.needText('query') };
}

function constraintsOf(fields: Fields, report: Report): readonly Constraint[] {
  return fields.texts('constraints').flatMap((text) => {
    const [, kind, name] = /^(uses|not):\s*(\S+)$/.exec(text) ?? [];
    if ((kind === 'uses' || kind === 'not') && name !== undefined) return [{ kind, name }];
    report(fields.lineOf('constraints'), `"${text}" is no constraint: uses:NAME or not:NAME`);
    return [];
  });
}

export function numberOf(fields: Fields, place: Place, report: Report): NumberExercise | undefined {
  const at = fields.oneOf('at', CHECKPOINT_NAMES) ?? 'quiet';
  const show = demoIn('number', fields, 'show', report, at);
  const task = needProse(fields, 'task', report);
  const query = fields.needText('query');
  const tolerance = fields.tolerance('tolerance') ?? DEFAULT_TOLERANCE;
  const hints = fourHints('number', fields, report);
  const misconceptions = fields
    .children('misconceptions', ['query', 'message'])
    .map((item) => recognisedOf(item, report));
  const why = needProse(fields, 'why', report);
  if (show === undefined) return undefined;
  if (show.show.live) report(fields.lineOf('show'), 'number: a number that is judged is not live');
  return {
    kind: 'number',
    line: place.line,
    ...identity(place, ['number', task, at, query, tolerance]),
    task,
    at,
    show,
    query,
    unit: fields.text('unit') ?? '',
    tolerance,
    misconceptions,
    hints,
    why,
  };
}

const DEFAULT_TOLERANCE = 0.02;

export function reportOf(fields: Fields, place: Place, report: Report): ReportExercise {
  const task = needProse(fields, 'task', report);
  const rubric = fields.children('rubric', RUBRIC_KEYS).flatMap((item) => rubricLine(item, report) ?? []);
  if (!fields.has('rubric')) report(fields.line, 'report: "rubric" is missing');
  else if (rubric.length === 0) report(fields.lineOf('rubric'), 'report: "rubric" is empty');
  return {
    kind: 'report',
    line: place.line,
    ...identity(place, ['report', task, rubric]),
    task,
    at: fields.oneOf('at', CHECKPOINT_NAMES) ?? 'quiet',
    rubric,
    example: needProse(fields, 'example', report),
    hints: upToFour('report', fields, report),
    why: prose(fields, 'why', report),
  };
}

const RUBRIC_KEYS = ['any', 'time', 'within', 'value', 'tolerance', 'missing'];

function rubricLine(item: Fields, report: Report): RubricLine | undefined {
  const missing = needProse(item, 'missing', report);
  const kinds = (['any', 'time', 'value'] as const).filter((key) => item.has(key));
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1) {
    report(item.line, 'a line of the rubric has one of "any", "time" and "value"');
    return undefined;
  }
  if (kind === 'time') {
    return { kind, query: item.needText('time'), withinMs: item.durationMs('within') ?? DEFAULT_TIME_MS, missing };
  }
  if (kind === 'value') {
    return { kind, query: item.needText('value'), tolerance: item.tolerance('tolerance') ?? 0.2, missing };
  }
  const any = item.texts('any');
  for (const pattern of any) if (!isPattern(pattern)) report(item.lineOf('any'), `"${pattern}" is not a pattern`);
  return { kind: 'words', any: any.filter(isPattern), missing };
}

const DEFAULT_TIME_MS = 60_000;

function fourHints(kind: string, fields: Fields, report: Report): readonly string[] {
  const hints = proseList(fields, 'hints', report);
  if (hints.length !== 4) report(fields.lineOf('hints'), `${kind}: 4 hints are needed, here are ${hints.length}`);
  return hints;
}

function upToFour(kind: string, fields: Fields, report: Report): readonly string[] {
  const hints = proseList(fields, 'hints', report);
  if (hints.length > 4) report(fields.lineOf('hints'), `${kind}: at most 4 hints`);
  return hints;
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}

/** Id, position and a hash of what decides whether an answer is right. */
function identity(
  place: Place,
  judged: unknown,
): { readonly id: string; readonly number: number; readonly hash: string } {
  const hash = createHash('sha256').update(JSON.stringify(judged)).digest('hex').slice(0, 12);
  return { id: `${place.slug}/${place.number}`, number: place.number, hash };
}
