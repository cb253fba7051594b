import { answersPromql, looksLikeLogs, namesOtherSource } from '../../advise/grafana.ts';
import { at, listAt, numberAt, textAt } from './json.ts';
import type { Inputs } from './read-dashboard.ts';
import { readOverrides, readSettings } from './read-settings.ts';
import { knowsCalc } from './reduce.ts';
import type { Panel, PanelKind, PanelTarget, TableColumns } from './types.ts';

/** One panel of the file. Never fails: what cannot be drawn becomes kind `none` with its reason. */
export function readPanel(raw: unknown, key: string, inputs: Inputs): Panel {
  const type = textAt(raw, 'type') ?? '';
  const known = Object.hasOwn(PANEL_KINDS, type) ? PANEL_KINDS[type] : undefined;
  const read = listAt(raw, 'targets')
    .slice(0, MOST_TARGETS)
    .map((target, index) => readTarget(target, index, raw, inputs));
  const targets = read.flatMap(({ target }) => (target === undefined ? [] : [target]));
  const foreign = read.flatMap(({ other }) => (other === undefined ? [] : [other]));
  const kind = known ?? 'none';
  const reason = notDrawn(raw, type, kind, targets, foreign);
  return {
    key,
    kind: reason === undefined ? kind : 'none',
    type,
    title: textAt(raw, 'title') ?? '',
    description: textAt(raw, 'description') ?? '',
    place: placeOf(raw),
    targets: kind === 'text' || kind === 'row' ? [] : targets,
    settings: readSettings(raw, type),
    overrides: readOverrides(raw),
    calc: textAt({ calc: listAt(raw, 'options', 'reduceOptions', 'calcs')[0] }, 'calc') ?? oldCalc(raw),
    columns: tableColumns(raw),
    content: textAt(raw, 'options', 'content') ?? textAt(raw, 'content') ?? '',
    reason,
    remarks: remarksOf(raw, type, foreign),
    scoped: {},
    repeat: repeatOf(raw),
    timeFrom: textAt(raw, 'timeFrom'),
    timeShift: textAt(raw, 'timeShift'),
    interval: textAt(raw, 'interval'),
    collapsed: type === 'row' && at(raw, 'collapsed') === true,
    inside: type === 'row' ? listAt(raw, 'panels').length : 0,
  };
}

/** More queries in one panel are not asked. */
const MOST_TARGETS = 26;

/** Which of Grafana's panels are drawn as what; `graph` and `singlestat` are the old names. */
export const PANEL_KINDS: Readonly<Record<string, PanelKind>> = {
  timeseries: 'lines',
  graph: 'lines',
  trend: 'lines',
  stat: 'stat',
  singlestat: 'stat',
  gauge: 'gauge',
  bargauge: 'bars',
  barchart: 'bars',
  piechart: 'bars',
  'grafana-piechart-panel': 'bars',
  table: 'table',
  'table-old': 'table',
  'state-timeline': 'states',
  'status-history': 'states',
  heatmap: 'heatmap',
  text: 'text',
  row: 'row',
};

function notDrawn(
  raw: unknown,
  type: string,
  kind: PanelKind,
  targets: readonly PanelTarget[],
  foreign: readonly string[],
): string | undefined {
  if (at(raw, 'libraryPanel') !== undefined && at(raw, 'targets') === undefined) {
    return 'a library panel: what it shows is kept in Grafana, not in this file';
  }
  if (type === '') return 'the file does not say what kind of panel it is';
  if (kind === 'none') return `panels of type "${type}" are not drawn in a terminal`;
  if (kind === 'text' || kind === 'row' || targets.length > 0) return undefined;
  const [other] = foreign;
  if (other !== undefined) return `its data comes from ${other}, not from Prometheus`;
  return 'it asks nothing of Prometheus';
}

type ReadTarget = { readonly target?: PanelTarget; readonly other?: string };

function readTarget(raw: unknown, index: number, panel: unknown, inputs: Inputs): ReadTarget {
  const expr = textAt(raw, 'expr');
  const other = foreignSource(at(raw, 'datasource'), inputs) ?? foreignSource(at(panel, 'datasource'), inputs);
  const own = at(raw, 'datasource') !== undefined && foreignSource(at(raw, 'datasource'), inputs) === undefined;
  if (other !== undefined && !own) return { other };
  if (expr === undefined || expr.trim() === '') return {};
  if (expr.length > LONGEST_EXPR) return { other: `a query of more than ${LONGEST_EXPR} characters` };
  if (looksLikeLogs(expr)) return { other: 'a log store' };
  const type = textAt(panel, 'type');
  return {
    target: {
      refId: textAt(raw, 'refId') ?? String.fromCharCode(65 + index),
      expr,
      legend: legendOf(raw),
      instant: at(raw, 'instant') === true && at(raw, 'range') !== true && type !== 'state-timeline',
      interval: textAt(raw, 'interval'),
      hidden: at(raw, 'hide') === true,
    },
  };
}

const LONGEST_EXPR = 20_000;

/** `__auto` is Grafana's word for "by the labels". */
function legendOf(raw: unknown): string {
  const legend = textAt(raw, 'legendFormat') ?? '';
  return legend === '__auto' ? '' : legend.slice(0, 1_000);
}

/** What a data source is when it is not Prometheus. */
function foreignSource(given: unknown, inputs: Inputs): string | undefined {
  if (typeof given === 'string') {
    const name = given.slice(0, 200);
    const input = inputs.sources.get(/^\$\{(\w+)\}$/.exec(name)?.[1] ?? '');
    if (input !== undefined && input !== '') return answersPromql(input) ? undefined : input;
    return namesOtherSource(name) ? name : undefined;
  }
  const uid = textAt(given, 'uid') ?? '';
  const input = inputs.sources.get(/^\$\{(\w+)\}$/.exec(uid)?.[1] ?? '');
  const type = textAt(given, 'type') ?? (input === '' ? undefined : input);
  if (type === undefined || type === '') return undefined;
  return answersPromql(type) ? undefined : type;
}

function placeOf(raw: unknown): Panel['place'] {
  const whole = (name: string, least: number, most: number, otherwise: number) =>
    Math.min(most, Math.max(least, Math.round(numberAt(raw, 'gridPos', name) ?? otherwise)));
  const w = whole('w', 1, 24, 12);
  return { x: whole('x', 0, 24 - w, 0), y: whole('y', 0, 100_000, 100_000), w, h: whole('h', 1, 60, 8) };
}

function oldCalc(raw: unknown): string {
  const name = textAt(raw, 'valueName') ?? 'current';
  return OLD_CALCS[name as keyof typeof OLD_CALCS] ?? 'lastNotNull';
}

const OLD_CALCS = {
  avg: 'mean',
  min: 'min',
  max: 'max',
  total: 'sum',
  current: 'lastNotNull',
  first: 'first',
} as const;

function repeatOf(raw: unknown): Panel['repeat'] {
  const variable = textAt(raw, 'repeat');
  if (variable === undefined || variable === '') return undefined;
  const perRow = Math.min(24, Math.max(1, Math.round(numberAt(raw, 'maxPerRow') ?? 4)));
  return { variable, down: textAt(raw, 'repeatDirection') === 'v', perRow };
}

/** What Grafana's "Organize fields" says; other transformations are named as not done. */
function tableColumns(raw: unknown): TableColumns {
  const hidden: string[] = [];
  const names: [string, string][] = [];
  const order: [string, number][] = [];
  for (const each of listAt(raw, 'transformations')) {
    if (textAt(each, 'id') !== 'organize') continue;
    const options = at(each, 'options');
    for (const [name, off] of entriesAt(options, 'excludeByName')) if (off === true) hidden.push(name);
    for (const [name, to] of entriesAt(options, 'renameByName')) {
      if (typeof to === 'string' && to !== '') names.push([name, to]);
    }
    for (const [name, index] of entriesAt(options, 'indexByName')) {
      if (typeof index === 'number') order.push([name, index]);
    }
  }
  return { hidden, names: Object.fromEntries(names), order: Object.fromEntries(order) };
}

function entriesAt(value: unknown, name: string): readonly (readonly [string, unknown])[] {
  const found = at(value, name);
  return typeof found === 'object' && found !== null ? Object.entries(found).slice(0, 500) : [];
}

const DONE = new Set(['organize', 'merge']);

/** What Grafana would do with it and we do not, so that nobody compares numbers that differ. */
function remarksOf(raw: unknown, type: string, foreign: readonly string[]): readonly string[] {
  const others = listAt(raw, 'transformations').flatMap((each) => {
    const id = textAt(each, 'id') ?? '';
    return id === '' || DONE.has(id) || at(each, 'disabled') === true ? [] : [id];
  });
  const stacked =
    at(raw, 'stack') === true ||
    /^(normal|percent)$/.test(textAt(raw, 'fieldConfig', 'defaults', 'custom', 'stacking', 'mode') ?? '');
  const calc = textAt({ calc: listAt(raw, 'options', 'reduceOptions', 'calcs')[0] }, 'calc');
  return [
    ...(calc !== undefined && !knowsCalc(calc) ? [`the last value instead of "${calc.slice(0, 40)}"`] : []),
    ...(others.length > 0 ? [`without the transformation ${[...new Set(others)].slice(0, 5).join(', ')}`] : []),
    ...(stacked && (type === 'timeseries' || type === 'graph')
      ? ['stacked in Grafana; here each line stands for itself']
      : []),
    ...(foreign.length > 0 ? [`without what comes from ${foreign[0]}`] : []),
  ];
}
