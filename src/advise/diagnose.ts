import { isEmptyResult } from '../model/query-result.ts';
import { type AdviceQuestion, adviceContext } from './context.ts';
import type { Culprit } from './culprit.ts';
import { DETECTORS } from './detectors.ts';
import type { AdviceContext, Detector, DetectorId, Finding, Found, Layer, Voice } from './finding.ts';
import { labelText, valueText } from './words.ts';

export type DiagnoseOptions = {
  /** Which findings may speak; without `asked` only those that are mistakes whatever was meant. */
  readonly voices?: readonly Voice[];
  /** How many findings are enough. */
  readonly most?: number;
  /** Only these rows of the table. */
  readonly only?: readonly DetectorId[];
};

/**
 * Asks the detectors about one query, in the order in which their findings are to be said. A finding that the reference
 * of the task brings, too, is not what is wrong and stays unsaid; a fix that does not run or changes nothing is left
 * out. Throws what the source throws, except refusals of queries.
 */
export async function diagnose(question: AdviceQuestion, options: DiagnoseOptions = {}): Promise<readonly Finding[]> {
  const { fresh } = await adviceContext(question);
  return diagnosed(fresh, await referenceContext(question), options);
}

type Fresh = () => AdviceContext;

async function diagnosed(
  fresh: Fresh,
  reference: Fresh | undefined,
  { voices = ['first', 'empty'], most = Number.POSITIVE_INFINITY, only }: DiagnoseOptions,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const detector of inOrder(DETECTORS, fresh())) {
    if (findings.length >= most) break;
    if (only !== undefined && !only.includes(detector.id)) continue;
    const found = await detector.detect(fresh());
    const voice = found?.voice ?? detector.voice;
    if (found === undefined || !voices.includes(voice)) continue;
    if (reference !== undefined && (await detector.detect(reference())) !== undefined) continue;
    findings.push({ ...(await withProvenFix(found, fresh())), id: detector.id, voice });
  }
  return findings;
}

/** Why nothing came: what is said of it, and the part of the query that empties it, where these are certain. */
export type EmptyAdvice = { readonly finding?: Finding; readonly culprit?: Culprit };

/** The surest reason why a query that succeeded gave nothing. Throws what the source throws. */
export async function explainEmpty(question: AdviceQuestion): Promise<EmptyAdvice> {
  const { fresh } = await adviceContext(question);
  const [culprit] = await fresh().culprits();
  const [finding] = await diagnosed(fresh, undefined, { voices: ['first', 'empty'], most: 1, only: ON_EMPTY });
  return { ...(finding === undefined ? {} : { finding }), ...(culprit === undefined ? {} : { culprit }) };
}

/** What explains that nothing came, when nothing came; these rows then speak before the others. */
const ON_EMPTY: readonly DetectorId[] = [
  ...(['M21', 'M11', 'M12', 'M06', 'M37', 'M22', 'M23', 'M16', 'M26', 'M25'] as const),
  ...(['M20', 'M28', 'M35', 'M30', 'M40'] as const),
];

/** When something came: what is surest first. */
const ON_ROWS: readonly DetectorId[] = ['M34', 'M37', 'M22', 'M17', 'M12', 'M15', 'M18', 'M19', 'M38', 'M25'];

const LAYERS: readonly Layer[] = ['text', 'syntax', 'ast', 'live', 'result'];

function inOrder(detectors: readonly Detector[], context: AdviceContext): readonly Detector[] {
  const empty = context.result !== undefined && isEmptyResult(context.result.data);
  const early = empty ? ON_EMPTY : ON_ROWS;
  const rank = ({ id, layer }: Detector) => (early.includes(id) ? early.indexOf(id) : 100 + LAYERS.indexOf(layer));
  return [...detectors].sort((a, b) => rank(a) - rank(b));
}

/** The reference under the same eyes, without a task of its own. */
async function referenceContext(question: AdviceQuestion): Promise<Fresh | undefined> {
  if (question.task === undefined) return undefined;
  const { task: _task, outcome: _outcome, ...rest } = question;
  const { fresh } = await adviceContext({ ...rest, query: question.task.reference });
  return fresh;
}

/** A fix that is refused, too, or brings the same, is worse than none. */
async function withProvenFix({ fix, ...found }: Found, context: AdviceContext): Promise<Found> {
  if (fix === undefined) return found;
  const rows = await context.ask(fix.query);
  const list = context.result?.data.kind === 'matrix';
  const better =
    rows !== undefined &&
    (context.error !== undefined || (rows.length > 0 && (list || shown(rows) !== shown(context.rows))));
  return better ? { ...found, fix } : found;
}

function shown(rows: AdviceContext['rows']): string {
  return rows
    .map(({ labels, value }) => `${labelText(labels)} ${valueText(value)}`)
    .sort()
    .join('\n');
}
