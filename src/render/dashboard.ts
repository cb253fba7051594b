import type { DashboardView, PanelState, ShownVariable } from '../explorer/dashboard/types.ts';
import { GAP, type Layout, layoutPanels } from './dashboard-layout.ts';
import { formatDuration, formatTime } from './format.ts';
import { renderPanel } from './panel.ts';
import { settingsOf, shownValue } from './panel-value.ts';
import { safe, safeLines } from './safe.ts';
import { PROSE_WIDTH, paint, type Role, type Style } from './style.ts';
import { columnsOf, counted, padEnd, wrapText } from './text.ts';

/** A dashboard as lines: what stands at its top, and the panels. No line is wider than the style. */
export function renderDashboard(
  view: DashboardView,
  style: Style,
): { readonly head: readonly string[]; readonly body: readonly string[] } {
  const states = new Map(view.panels.map((state) => [state.panel.key, state]));
  const layout = layoutPanels(
    view.panels.map(({ panel }) => panel),
    style.width,
    style.accessible,
  );
  const body = drawn(layout, states, style);
  return { head: headOf(view, style), body: body[0] === '' ? body.slice(1) : body };
}

function headOf(view: DashboardView, style: Style): readonly string[] {
  const title = safe(view.title);
  const span = spanText(view, style);
  const facts = [
    `asked ${safe(view.server)}${view.askedMs === undefined ? '' : ` at ${formatTime(view.askedMs, style, 'second')}`}`,
    ...refreshWords(view),
    ...(view.waiting > 0 ? [`waiting for ${counted(view.waiting, 'panel')}`] : []),
  ];
  const first =
    columnsOf(title) + columnsOf(span) + 2 <= style.width && !style.accessible
      ? [
          `${paint(style, 'title', title)}${' '.repeat(style.width - columnsOf(title) - columnsOf(span))}${paint(style, 'hint', span)}`,
        ]
      : [...lined(title, style, 'title'), ...lined(span, style, 'hint')];
  const variables = view.variables.map(variableText);
  return [
    ...first,
    ...lined(facts.join(', '), style, 'dim'),
    ...(variables.length === 0 ? [] : lined(variables.join(style.accessible ? '. ' : '   '), style, 'label')),
    ...(view.lost === undefined
      ? []
      : lined(
          `no answer since ${formatTime(view.lost.sinceMs, style, 'second')}: ${safeLines(view.lost.message)}${view.refreshMs === undefined || view.paused ? '' : '; asking again'}`,
          style,
          'wrong',
        )),
    ...view.notes.flatMap((note) => lined(safe(note), style, 'warn')),
  ];
}

/** Which time is shown, in words: how long, and from when to when. */
export function spanText(
  { startMs, endMs, live }: { readonly startMs: number; readonly endMs: number; readonly live: boolean },
  style: Style,
): string {
  const sameDay = formatTime(startMs, style, 'day') === formatTime(endMs, style, 'day');
  const detail = endMs - startMs < 600_000 ? 'second' : 'minute';
  const day = (ms: number) => (sameDay ? '' : `${formatTime(ms, style, 'day')} `);
  const zone = formatTime(endMs, style).split(' ').at(-1) ?? '';
  const from = `${day(startMs)}${formatTime(startMs, style, detail)}`;
  const to = `${day(endMs)}${formatTime(endMs, style, detail)}`;
  const length = formatDuration(Math.round((endMs - startMs) / 1_000) * 1_000);
  return `${live ? 'last ' : ''}${length}, ${sameDay && !live ? `${formatTime(endMs, style, 'day')} ` : ''}${from} to ${to} ${zone}`;
}

function refreshWords({ refreshMs, paused }: DashboardView): readonly string[] {
  if (paused) return ['paused'];
  return refreshMs === undefined ? [] : [`every ${formatDuration(refreshMs)}`];
}

/** More values than this are counted. */
const MOST_SHOWN = 4;

function variableText({ label, chosen, all }: ShownVariable): string {
  const values = chosen.slice(0, MOST_SHOWN).map(safe).join(' + ');
  const more = chosen.length > MOST_SHOWN ? ` + ${chosen.length - MOST_SHOWN} more` : '';
  const text = all ? `all (${chosen.length === 0 ? 'none found' : `${values}${more}`})` : `${values}${more}`;
  return `${safe(label)}: ${text === '' ? 'none' : text}`;
}

function lined(text: string, style: Style, role: Role): readonly string[] {
  const width = style.accessible ? Math.min(style.width, PROSE_WIDTH) : style.width;
  return wrapText(text, width).map((line) => paint(style, role, line));
}

function drawn(layout: Layout, states: ReadonlyMap<string, PanelState>, style: Style): readonly string[] {
  switch (layout.kind) {
    case 'panel': {
      const state = states.get(layout.panel.key);
      if (state === undefined) return [];
      const lines = renderPanel(state, { ...style, width: layout.width }, states.size);
      return style.accessible ? lines : ['', ...lines];
    }
    case 'down':
      return layout.parts.flatMap((part) => drawn(part, states, style));
    case 'across': {
      const parts = layout.parts.map((part) => drawn(part, states, style));
      const height = Math.max(0, ...parts.map(({ length }) => length));
      return Array.from({ length: height }, (_, row) =>
        parts
          .map((lines, index) => padEnd(lines[row] ?? '', layout.widths[index] ?? 0))
          .join(' '.repeat(GAP))
          .trimEnd(),
      );
    }
  }
}

/** What each series of each panel says now, by a key that stays the same: for telling what has changed. */
export function headlines(view: DashboardView, style: Style): ReadonlyMap<string, string> {
  const lines = new Map<string, string>();
  for (const { panel, title, data } of view.panels) {
    for (const one of data?.values ?? []) {
      const last = data?.series
        .find(({ name, refId }) => name === one.name && refId === one.refId)
        ?.samples.at(-1)?.value;
      const value = typeof last === 'number' ? last : one.value;
      const { text } = shownValue(value, settingsOf(panel, one), style);
      lines.set(`${safe(title)}, ${safe(one.name)}`, text);
    }
    for (const { message } of data?.errors ?? []) lines.set(`${safe(title)}, error`, safe(message));
  }
  return lines;
}
