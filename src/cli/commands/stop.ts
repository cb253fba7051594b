import { BACKEND_TITLES } from '../../backends/choose.ts';
import { keepsScraped } from '../../backends/lasting.ts';
import { spanText } from '../../backends/span.ts';
import { type StopOutcome, stopStack } from '../../backends/stop-stack.ts';
import { EXIT } from '../../model/errors.ts';
import { prose } from '../../render/prose.ts';
import { safeJson, safeLines } from '../../render/safe.ts';
import { backendWorld } from '../backend-world.ts';
import type { Context } from '../context.ts';
import type { OptionsOf } from '../spec.ts';
import type { stopSpec } from '../specs/stop.ts';

/** Stops the stack and says what went and what stays. Nothing to stop is no failure. */
export async function runStop(
  context: Context,
  _args: readonly string[],
  options: OptionsOf<typeof stopSpec>,
): Promise<number> {
  const { io } = context;
  const notes: string[] = [];
  const outcome = await stopStack(backendWorld(io), {
    keepData: options.keepData === true,
    signal: io.signal,
    note: (text) => {
      notes.push(text);
      context.note(`note: ${safeLines(text)}`);
    },
  });
  if (context.json) context.out(safeJson(jsonDocument(outcome, notes), undefined, 2));
  else context.out(prose(inWords(outcome, io.now()), context.style));
  return EXIT.ok;
}

function inWords({ stopped, removed, kept }: StopOutcome, nowMs: number): string {
  const what = removed.length === 0 ? '' : ` Removed: ${removed.join(', ')}.`;
  const images = stopped === 'docker' ? ' The images stay, so that the next start is fast.' : '';
  const first = stopped === undefined ? `No stack was running.${what}` : `The stack has stopped.${what}${images}`;
  const data = kept.map(({ backend, data: { scenario } }) => {
    const age = spanText(nowMs - scenario.t0Ms);
    const what = keepsScraped(backend)
      ? `the data of ${BACKEND_TITLES[backend]}, whose history ends ${age} ago`
      : `the scenario of ${BACKEND_TITLES[backend]}, whose history ends ${age} ago; what was scraped since was in memory only and is gone`;
    return `Kept: ${what}. \`prom-tutor start --backend ${backend}\` goes on with it, \`prom-tutor stop\` removes it.`;
  });
  return [first, ...data].join('\n\n');
}

function jsonDocument({ stopped, removed, kept }: StopOutcome, notes: readonly string[]) {
  return {
    stopped: stopped ?? null,
    removed,
    kept: kept.map(({ backend, data }) => ({ backend, scenario: data.scenario, untilMs: data.untilMs })),
    notes,
  };
}
