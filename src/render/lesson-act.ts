import type { Act, Text } from '../tutor/lesson.ts';
import { typedQuery } from './lesson.ts';
import { prose } from './prose.ts';
import { paint, type Style } from './style.ts';
import { counted } from './text.ts';

/** What is waited for after something was done, and what there is to read meanwhile. */
export function renderWaiting({ expect, absent, withinMs }: Act, meanwhile: Text, style: Style): string {
  const until = absent ? 'Waiting until this returns nothing' : 'Waiting until this returns a row';
  return [
    ...(meanwhile === '' ? [] : [prose(meanwhile, style), '']),
    prose(`${until}; a scrape comes every 15 seconds, at most ${secondsOf(withinMs)}:`, style),
    typedQuery(expect, style),
  ].join('\n');
}

export function waitLabel(style: Style): string {
  return style.accessible ? 'Press Enter to stop waiting: ' : `${paint(style, 'label', 'waiting, Enter goes on>')} `;
}

export function renderWaited(ms: number, ofMs: number, style: Style): string {
  return prose(`Still waiting, ${Math.round(ms / 1000)} of ${secondsOf(ofMs)}.`, style);
}

/** What was done to the service is undone; `how` says what that was. */
export function renderUndone(how: string, style: Style): string {
  return prose(`The service runs as before: ${how}`, style);
}

function secondsOf(ms: number): string {
  return counted(Math.round(ms / 1000), 'second');
}
