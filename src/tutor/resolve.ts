import { isHistogram, type QueryData } from '../model/query-result.ts';
import { type Asker, askerOf } from './ask.ts';
import { type Ground, momentAt } from './ground.ts';
import { type Interpolation, parseText, type ValueFormat } from './interpolation.ts';
import type {
  AnsweredByPick,
  AnsweredByQuery,
  Demo,
  Neighbour,
  Option,
  Recognised,
  Text,
  Unit,
  UnitKind,
} from './lesson.ts';

/** What stands in prose where the data gave no value, such as on a server without the demo service. */
export const NO_VALUE = '(no data)';

/** A text with its numbers put in. `problems` says, in words, which of them could not be had. */
export type ResolvedText = { readonly text: string; readonly problems: readonly string[] };

/** Puts real values in the place of `{{ … }}`. Never throws for a query that fails: then the text says so in its place. */
export async function resolveText(text: Text, ground: Ground, asker: Asker = askerOf(ground)): Promise<ResolvedText> {
  const values = await Promise.all(
    parseText(text).parts.map(async (part) =>
      typeof part === 'string' ? { text: part } : interpolate(part, ground, asker),
    ),
  );
  return {
    text: values.map((value) => value.text).join(''),
    problems: values.flatMap((value) => ('problem' in value && value.problem !== undefined ? [value.problem] : [])),
  };
}

/** The unit as it is shown: every text of it resolved. */
export async function resolveUnit<U extends Unit>(unit: U, ground: Ground): Promise<U> {
  const asker = askerOf(ground);
  return mapTexts(unit, async (text) => (await resolveText(text, ground, asker)).text);
}

type Change = (text: Text) => Promise<Text>;

/** Applies a change to every text of a unit: what is prose in it, never its queries. */
export async function mapTexts<U extends Unit>(unit: U, change: Change): Promise<U> {
  const map = TEXTS[unit.kind] as (unit: Unit, change: Change) => Promise<Unit>;
  return (await map(unit, change)) as U;
}

const TEXTS: { readonly [K in UnitKind]: (unit: Extract<Unit, { kind: K }>, change: Change) => Promise<Unit> } = {
  read: async (unit, change) => ({ ...unit, text: await change(unit.text) }),
  demo: mapDemo,
  predict: async (unit, change) => ({
    ...unit,
    question: await change(unit.question),
    options: await mapOptions(unit.options, change),
    demo: await mapDemo(unit.demo, change),
  }),
  picture: async (unit, change) => ({ ...unit, before: await change(unit.before), after: await change(unit.after) }),
  act: async (unit, change) => ({
    ...unit,
    task: await change(unit.task),
    meanwhile: await change(unit.meanwhile),
    after: await change(unit.after),
    instead: await mapDemo(unit.instead, change),
  }),
  choice: mapPick,
  error: mapPick,
  query: mapQuery,
  fix: mapQuery,
  number: async (unit, change) => ({
    ...unit,
    task: await change(unit.task),
    show: await mapDemo(unit.show, change),
    misconceptions: await mapRecognised(unit.misconceptions, change),
    hints: await mapAll(unit.hints, change),
    why: await change(unit.why),
  }),
  report: async (unit, change) => ({
    ...unit,
    task: await change(unit.task),
    rubric: await Promise.all(unit.rubric.map(async (line) => ({ ...line, missing: await change(line.missing) }))),
    example: await change(unit.example),
    hints: await mapAll(unit.hints, change),
    why: await change(unit.why),
  }),
};

async function mapPick<U extends AnsweredByPick>(unit: U, change: Change): Promise<U> {
  return {
    ...unit,
    task: await change(unit.task),
    options: await mapOptions(unit.options, change),
    hints: await mapAll(unit.hints, change),
  };
}

async function mapQuery<U extends AnsweredByQuery>(unit: U, change: Change): Promise<U> {
  const { neighbour } = unit;
  return {
    ...unit,
    task: await change(unit.task),
    acceptWithNote: await mapRecognised(unit.acceptWithNote, change),
    misconceptions: await mapRecognised(unit.misconceptions, change),
    hints: await mapAll(unit.hints, change),
    why: await change(unit.why),
    ...(neighbour === undefined ? {} : { neighbour: await mapNeighbour(neighbour, change) }),
  };
}

function mapAll(texts: readonly Text[], change: Change): Promise<readonly Text[]> {
  return Promise.all(texts.map(change));
}

async function mapDemo(demo: Demo, change: Change): Promise<Demo> {
  return { ...demo, before: await change(demo.before), after: await change(demo.after) };
}

function mapOptions(options: readonly Option[], change: Change): Promise<readonly Option[]> {
  return Promise.all(
    options.map(async (option) => ({
      ...option,
      text: await change(option.text),
      feedback: await change(option.feedback),
    })),
  );
}

function mapRecognised(items: readonly Recognised[], change: Change): Promise<readonly Recognised[]> {
  return Promise.all(items.map(async (item) => ({ ...item, message: await change(item.message) })));
}

async function mapNeighbour(neighbour: Neighbour, change: Change): Promise<Neighbour> {
  return { ...neighbour, text: await change(neighbour.text) };
}

async function interpolate(
  { query, at, format }: Interpolation,
  ground: Ground,
  asker: Asker,
): Promise<{ readonly text: string; readonly problem?: string }> {
  const outcome = await asker.at(query, momentAt(ground, at));
  const failed = (why: string) => ({ text: NO_VALUE, problem: `{{ ${query} @ ${at} }}: ${why}` });
  if (outcome.kind === 'error') return failed(outcome.error.message);
  const text = format.kind === 'rows' ? rowCount(outcome.result.data) : formatted(outcome.result.data, format);
  return text === undefined ? failed(`the result is not what "${format.kind}" needs`) : { text };
}

function rowCount(data: QueryData): string | undefined {
  if (data.kind === 'vector') return String(data.samples.length);
  return data.kind === 'matrix' ? String(data.series.length) : undefined;
}

function formatted(data: QueryData, format: Exclude<ValueFormat, { kind: 'rows' }>): string | undefined {
  if (format.kind === 'label') {
    if (data.kind !== 'vector') return undefined;
    const values = data.samples.flatMap(({ labels }) => labels[format.name] ?? []);
    return values.length === 0 ? undefined : [...new Set(values)].sort().join(', ');
  }
  const value = singleValue(data);
  if (value === undefined) return undefined;
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  return format.kind === 'percent' ? `${fixed(value * 100, format.digits)} %` : fixed(value, format.digits);
}

function singleValue(data: QueryData): number | undefined {
  if (data.kind === 'scalar') return data.value;
  if (data.kind !== 'vector' || data.samples.length !== 1) return undefined;
  const value = data.samples[0]?.value;
  return value === undefined || isHistogram(value) ? undefined : value;
}

/** Fixed decimals without a minus before zero. */
function fixed(value: number, digits: number): string {
  return value.toFixed(digits).replace(/^-(0(?:\.0+)?)$/, '$1');
}
