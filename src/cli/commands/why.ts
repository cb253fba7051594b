import { diagnose } from '../../advise/diagnose.ts';
import { prometheusRefusal, readAsServer } from '../../advise/dialect.ts';
import type { Finding } from '../../advise/finding.ts';
import { unitOf } from '../../advise/unit.ts';
import { EXIT, QueryError } from '../../model/errors.ts';
import { isEmptyResult, type QueryResult } from '../../model/query-result.ts';
import { renderEmpty } from '../../render/empty.ts';
import { prose } from '../../render/prose.ts';
import { renderResult } from '../../render/result.ts';
import { safeJson } from '../../render/safe.ts';
import { renderFindings } from '../../render/why.ts';
import { type Answering, queryGround } from '../answering.ts';
import type { Context } from '../context.ts';
import { withNamed } from '../named-words.ts';
import { promptFor } from '../player-start.ts';
import { queryText } from '../query-text.ts';
import type { CommandRun } from '../spec.ts';
import type { whySpec } from '../specs/why.ts';

/** The surest explanation is enough; a second one only confuses. */
const MOST = 1;

/** Says why a query gives what it gives. Ends with 1 when the server refuses the query, with 0 otherwise. */
export const runWhy: CommandRun<typeof whySpec> = async (context, typed, given) => {
  const { words, options } = await withNamed(context, typed, given);
  const query = await queryText(context, words, 'why');
  return queryGround(context, options, async (answering) => {
    const { source, timeMs, connection } = answering;
    const { io } = context;
    const outcome = await outcomeOf(answering, query, io.signal);
    const live = options.time === undefined && connection.nowMs === undefined;
    const findings = await diagnose(
      { query, source, timeMs, outcome, live, clockMs: io.now(), signal: io.signal },
      { voices: ['first', 'empty', 'asked'], most: MOST },
    );
    if (context.json) context.out(safeJson({ query, findings }));
    if ('error' in outcome && (context.json || findings.length === 0)) throw outcome.error;
    if (!context.json) await tell(context, answering, { query, outcome, findings });
    return 'error' in outcome ? EXIT.failed : EXIT.ok;
  });
};

type Outcome = { readonly result: QueryResult } | { readonly error: QueryError };

async function outcomeOf({ source, timeMs }: Answering, query: string, signal: AbortSignal): Promise<Outcome> {
  try {
    return { result: await source.instant(query, { timeMs, signal }) };
  } catch (error) {
    if (error instanceof QueryError) return { error };
    throw error;
  }
}

async function tell(
  context: Context,
  answering: Answering,
  {
    query,
    outcome,
    findings,
  }: { readonly query: string; readonly outcome: Outcome; readonly findings: readonly Finding[] },
): Promise<void> {
  const { out, style } = context;
  const refused = 'result' in outcome ? prometheusRefusal(readAsServer(query)) : undefined;
  if (refused !== undefined) {
    out(
      prose(
        `This server answers, and Prometheus would refuse it: ${asCode(refused)}. What is said here is about Prometheus.`,
        style,
      ),
    );
    out('');
  }
  if (findings.length > 0) {
    out(renderFindings(findings, style));
    const fix = findings.find((finding) => finding.fix !== undefined)?.fix;
    if (fix !== undefined && context.interactive) await offer(context, answering, fix.query);
  } else if ('result' in outcome && isEmptyResult(outcome.result.data)) {
    out(renderEmpty({}, style));
  } else if ('result' in outcome && refused === undefined) {
    out(prose('Nothing looks wrong: the query answers, and none of the known mistakes is proved by its data.', style));
    out(prose('Part by part: `prom-tutor explain` with the same query.', style));
  }
}

/** As Markdown code, so that nothing in it is taken for Markdown. */
function asCode(text: string): string {
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``;
}

/** The corrected query is run when the person says so. */
async function offer(context: Context, { source, timeMs }: Answering, fixed: string): Promise<void> {
  const { io, out, style } = context;
  const answer = await promptFor(context).ask({ label: style.accessible ? 'Run it? Type y: ' : 'run it? (y)> ' });
  if (answer.kind !== 'line' || !/^y(es)?$/i.test(answer.text.trim())) return;
  const unit = unitOf(fixed);
  const result = await source.instant(fixed, { timeMs, signal: io.signal });
  out(renderResult(result, style, unit === undefined ? {} : { unit }));
}
