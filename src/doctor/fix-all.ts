import type { Report } from './finding.ts';
import { carryOut, type Hands } from './fix-deeds.ts';
import { type Step, stepsOf } from './fix-steps.ts';

/** What became of one command: `left` was not run, and `why` says why not. */
export type Fixed = Step & {
  readonly result: 'done' | 'failed' | 'left';
  readonly why?: string;
};

export type FixOptions = Hands & {
  examine(): Promise<Report>;
  /** Whether the person agrees to a step that needs it; `unasked` where nobody can be asked. */
  agree(step: Step): Promise<'yes' | 'no' | 'unasked'>;
  /** Called when a step begins and when waiting begins. */
  tell(news: FixNews): void;
};

export type FixNews =
  | { readonly kind: 'begins'; readonly step: Step }
  | { readonly kind: 'ended'; readonly fixed: Fixed }
  | { readonly kind: 'waits' };

export type FixOutcome = { readonly fixed: readonly Fixed[]; readonly report: Report };

/**
 * Mends what can be mended: first all that is safe, then what the person agrees to, and looks again after each round,
 * because what was hidden under a cause shows only then. No command is run twice.
 */
export async function fixAll(options: FixOptions): Promise<FixOutcome> {
  const fixed: Fixed[] = [];
  let report = await options.examine();
  for (;;) {
    const round = nextRound(report, fixed);
    if (round.length === 0) return { fixed: withLeft(fixed, report), report };
    let acted = false;
    for (const step of round) {
      const one = await tried(step, options);
      fixed.push(one);
      if (one.result !== 'left') options.tell({ kind: 'ended', fixed: one });
      acted ||= one.result !== 'left';
    }
    if (acted) report = await settled(options);
  }
}

/** Steps that were not tried yet: all that need no consent, or else one that does. */
function nextRound(report: Report, tried: readonly Fixed[]): readonly Step[] {
  const fresh = stepsOf(report).filter(({ command }) => !tried.some((each) => each.command === command));
  const safe = fresh.filter(({ fix }) => fix.consent === 'none');
  if (safe.length > 0) return inOrder(safe);
  return fresh.filter(({ fix }) => fix.consent === 'ask').slice(0, 1);
}

/** What touches one thing comes before `start`, which looks at the whole and then finds less to do. */
function inOrder(steps: readonly Step[]): readonly Step[] {
  const single = steps.filter(({ fix }) => fix.kind !== 'tutor');
  return single.length > 0 ? single : steps;
}

async function tried(step: Step, options: FixOptions): Promise<Fixed> {
  if (step.fix.consent === 'ask') {
    const answer = await options.agree(step);
    if (answer === 'no') return { ...step, result: 'left', why: 'you said no' };
    if (answer === 'unasked') return { ...step, result: 'left', why: 'it has to be agreed to: --yes' };
  }
  options.tell({ kind: 'begins', step });
  const done = await carryOut(step.fix, options);
  return done.ok ? { ...step, result: 'done' } : { ...step, result: 'failed', why: done.why };
}

/** What only the person can do stands last. */
function withLeft(fixed: readonly Fixed[], report: Report): readonly Fixed[] {
  const byHand = stepsOf(report).filter(({ fix }) => fix.consent === 'by-hand');
  return [...fixed, ...byHand.map((step): Fixed => ({ ...step, result: 'left', why: 'only you can run it' }))];
}

/** What was just started shows in the answers of Prometheus after the next scrape, which comes within 15 s. */
const SETTLING_MS = 35_000;
const PAUSE_MS = 1_500;

/** Ids of checks whose findings lag behind what was done. */
const LAGGING = ['targets', 'samples', 'prometheus', 'ports', 'containers'];

async function settled(options: FixOptions): Promise<Report> {
  const giveUpAt = options.system.now() + SETTLING_MS;
  let told = false;
  for (;;) {
    const report = await options.examine();
    if (!report.findings.some(lags) || options.system.now() >= giveUpAt) return report;
    if (!told) options.tell({ kind: 'waits' });
    told = true;
    await options.system.sleep(PAUSE_MS, options.signal);
  }
}

/** A failure without a command, or with one that brings the whole back, may be yesterday's news. */
function lags({ id, status, sentence }: Report['findings'][number]): boolean {
  const check = id.split('/')[0] ?? '';
  if (check === 'containers') return status === 'warn' && /starting/.test(sentence);
  return status === 'fail' && LAGGING.includes(check);
}
