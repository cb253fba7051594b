import { durationMs } from '../model/duration.ts';

/** One query of the page and how it is shown. Times are milliseconds. */
export type Panel = {
  readonly expr: string;
  readonly tab: 'table' | 'graph';
  /** How far a graph looks back. */
  readonly rangeMs: number;
  /** The moment of the table and the end of the graph; undefined is now. */
  readonly endMs: number | undefined;
  /** Undefined chooses one that fits the graph. */
  readonly stepMs: number | undefined;
  /** What was typed and cannot be read, in words. */
  readonly problems: readonly string[];
};

export const DEFAULT_RANGE_MS = 3_600_000;

/** More panels than this are not asked in one go. */
const MOST_PANELS = 12;

export const EMPTY_PANEL: Panel = {
  expr: '',
  tab: 'table',
  rangeMs: DEFAULT_RANGE_MS,
  endMs: undefined,
  stepMs: undefined,
  problems: [],
};

/**
 * The panels of an address in the form of Prometheus' own links: `g0.expr`, `g0.tab` (0 or graph, 1 or table),
 * `g0.range_input`, `g0.end_input` or `g0.moment_input` in UTC, `g0.step_input`; `g1.…` for the next. At least one.
 */
export function panelsOf(params: URLSearchParams): readonly Panel[] {
  const numbers = [...params.keys()].flatMap((name) => /^g(\d{1,4})\./.exec(name)?.[1] ?? []);
  const unique = [...new Set(numbers.map(Number))].sort((a, b) => a - b).slice(0, MOST_PANELS);
  return unique.length === 0 ? [EMPTY_PANEL] : unique.map((number) => panelOf(params, `g${number}.`));
}

function panelOf(params: URLSearchParams, prefix: string): Panel {
  const given = (name: string) => (params.get(prefix + name) ?? '').trim();
  const problems: string[] = [];
  const read = <T>(name: string, text: string, parse: (text: string) => T | undefined, form: string) => {
    if (text === '') return undefined;
    const value = parse(text);
    if (value === undefined) problems.push(`cannot read the ${name} "${text}": write ${form}`);
    return value;
  };
  const rangeMs = read('range', given('range_input'), positiveDuration, 'a duration such as 1h or 30m');
  const end = given('end_input') === '' ? given('moment_input') : given('end_input');
  const endMs = read('time', end, instant, 'a time such as 2026-01-31 12:00:00, in UTC');
  const step = given('step_input') === '' ? given('res_step') : given('step_input');
  const stepMs = read('step', step, positiveDuration, 'seconds or a duration such as 15s');
  const tab = given('tab');
  return {
    expr: params.get(`${prefix}expr`) ?? '',
    tab: tab === '0' || tab === 'graph' ? 'graph' : 'table',
    rangeMs: rangeMs ?? DEFAULT_RANGE_MS,
    endMs,
    stepMs,
    problems,
  };
}

function positiveDuration(text: string): number | undefined {
  const ms = /^\d{1,9}(\.\d+)?$/.test(text) ? Math.round(Number(text) * 1000) : durationMs(text);
  return ms !== undefined && ms > 0 && ms <= LONGEST_MS ? ms : undefined;
}

/** A hundred years. */
const LONGEST_MS = 100 * 365 * 86_400_000;

/** `2026-01-31 12:00:00`, the same with a T, without seconds or with a zone, or unix seconds. */
function instant(text: string): number | undefined {
  if (/^\d{1,11}(\.\d+)?$/.test(text)) return Math.round(Number(text) * 1000);
  const match = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d(?:\.\d{1,9})?)?)?(Z|[+-]\d\d:\d\d)?$/.exec(text);
  if (match === null) return undefined;
  const [, day = '', minute = '00:00', second = ':00', zone = 'Z'] = match;
  const ms = Date.parse(`${day}T${minute}${second}${zone}`);
  return Number.isNaN(ms) || !isDay(day) ? undefined : ms;
}

/** `Date.parse` takes 30 February for 2 March. */
function isDay(day: string): boolean {
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
}

/** The fields of a panel as they stand in an address; what has its default is left out. */
export function panelFields(panel: Panel, index: number): readonly (readonly [string, string])[] {
  const prefix = `g${index}.`;
  const fields: (readonly [string, string] | undefined)[] = [
    [`${prefix}expr`, panel.expr],
    [`${prefix}tab`, panel.tab === 'graph' ? '0' : '1'],
    [`${prefix}range_input`, rangeText(panel.rangeMs)],
    panel.endMs === undefined ? undefined : [`${prefix}end_input`, timeField(panel.endMs).replace('T', ' ')],
    panel.stepMs === undefined ? undefined : [`${prefix}step_input`, String(panel.stepMs / 1000)],
  ];
  return fields.filter((one) => one !== undefined);
}

/** The address of the page with these panels. */
export function pageUrl(panels: readonly Panel[]): string {
  return `/graph?${new URLSearchParams(panels.flatMap(panelFields).map(([name, value]): [string, string] => [name, value]))}`;
}

/** An instant as a date and time field of a form takes it, in UTC. */
export function timeField(ms: number): string {
  return new Date(Math.floor(ms / 1000) * 1000).toISOString().slice(0, 19);
}

/** A range in the largest unit that comes out even: 1h, 90m, 2d. */
export function rangeText(ms: number): string {
  for (const [unit, size] of UNITS) if (ms % size === 0) return `${ms / size}${unit}`;
  return `${ms}ms`;
}

const UNITS = [
  ['w', 604_800_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;
