import { isDetectorId } from '../advise/detectors.ts';
import { diagnose } from '../advise/diagnose.ts';
import type { Evidence, Finding, Task } from '../advise/finding.ts';
import { labelText, valueText } from '../advise/words.ts';
import { SCRAPE_INTERVAL_MS } from '../model/scenario.ts';
import { parse } from '../promql/parse.ts';
import type { Asker, Outcome } from './ask.ts';
import type { Comparison } from './compare.ts';
import type { Ground, Moment } from './ground.ts';
import type { AnsweredByQuery } from './lesson.ts';
import { normalised } from './recognise.ts';
import type { Feedback, FeedbackKind } from './verdict.ts';

/** An answer and the reference at every moment of the ground, as far as they could be compared. */
export type Given = {
  readonly answer: string;
  /** The moment the answer is explained at: where it differs or fails. */
  readonly moment: Moment;
  readonly outcome: Outcome;
  readonly compared: readonly {
    readonly moment: Moment;
    readonly comparison: Comparison;
    readonly answer: Outcome;
    readonly reference: Outcome;
  }[];
};

/**
 * What the table of detectors finds in a wrong answer, the surest first; undefined when no detector has a proof. Where
 * the lesson names the detector for this very answer, that one speaks.
 */
export async function explainWrong(
  exercise: AnsweredByQuery,
  given: Given,
  ground: Ground,
  asker: Asker,
): Promise<Finding | undefined> {
  const named = exercise.detected.find(({ query }) => normalised(query) === normalised(given.answer))?.detector;
  const { moment, outcome } = given;
  const times = ground.moments.map(({ ms }) => ms);
  const question = {
    query: given.answer,
    source: ground.source,
    timeMs: moment.ms,
    outcome: outcome.kind === 'ok' ? { result: outcome.result } : { error: outcome.error },
    task: taskOf(exercise, given),
    span: { startMs: Math.min(...times) - 300_000, endMs: Math.max(...times) },
    ...(ground.kind === 'scenario' ? { intervalMs: SCRAPE_INTERVAL_MS } : { live: moment.name === 'now' }),
    instant: async (query: string, ms: number) => {
      const got = await asker.at(query, { ...moment, ms });
      if (got.kind === 'error') throw got.error;
      return got.result;
    },
    ...(ground.signal === undefined ? {} : { signal: ground.signal }),
  };
  const [found] =
    named !== undefined && isDetectorId(named)
      ? await diagnose(question, { only: [named], voices: ['first', 'empty', 'asked'], most: 1 })
      : await diagnose(question, { voices: ['first', 'empty'], most: 1 });
  return found;
}

function taskOf({ reference }: AnsweredByQuery, { compared }: Given): Task {
  const parsed = parse(reference);
  return {
    reference,
    expr: parsed.kind === 'ok' ? parsed.expr : undefined,
    compared: compared.flatMap(({ moment, comparison, answer, reference: wanted }) =>
      answer.kind === 'ok' && wanted.kind === 'ok'
        ? [
            {
              timeMs: moment.ms,
              equal: comparison.kind === 'equal',
              answer: answer.result.data,
              reference: wanted.result.data,
              pairs: comparison.kind === 'values' ? comparison.pairs : undefined,
            },
          ]
        : [],
    ),
  };
}

/** A finding as it is shown. A correction gives the solution away, so it is only there when Prometheus refused the text. */
export function feedbackOf(
  finding: Finding,
  answer: string,
  { lead = '', empty = false }: { readonly lead?: string; readonly empty?: boolean } = {},
): Feedback {
  const refused = finding.fix !== undefined && parse(answer).kind === 'error';
  return {
    kind: kindOf(finding, empty),
    message: `${lead}${finding.sentence}`,
    evidence: [...finding.evidence.flatMap((item) => evidenceLines(item, answer)), ...(finding.facts ?? [])],
    detector: finding.id,
    ...(refused && finding.fix !== undefined ? { fix: finding.fix.query } : {}),
  };
}

const SYNTAX = ['M04', 'M24', 'M27'];

function kindOf({ id, voice }: Finding, empty: boolean): FeedbackKind {
  if (id === 'M34') return 'unit';
  if (SYNTAX.includes(id)) return 'syntax';
  return empty || voice === 'empty' ? 'empty' : 'detected';
}

/** Each number with the query it comes from, so that anybody can ask again; rows of the answer itself go without. */
function evidenceLines({ query, rows }: Evidence, answer: string): readonly string[] {
  const [first] = rows;
  if (first !== undefined && rows.length === 1 && Object.keys(first.labels).length === 0) {
    return query === answer ? [`yours = ${valueText(first.value)}`] : [`${query} = ${valueText(first.value)}`];
  }
  const lines = rows.map(({ labels, value }) => `${labelText(labels)}  ${valueText(value)}`);
  return query === answer ? lines : [`${query}:`, ...lines];
}
