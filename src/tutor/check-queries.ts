import { pictureOf } from '../advise/picture.ts';
import { QueryError, UnavailableError, UserError } from '../model/errors.ts';
import { isEmptyResult } from '../model/query-result.ts';
import { type Asker, askerOf } from './ask.ts';
import type { Find } from './check-lessons.ts';
import { type Ground, momentAt } from './ground.ts';
import { answeredByQuery, type Demo, type Lesson, type Neighbour, type Picture, type Unit } from './lesson.ts';

/** Runs everything a lesson shows: demos must return something, neighbour queries and PromQL in prose must at least run. */
export async function checkQueries(lesson: Lesson, ground: Ground, find: Find): Promise<number> {
  const asker = askerOf(ground);
  const demos = lesson.units.flatMap(demosOf);
  for (const demo of demos) await checkDemo(demo, ground, find);
  const others = [...lesson.neighbours.map((item) => ({ item, line: 1 })), ...lesson.units.flatMap(neighboursOf)];
  for (const { item, line } of others) await checkRuns(item.query, line, ground, asker, find);
  const inProse = lesson.units.flatMap(queriesInProse);
  for (const { query, line } of inProse) await checkRuns(query, line, ground, asker, find);
  for (const query of lesson.sources) await checkSource(query, asker, find);
  const pictures = lesson.units.filter((unit) => unit.kind === 'picture');
  for (const picture of pictures) await checkPicture(picture, ground, find);
  const acts = lesson.units.filter((unit) => unit.kind === 'act');
  for (const { expect, line } of acts) await checkRuns(expect, line, ground, asker, find);
  return demos.length + others.length + inProse.length + lesson.sources.length + pictures.length + acts.length;
}

/** What a lesson stands on is there at some moment. */
async function checkSource(query: string, asker: Asker, find: Find): Promise<void> {
  const outcomes = await asker.everywhere(query);
  const failed = outcomes.find((outcome) => outcome.kind === 'error');
  if (failed !== undefined) find(1, `the source \`${query}\` fails: ${failed.error.message}`);
  else if (outcomes.every((outcome) => outcome.kind === 'ok' && isEmptyResult(outcome.result.data))) {
    find(1, `the source \`${query}\` returns nothing at any moment`);
  }
}

async function checkPicture(picture: Picture, ground: Ground, find: Find): Promise<void> {
  try {
    await pictureOf(picture, ground.source, momentAt(ground, picture.at).ms, ground.signal);
  } catch (error) {
    if (!(error instanceof UserError) || error instanceof UnavailableError) throw error;
    find(picture.line, `the picture of \`${picture.query}\` cannot be drawn: ${error.message}`);
  }
}

async function checkDemo({ query, show, line, empty, fails }: Demo, ground: Ground, find: Find): Promise<void> {
  const endMs = momentAt(ground, show.at).ms;
  const signal = ground.signal === undefined ? {} : { signal: ground.signal };
  try {
    const { data } =
      show.view === 'graph'
        ? await ground.source.range(query, { startMs: endMs - show.rangeMs, endMs, stepMs: show.stepMs, ...signal })
        : await ground.source.instant(query, { timeMs: endMs, ...signal });
    if (fails) find(line, `the demo \`${query}\` is said to fail and returns something at ${show.at}`);
    if (fails || isEmptyResult(data) === (empty === true)) return;
    if (empty) find(line, `the demo \`${query}\` is said to be empty and returns rows at ${show.at}`);
    else find(line, `the demo \`${query}\` returns nothing at ${show.at}; "empty: true" says that it is meant so`);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    if (!fails) find(line, `the demo \`${query}\` fails: ${error.message}; "fails: true" says that it is meant so`);
  }
}

async function checkRuns(query: string, line: number, ground: Ground, asker: Asker, find: Find): Promise<void> {
  const outcome = await asker.at(query, momentAt(ground, 'quiet'));
  if (outcome.kind === 'error') find(line, `the query \`${query}\` fails: ${outcome.error.message}`);
}

function demosOf(unit: Unit): readonly Demo[] {
  if (unit.kind === 'demo') return [unit];
  if (unit.kind === 'predict') return [unit.demo];
  if (unit.kind === 'number') return [unit.show];
  return unit.kind === 'act' ? [unit.instead] : [];
}

function neighboursOf(unit: Unit): readonly { readonly item: Neighbour; readonly line: number }[] {
  return answeredByQuery(unit) && unit.neighbour !== undefined ? [{ item: unit.neighbour, line: unit.line }] : [];
}

/** Fenced blocks of the kind `promql` in prose; every line that is not indented begins a query of its own. */
function queriesInProse(unit: Unit): readonly { readonly query: string; readonly line: number }[] {
  if (unit.kind !== 'read') return [];
  return [...unit.text.matchAll(/^```promql\n(.*?)^```$/gms)].flatMap(([, body = '']) =>
    body
      .split(/\n(?=\S)/)
      .filter((query) => query.trim() !== '')
      .map((query) => ({ query: query.trim(), line: unit.line })),
  );
}
