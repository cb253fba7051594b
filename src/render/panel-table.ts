import type { NamedValue, Panel, PanelState } from '../explorer/dashboard/types.ts';
import { labelsKey, METRIC_NAME } from '../model/labels.ts';
import { commonLine } from './chart-frame.ts';
import { commonLabels, labelValue } from './labels.ts';
import { settingsOf, shownValue } from './panel-value.ts';
import { paint, type Style } from './style.ts';
import { type Cell, type Column, renderTable } from './table.ts';

/** More rows than this are counted. */
const MOST_ROWS = 20;

/** The newest value of each series with its labels; several queries have a column each, joined by their labels. */
export function tableBody({ panel, data }: PanelState, style: Style): readonly string[] {
  if (data === undefined) return [];
  const refs = [...new Set(data.values.map(({ refId }) => refId))];
  const rows = new Map<string, { readonly first: NamedValue; readonly byRef: Map<string, NamedValue> }>();
  for (const one of data.values) {
    const { [METRIC_NAME]: _, ...others } = one.labels;
    const key = labelsKey(refs.length > 1 ? others : one.labels);
    const row = rows.get(key) ?? { first: one, byRef: new Map() };
    row.byRef.set(one.refId, one);
    rows.set(key, row);
  }
  const all = [...rows.values()];
  const shown = all.slice(0, MOST_ROWS);
  const labels = all.map(({ first }) => first.labels);
  const common = commonLabels(labels).filter(([name]) => !isHidden(panel, name));
  const hoisted = new Set(common.map(([name]) => name));
  const columns = columnsOf(panel, labels, refs, hoisted);
  const cells = shown.map(({ first, byRef }) =>
    columns.map(({ label, ref }): Cell => {
      if (label !== undefined) return labelValue(first.labels, label) ?? '';
      const one = byRef.get(ref ?? '');
      if (one === undefined) return '';
      const name = refs.length > 1 ? `Value #${ref ?? ''}` : 'Value';
      const { text, verdict, role } = shownValue(one.value, settingsOf(panel, { ...one, name }), style);
      return { text: verdict === undefined ? text : `${text} (${verdict})`, role };
    }),
  );
  const head = columns.map(({ column }) => column);
  return [
    ...commonLine(common, style),
    ...renderTable(head, cells, style, { rowName: 'Row', narrow: 30, more: all.length - shown.length }).split('\n'),
    ...(all.length > shown.length ? [paint(style, 'warn', `+${all.length - shown.length} more rows, not shown`)] : []),
  ];
}

type TableColumn = { readonly column: Column; readonly label?: string; readonly ref?: string; readonly name: string };

function columnsOf(
  panel: Panel,
  labels: readonly Readonly<Record<string, string>>[],
  refs: readonly string[],
  hoisted: ReadonlySet<string>,
): readonly TableColumn[] {
  const names = [...new Set(labels.flatMap((each) => Object.keys(each)))].sort();
  const renamed = (name: string) =>
    Object.hasOwn(panel.columns.names, name) ? (panel.columns.names[name] ?? name) : name;
  const all: readonly TableColumn[] = [
    ...names
      .filter((name) => !hoisted.has(name) && !(refs.length > 1 && name === METRIC_NAME))
      .map((name) => ({ column: { head: name === METRIC_NAME ? 'metric' : renamed(name) }, label: name, name })),
    ...refs.map((ref) => {
      const name = refs.length > 1 ? `Value #${ref}` : 'Value';
      return { column: { head: renamed(name), align: 'right' as const }, ref, name };
    }),
  ];
  const place = (name: string) =>
    Object.hasOwn(panel.columns.order, name) ? (panel.columns.order[name] ?? 1_000) : 1_000;
  const kept = all.filter(({ name }) => !isHidden(panel, name));
  return [...(kept.length === 0 ? all : kept)].sort((a, b) => place(a.name) - place(b.name));
}

function isHidden(panel: Panel, name: string): boolean {
  return panel.columns.hidden.includes(name);
}
