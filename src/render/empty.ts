import type { EmptyAdvice } from '../advise/diagnose.ts';
import { rfc3339 } from './format.ts';
import { prose } from './prose.ts';
import { safe, safeLines } from './safe.ts';
import { PROSE_WIDTH, paint, type Style } from './style.ts';
import { wrapText } from './text.ts';

/**
 * Why a result is empty, as far as that is certain, and what to try; otherwise where to look. `warned`: the server has
 * said something itself. `more`: a command that tells the evidence. `unwrapped`: lines end where sentences do.
 */
export function renderEmpty(
  { finding, culprit }: EmptyAdvice,
  style: Style,
  options: { readonly warned?: boolean; readonly more?: string; readonly unwrapped?: boolean } = {},
): string {
  const told = (lead: string, text: string, role: 'warn' | 'hint') => {
    const whole = `${lead} ${text}`;
    const shown = options.unwrapped === true ? safeLines(whole) : prose(whole, style);
    return shown.startsWith(lead) ? paint(style, role, lead) + shown.slice(lead.length) : shown;
  };
  // What is there to be copied stays on one line.
  const kept = (lead: string, text: string) => `${paint(style, 'hint', lead)} ${safe(text)}`;
  const { warned, more } = options;
  const lines: string[] = [];
  if (finding === undefined) {
    lines.push(told('no data:', warned === true ? WARNED : NOTHING_CERTAIN, 'warn'));
    if (warned !== true) lines.push(told('try:', TAKE_APART, 'hint'));
  } else {
    lines.push(told('no data:', finding.sentence, 'warn'));
    const seenMs = culprit?.seen?.beforeMs ?? culprit?.seen?.afterMs;
    if (finding.fix !== undefined) lines.push(kept('try:', finding.fix.query));
    else if (seenMs !== undefined) lines.push(kept('try:', `--time ${rfc3339(seenMs)}`));
    else if (culprit?.kind === 'metric' && (culprit.near ?? []).length === 0) {
      lines.push(told('try:', 'look for it among the names: `prom-tutor metrics`', 'hint'));
    } else for (const fact of finding.facts ?? []) lines.push(...factLines(fact, style, options.unwrapped === true));
  }
  if (more !== undefined) lines.push(kept('why:', more));
  return lines.join('\n');
}

const WARNED = 'the warning above says why.';
const NOTHING_CERTAIN = 'the query is valid, and nothing in the data answers it.';
const TAKE_APART = 'take the query apart from the inside: first the bare metric, then each matcher and function.';

function factLines(fact: string, style: Style, unwrapped: boolean): readonly string[] {
  const text = `there: ${safe(fact)}`;
  return unwrapped ? [text] : wrapText(text, Math.min(style.width, PROSE_WIDTH), style.accessible ? '' : '  ');
}
