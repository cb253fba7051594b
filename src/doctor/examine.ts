import { setMaxListeners } from 'node:events';
import type { Finding, Outcome, Report, Status, Summary } from './finding.ts';
import { commandLine } from './fix.ts';

/** One row of the doctor's table. `P` is what a check looks at: the world and the facts read from it. */
export type Check<P> = {
  readonly id: string;
  readonly title: string;
  /** What it reads, for docs/doctor.md. */
  readonly looksAt: string;
  /**
   * Ids of findings that explain this check's trouble when they failed: cause before symptom. They stand above it in
   * the table. `containers/prometheus` means that one container, `containers` the check as a whole.
   */
  readonly needs: readonly string[];
  /** Looks, and says what it found. `signal` is aborted when its time is up; a check that throws becomes a warning. */
  run(patient: P, signal: AbortSignal): Promise<Outcome | readonly Outcome[]>;
};

export type ExamineOptions = {
  /** Ends everything at once; then `examine` rejects with the signal's reason. */
  readonly signal: AbortSignal;
  /** Time each check has, in milliseconds. A check that is not done by then becomes a finding that says so. */
  readonly limitMs: number;
  /** Id of the check that the person asked about: what it says comes before other trouble. */
  readonly about?: string;
  /** The command to name when there is nothing to repair. */
  readonly idle: string;
};

/**
 * Runs all checks side by side and gives their findings in the table's order, symptoms folded under their causes, with
 * the most probable cause. Takes no longer than `limitMs`, whatever the checks do; rejects only when `signal` is aborted.
 */
export async function examine<P>(checks: readonly Check<P>[], patient: P, options: ExamineOptions): Promise<Report> {
  options.signal.throwIfAborted();
  let stop: (() => void) | undefined;
  const interrupted = new Promise<never>((_, reject) => {
    stop = () => reject(options.signal.reason);
    options.signal.addEventListener('abort', stop, { once: true });
  });
  const all = Promise.all(checks.map((check) => findingsOf(check, patient, options)));
  const looked = await Promise.race([all, interrupted]).finally(() => {
    if (stop !== undefined) options.signal.removeEventListener('abort', stop);
  });
  const findings = folded(looked.flat());
  return { findings, summary: summaryOf(findings, options) };
}

/** A finding before folding: what may explain it travels with it. */
type Looked = { readonly finding: Finding; readonly causes: readonly string[] };

async function findingsOf<P>(check: Check<P>, patient: P, options: ExamineOptions): Promise<Looked[]> {
  const outcomes = await outcomesOf(check, patient, options);
  return outcomes.map((outcome) => ({
    finding: findingOf(check, outcome),
    causes: [...(outcome.explainedBy ?? []), ...check.needs],
  }));
}

async function outcomesOf<P>(
  check: Check<P>,
  patient: P,
  { signal, limitMs }: ExamineOptions,
): Promise<readonly Outcome[]> {
  const controller = new AbortController();
  const limited = AbortSignal.any([signal, controller.signal]);
  // Every small question of the check listens to it.
  setMaxListeners(0, limited);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Outcome>((resolve) => {
    timer = setTimeout(() => {
      resolve({
        status: 'fail',
        kind: 'check-hung',
        sentence: `This check did not end within ${limitMs / 1000} s: what it looks at hangs.`,
      });
      controller.abort(new Error(`no answer within ${limitMs} ms`));
    }, limitMs);
  });
  try {
    // The call itself stands inside an async function, so that a check that throws at once is caught as well.
    const outcome = await Promise.race([(async () => check.run(patient, limited))(), late]);
    return Array.isArray(outcome) ? outcome : [outcome as Outcome];
  } catch (error) {
    return [
      { status: 'warn', kind: 'check-broken', sentence: 'This could not be looked at.', evidence: [wordsOf(error)] },
    ];
  } finally {
    clearTimeout(timer);
  }
}

function findingOf<P>(check: Check<P>, outcome: Outcome): Finding {
  return {
    id: outcome.subject === undefined ? check.id : `${check.id}/${outcome.subject}`,
    ...(outcome.kind === undefined ? {} : { kind: outcome.kind }),
    title: outcome.subject === undefined ? check.title : `${check.title}: ${outcome.subject}`,
    status: outcome.status,
    sentence: outcome.sentence,
    evidence: outcome.evidence ?? [],
    ...(outcome.fix === undefined ? {} : { fix: commandLine(outcome.fix), repair: outcome.fix }),
    ...(outcome.advice === undefined ? {} : { advice: outcome.advice }),
    ...(outcome.link === undefined ? {} : { link: outcome.link }),
    ...(outcome.lesson === undefined ? {} : { lesson: outcome.lesson }),
  };
}

/**
 * Trouble that something further up explains becomes `skip` and names its root; its own words stay as evidence. A
 * warning explains warnings only: what has failed must have a failure for its cause.
 */
function folded(looked: readonly Looked[]): Finding[] {
  const roots = new Map<string, Finding>();
  return looked.map(({ finding, causes }) => {
    if (finding.status !== 'fail' && finding.status !== 'warn') return finding;
    const root = causes
      .map((id) => roots.get(id))
      .find((found) => found !== undefined && (found.status === 'fail' || finding.status === 'warn'));
    roots.set(finding.id, root ?? finding);
    return root === undefined ? finding : foldedUnder(root, finding);
  });
}

function foldedUnder(root: Finding, { id, kind, title, sentence, evidence }: Finding): Finding {
  return {
    id,
    ...(kind === undefined ? {} : { kind }),
    title,
    status: 'skip',
    sentence: `skipped: because ${inMidSentence(root.sentence)}`,
    evidence: [sentence, ...evidence],
    because: root.id,
  };
}

/** "The daemon …" goes on as "the daemon …"; names keep their capital. */
function inMidSentence(sentence: string): string {
  return sentence.replace(/^(The|This|A|An|No|Nothing|Only|Port|Neither|What|Requests)\b/, (word) =>
    word.toLowerCase(),
  );
}

function summaryOf(findings: readonly Finding[], { idle, about }: Pick<ExamineOptions, 'idle' | 'about'>): Summary {
  const counts = { ok: 0, warn: 0, fail: 0, skip: 0 } satisfies Record<Status, number>;
  for (const { status } of findings) counts[status]++;
  const status = counts.fail > 0 ? 'fail' : counts.warn > 0 ? 'warn' : 'ok';
  const cause = askedFor(findings, about) ?? mostProbable(findings);
  if (cause === undefined) return { status, counts, ...whenNothingFails(findings, idle, about) };
  const next = cause.fix;
  const sentence =
    next === undefined && cause.advice !== undefined ? `${cause.sentence} ${cause.advice}` : cause.sentence;
  return { status, counts, cause: cause.id, sentence, ...(next === undefined ? {} : { next }) };
}

/** What is wrong with what the person asked about, or what explains that. */
function askedFor(findings: readonly Finding[], about: string | undefined): Finding | undefined {
  const asked = findings.find(({ id }) => id === about);
  if (asked === undefined) return undefined;
  if (asked.because !== undefined) return findings.find(({ id }) => id === asked.because);
  return asked.status === 'fail' || asked.status === 'warn' ? asked : undefined;
}

/** The failure that explains most; among equals the one that stands first, because causes stand above symptoms. */
function mostProbable(findings: readonly Finding[]): Finding | undefined {
  const explained = (id: string) => findings.filter(({ because }) => because === id).length;
  return findings
    .filter(({ status }) => status === 'fail')
    .reduce<Finding | undefined>(
      (best, each) => (best === undefined || explained(each.id) > explained(best.id) ? each : best),
      undefined,
    );
}

/** What was asked about is told first. Without failures an offer (an `ok` that names a command) comes before a repair: nothing is in the way of it. */
function whenNothingFails(
  findings: readonly Finding[],
  idle: string,
  about: string | undefined,
): Pick<Summary, 'sentence' | 'next' | 'cause'> {
  const asked = findings.find(({ id, status }) => id === about && status === 'ok');
  if (asked !== undefined) return { sentence: asked.sentence, next: idle };
  const offer = findings.find(({ status, fix }) => status === 'ok' && fix !== undefined);
  if (offer?.fix !== undefined) return { sentence: offer.sentence, next: offer.fix };
  const worry = findings.find(({ status }) => status === 'warn');
  if (worry === undefined) return { sentence: 'Everything looks right.', next: idle };
  return { cause: worry.id, sentence: `Nothing has failed. ${worry.sentence}`, next: worry.fix ?? idle };
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
