import { diagnose } from '../../advise/diagnose.ts';
import type { Finding as Advice } from '../../advise/finding.ts';
import { shellWord } from '../../lib/shell-word.ts';
import { QueryError, UserError } from '../../model/errors.ts';
import { isEmptyResult, type QueryResult } from '../../model/query-result.ts';
import type { Source } from '../../source/source.ts';
import type { Check } from '../examine.ts';
import { fail, type Outcome, ok, skip, warn } from '../finding.ts';
import { byHand, startStack } from '../fix.ts';
import type { Patient } from '../patient.ts';
import { type Asked, absence, surroundings } from '../query-data.ts';
import { nameOf, sentenceOf } from '../words.ts';
import type { Question } from '../world.ts';
import { notAnswering } from './server.ts';

/** Why a query answers as it does, once the environment has been looked at: `why`, with what is wrong around it. */
export const QUERY_CHECKS: readonly Check<Patient>[] = [
  {
    id: 'query',
    title: 'Query',
    looksAt: 'the query of the command line, as `why` does, and what around it explains an empty answer',
    needs: ['prometheus'],
    run: query,
  },
];

async function query(patient: Patient, signal: AbortSignal): Promise<Outcome> {
  const { world, server } = patient;
  const { question } = world;
  if (question === undefined) return skip('No query was given.');
  const reach = await server.reach();
  const source = await server.source();
  if (reach.kind === 'nothing' && (await patient.startPhase()) === 'done') {
    return fail('query-unasked', 'Nothing runs that the query could be put to.', { fix: startStack });
  }
  if (source === undefined) return notAnswering(reach);
  const moment = await momentOf(patient, question);
  if (moment.kind === 'unknown') return moment.outcome;
  const { timeMs, live } = moment;
  const outcome = await outcomeOf(source, question.query, timeMs, signal);
  const [advice] = await diagnose(
    { query: question.query, source, timeMs, outcome, live, clockMs: world.now(), signal },
    { voices: ['first', 'empty', 'asked'], most: 1 },
  );
  if ('error' in outcome) {
    const { message } = outcome.error;
    if (advice === undefined) return fail('query-refused', sentenceOf(message), { evidence: [question.query] });
    return fail('query-refused', plain(advice.sentence), { ...told(patient, advice), evidence: [message] });
  }
  if (isEmptyResult(outcome.result.data)) return emptied(patient, { source, question, timeMs, live, signal }, advice);
  if (advice !== undefined) {
    const explainedBy = AROUND.includes(advice.id) ? await brokenAround(patient) : [];
    return warn('query-advice', plain(advice.sentence), { ...told(patient, advice), explainedBy });
  }
  return ok('The query answers, and none of the known mistakes is proved by its data.', {
    evidence: [question.query],
  });
}

/** Ids of findings that are told by a check of their own. */
async function brokenAround({ server }: Patient): Promise<readonly string[]> {
  const list = await server.targets();
  const down = list.kind === 'listed' ? list.targets.filter(({ health }) => health === 'down') : [];
  return ['clock', ...down.map(({ labels }) => `targets/${nameOf(labels)}`)];
}

type Moment =
  | { readonly kind: 'known'; readonly timeMs: number; readonly live: boolean }
  | { readonly kind: 'unknown'; readonly outcome: Outcome };

async function momentOf({ world, server, state }: Patient, question: Question): Promise<Moment> {
  const stack = (await server.choice()).from === 'stack' ? await state() : undefined;
  try {
    const timeMs = question.timeMs(stack?.scenario);
    return { kind: 'known', timeMs: timeMs ?? world.now(), live: timeMs === undefined };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { message, hint } = error;
    return { kind: 'unknown', outcome: fail('query-unasked', sentenceOf(message), { advice: hint }) };
  }
}

type Answer = { readonly result: QueryResult } | { readonly error: QueryError };

async function outcomeOf(source: Source, text: string, timeMs: number, signal: AbortSignal): Promise<Answer> {
  try {
    return { result: await source.instant(text, { timeMs, signal }) };
  } catch (error) {
    if (error instanceof QueryError) return { error };
    throw error;
  }
}

/** Hints that are about what is around a query, not about its text. */
const AROUND: readonly Advice['id'][] = ['M28', 'M30', 'M31', 'M35', 'M40'];

/** Nothing came: what the data say of it, and the findings that explain it. */
async function emptied(patient: Patient, asked: Asked, advice: Advice | undefined): Promise<Outcome> {
  const named = advice?.fix !== undefined && !AROUND.includes(advice.id);
  const [missing, explainedBy] = await Promise.all([
    // Not every server has lists of series and targets; what it does not tell explains nothing.
    absence(asked).catch(() => undefined),
    surroundings(patient, asked, named).catch(() => []),
  ]);
  if (missing?.kind === 'not-emitted') {
    const { metric, help } = missing;
    return warn('query-not-emitted', `The program declares ${metric}, but has not shown a value of it yet.`, {
      evidence: [`metadata of ${metric}: ${help}`, 'no series of it, at any time'],
      advice: 'Series of many metrics appear with their first event: use the program once, and wait for a scrape.',
      explainedBy,
    });
  }
  if (missing?.kind === 'outside') {
    const { metric, sentence, evidence } = missing;
    return warn('query-outside-data', `${metric} has data, but not at that time: ${sentence}.`, {
      evidence,
      advice: 'Ask for another time with --time, or for a longer window.',
      explainedBy,
    });
  }
  if (advice !== undefined)
    return warn('query-empty', plain(advice.sentence), { ...told(patient, advice), explainedBy });
  return warn('query-empty', 'The query gives nothing, and no single cause is certain.', {
    evidence: [asked.question.query],
    advice: 'Look at its parts one by one with: prom-tutor explain',
    explainedBy,
  });
}

/** What it stands on, and the corrected query as a command. */
function told({ world }: Patient, { facts = [], evidence, fix }: Advice): Pick<Outcome, 'evidence' | 'fix' | 'advice'> {
  const asked = evidence.map(
    ({ query: text, rows }) => `${text} gives ${rows.length === 0 ? 'nothing' : counted(rows.length)}`,
  );
  const server = world.server === undefined ? '' : ` --server ${shellWord(world.server)}`;
  return {
    evidence: [...facts, ...asked],
    ...(fix === undefined
      ? {}
      : { fix: byHand(`prom-tutor query ${shellWord(fix.query)}${server}`), ...adviceOf(fix.text) }),
  };
}

/** What to do, unless it only announces the corrected query, which stands there as a command. */
function adviceOf(text: string): { readonly advice?: string } {
  return /:$/.test(text) ? {} : { advice: plain(text) };
}

function counted(rows: number): string {
  return rows === 1 ? '1 row' : `${rows} rows`;
}

/** Sentences of hints are Markdown; here they stand as plain text. */
function plain(markdown: string): string {
  return markdown.replaceAll('`', '');
}
