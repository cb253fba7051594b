import type { FaultNews, FaultStatus } from '../model/fault.ts';
import { formatDuration, formatTime } from './format.ts';
import { type Fact, renderFacts, sentence } from './picture-words.ts';
import { prose } from './prose.ts';
import { safe } from './safe.ts';
import { paint, type Style } from './style.ts';
import { wrapText } from './text.ts';

/** Every fault: what it does, what may be said with it, where to look, and whether it is on. */
export function renderFaults(faults: readonly FaultStatus[], style: Style, nowMs: number): string {
  return faults.map((fault) => renderFault(fault, style, nowMs)).join('\n\n');
}

/** Those that are on, in one line; undefined when none is. */
export function faultsLine(faults: readonly FaultStatus[], style: Style, nowMs: number): string | undefined {
  const on = faults.flatMap((fault) => fault.on.map((note) => `${fault.name} (${noteText(note, style, nowMs)})`));
  return on.length === 0 ? undefined : `Faults on: ${on.join('; ')}. To end them: \`prom-tutor fault clear\``;
}

/** What became of an action, and where to look now. */
export function renderNews({ message, look }: FaultNews, style: Style): string {
  const seen =
    look === undefined
      ? []
      : [`${paint(style, 'title', 'Look:')} ${paint(style, 'query', queryCommand(look))}`, WITHIN];
  return [prose(message, style), ...seen].join('\n');
}

const WITHIN = 'It shows at the next scrape, within 15 s.';

function renderFault({ name, summary, options, look, undone, on }: FaultStatus, style: Style, nowMs: number): string {
  const state = on.map((note) => noteText(note, style, nowMs)).join('; ');
  const onText = on.length === 0 ? '' : `on: ${state}`;
  const fits = name.length + 2 + onText.length <= style.width;
  const heads = on.length === 0 ? [] : fits ? [`  ${onText}`] : ['', ...sentence(`  ${onText}`, style)];
  const head = `${paint(style, 'title', name)}${heads.map((part) => paint(style, 'warn', part)).join('\n')}`.trimEnd();
  const narrower = { ...style, width: Math.max(30, style.width - 2) };
  const given: readonly Fact[] = options.length === 0 ? [] : [['with', options.join(style.accessible ? ', ' : '  ')]];
  const cleared: Fact = ['clear', undone];
  const facts = [
    ...sentence(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`, narrower),
    ...(style.accessible
      ? [...renderFacts(given, narrower), `Query: ${look}`, ...renderFacts([cleared], narrower)]
      : renderFacts([...given, ['look', look], cleared], narrower)),
  ];
  const spokenHead = on.length === 0 ? `Fault ${name}, off.` : `Fault ${name}, on: ${state}.`;
  return [
    ...(style.accessible ? wrapText(spokenHead, style.width) : [head]),
    ...(style.accessible ? facts : facts.map((part) => `  ${part}`)),
  ].join('\n');
}

function noteText({ where, sinceMs, untilMs }: FaultStatus['on'][number], style: Style, nowMs: number): string {
  const since = sinceMs === undefined ? '' : `, since ${formatTime(sinceMs, style, 'second')}`;
  const until =
    untilMs === undefined ? '' : `, ends in ${formatDuration(Math.max(0, Math.ceil((untilMs - nowMs) / 1000)) * 1000)}`;
  return `${safe(where)}${since}${until}`;
}

function queryCommand(query: string): string {
  return `prom-tutor query '${query}'`;
}
