import { durationMs } from '../model/duration.ts';
import { SCRAPE_INTERVAL_MS } from '../model/scenario.ts';
import type { Expr } from '../promql/ast.ts';
import { parse } from '../promql/parse.ts';
import { printDuration } from '../promql/print.ts';
import { walk } from '../promql/walk.ts';
import type { Feedback } from './verdict.ts';
import { listed } from './words.ts';

/** A window of a query as it was written, and its length. */
type Window = { readonly text: string; readonly ms: number };

/** The answer with every window replaced by the reference's; undefined when that changes nothing or the reference has several. */
export function withReferenceWindow(answer: string, reference: string): string | undefined {
  const [wanted, ...others] = windowsOf(reference);
  const parsed = parse(answer);
  if (wanted === undefined || others.some(({ ms }) => ms !== wanted.ms) || parsed.kind === 'error') return undefined;
  const spans = rangesOf(parsed.expr).map(({ span }) => span);
  const changed = [...spans]
    .sort((a, b) => b.start - a.start)
    .reduce((text, { start, end }) => text.slice(0, start) + wanted.text + text.slice(end), answer);
  return spans.length === 0 || changed === answer ? undefined : changed;
}

/** Judges the windows of an answer that is right but for them: too short to be solved, or solved with a remark. */
export function judgeWindow(
  answer: string,
  reference: string,
): { readonly solved: boolean; readonly feedback: readonly Feedback[] } {
  const windows = windowsOf(answer);
  const wanted = windowsOf(reference)[0]?.text ?? '5m';
  const shortest = windows.reduce((a, b) => (b.ms < a.ms ? b : a), windows[0] ?? { text: wanted, ms: 0 });
  const interval = SCRAPE_INTERVAL_MS / 1000;
  if (shortest.ms < 2 * SCRAPE_INTERVAL_MS) {
    const message = `The query is right but for the window \`[${shortest.text}]\`: one sample comes every ${interval} seconds, so it often holds fewer than the two that are needed, and rows vanish. Take four intervals or more: \`[1m]\`, \`[${wanted}]\`.`;
    return { solved: false, feedback: [{ kind: 'difference', message, evidence: [] }] };
  }
  return { solved: true, feedback: remarkOn(windows, shortest, wanted) };
}

function remarkOn(windows: readonly Window[], shortest: Window, wanted: string): readonly Feedback[] {
  const different = [...new Set(windows.map(({ ms }) => ms))].length > 1;
  const note = (message: string): readonly Feedback[] => [{ kind: 'note', message, evidence: [] }];
  if (different) {
    return note(
      `Your windows differ (${listed(windows.map(({ text }) => `\`[${text}]\``))}): use one and the same, or the two sides tell of different times.`,
    );
  }
  if (shortest.ms < 4 * SCRAPE_INTERVAL_MS) {
    return note(
      `\`[${shortest.text}]\` is short: one lost scrape, and rows vanish. Four intervals, here \`[1m]\`, survive it.`,
    );
  }
  const longer = shortest.ms > (durationMs(wanted) ?? 0);
  return note(
    longer
      ? `You looked over \`[${shortest.text}]\`: smoother than \`[${wanted}]\`, and later to show a change.`
      : `You looked over \`[${shortest.text}]\`: quicker to show a change than \`[${wanted}]\`, and more nervous.`,
  );
}

function windowsOf(query: string): readonly Window[] {
  const parsed = parse(query);
  if (parsed.kind === 'error') return [];
  return rangesOf(parsed.expr).flatMap((range) =>
    range.ms === undefined ? [] : [{ text: printDuration(range), ms: range.ms }],
  );
}

/** The windows of range selectors; those of subqueries mean something else. */
function rangesOf(expr: Expr) {
  const ranges: Extract<Expr, { kind: 'matrix' }>['range'][] = [];
  walk(expr, (node) => {
    if (node.kind === 'matrix') ranges.push(node.range);
  });
  return ranges;
}
