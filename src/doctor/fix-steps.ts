import type { Finding, Report } from './finding.ts';
import { commandLine, type Fix } from './fix.ts';

/** One command that mends something, and what it is for. */
export type Step = {
  readonly fix: Fix;
  readonly command: string;
  /** Ids of the findings that name it. */
  readonly findings: readonly string[];
  /** What is wrong, of the first of them. */
  readonly sentence: string;
};

/**
 * The commands that a report names, each once, those for failures first. What is no trouble but an offer (to start a stack
 * where none runs) comes in only when nothing has failed.
 */
export function stepsOf({ findings }: Report): readonly Step[] {
  const failed = findings.filter(({ status }) => status === 'fail');
  const worries = findings.filter(({ status }) => status === 'warn');
  const offers = failed.length > 0 ? [] : findings.filter(({ status }) => status === 'ok');
  const steps = new Map<string, Step>();
  for (const finding of [...failed, ...worries, ...offers]) {
    const step = stepOf(finding);
    if (step === undefined) continue;
    const known = steps.get(step.command);
    steps.set(step.command, known === undefined ? step : { ...known, findings: [...known.findings, finding.id] });
  }
  return [...steps.values()];
}

function stepOf({ id, repair, sentence }: Finding): Step | undefined {
  return repair === undefined ? undefined : { fix: repair, command: commandLine(repair), findings: [id], sentence };
}
