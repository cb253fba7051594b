import { QueryError, UnavailableError } from '../../model/errors.ts';
import type { InstantSample, QueryResult, Series } from '../../model/query-result.ts';
import type { Source } from '../../source/source.ts';
import { interpolate, TooLong, textWith, type Values, type VariableValue } from './interpolate.ts';
import { seriesNames } from './legend.ts';
import { reduceSamples } from './reduce.ts';
import { builtIns, grafanaTime, intervalMs, panelGrid } from './times.ts';
import type { NamedSample, NamedSeries, NamedValue, Panel, PanelData, PanelError, PanelTarget } from './types.ts';

export type Asking = {
  readonly source: Source;
  readonly signal: AbortSignal;
  /** The time of the dashboard, in milliseconds. */
  readonly startMs: number;
  readonly endMs: number;
  /** The data ends at `endMs` and does not move on. */
  readonly settled: boolean;
  readonly scrapeMs: number;
  /** How many points of a panel can be seen. */
  readonly columns: (panel: Panel) => number;
  readonly values: Values;
  readonly title: string;
};

/** So many panels are asked at the same time. */
const AT_A_TIME = 4;

/**
 * Asks all panels, a few at a time, in their order, and gives each answer away as soon as it is there. A panel that fails
 * has its error in its answer. Rejects with the signal's reason when aborted.
 */
export async function askPanels(
  panels: readonly Panel[],
  asking: Asking,
  answered: (panel: Panel, data: PanelData) => void,
): Promise<void> {
  const waiting = panels.filter(({ targets }) => targets.some(({ hidden }) => !hidden)).values();
  const work = async () => {
    for (const panel of waiting) {
      asking.signal.throwIfAborted();
      answered(panel, await askPanel(panel, asking));
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
}

/** The answers to the queries of one panel. */
async function askPanel(panel: Panel, asking: Asking): Promise<PanelData> {
  const window = windowOf(panel, asking);
  const leastMs = intervalMs(textOf(panel.interval ?? '', asking.values, panel)) ?? asking.scrapeMs;
  const grid = panelGrid(window, asking.columns(panel), leastMs, asking.settled);
  const series: NamedSeries[] = [];
  const samples: NamedSample[] = [];
  const errors: PanelError[] = [];
  const warnings: string[] = [];
  const queries: string[] = [];
  for (const target of panel.targets) {
    if (target.hidden) continue;
    const own = intervalMs(textOf(target.interval ?? '', asking.values, panel));
    const targetGrid = own === undefined ? grid : panelGrid(window, asking.columns(panel), own, asking.settled);
    const values = valuesFor(panel, targetGrid, window, own ?? leastMs, asking);
    const query = queryOf(target, values, errors);
    if (query === undefined) continue;
    queries.push(query);
    try {
      const instant = target.instant || panel.kind === 'table';
      const { signal } = asking;
      const result = instant
        ? await asking.source.instant(query, { timeMs: window.endMs, signal })
        : await asking.source.range(query, { ...targetGrid, signal });
      warnings.push(...result.warnings);
      const legend = textWith(target.legend, values);
      const named = namedRows(result, legend, target.refId, query);
      series.push(...named.series);
      samples.push(...named.samples);
    } catch (error) {
      asking.signal.throwIfAborted();
      if (!(error instanceof QueryError) && !(error instanceof UnavailableError)) throw error;
      const kind = error instanceof QueryError ? 'query' : 'lost';
      errors.push({ kind, refId: target.refId, message: error.message });
    }
  }
  return { grid, series, samples, values: reduced(panel, series, samples), errors, warnings, queries };
}

function windowOf(panel: Panel, asking: Asking): { readonly startMs: number; readonly endMs: number } {
  const shift = panel.timeShift === undefined ? 0 : (intervalMs(panel.timeShift) ?? 0);
  const endMs = asking.endMs - shift;
  const from = panel.timeFrom === undefined ? undefined : grafanaTime(`now-${panel.timeFrom}`, endMs, 'down');
  return { startMs: from !== undefined && from < endMs ? from : asking.startMs - shift, endMs };
}

/** The text with the variables of this panel. */
function textOf(text: string, values: Values, panel: Panel): string {
  return text === '' ? '' : textWith(text, scopedValues(panel, values));
}

/** Those of the dashboard, with the one value of a repeated panel in place of all. */
export function scopedValues({ scoped }: Panel, values: Values): Values {
  const own = Object.entries(scoped).map(([name, value]): [string, VariableValue] => [
    name,
    { values: [value], many: values.get(name)?.many === true },
  ]);
  return own.length === 0 ? values : new Map([...values, ...own]);
}

function valuesFor(
  panel: Panel,
  grid: PanelData['grid'],
  window: { readonly startMs: number; readonly endMs: number },
  scrapeMs: number,
  asking: Asking,
): Values {
  return new Map([...builtIns(grid, window, scrapeMs, asking.title), ...scopedValues(panel, asking.values)]);
}

/** The query that is sent; undefined, with an error, where a variable is missing. */
function queryOf(target: PanelTarget, values: Values, errors: PanelError[]): string | undefined {
  const refused = (message: string) => {
    errors.push({ kind: 'variable', refId: target.refId, message });
  };
  try {
    const { text, missing } = interpolate(target.expr, values, 'query');
    if (missing.length === 0) return text;
    const names = missing.map((name) => `$${name}`).join(', ');
    refused(`${names} in it ${missing.length === 1 ? 'is no variable' : 'are no variables'} of this dashboard`);
  } catch (error) {
    if (!(error instanceof TooLong)) throw error;
    refused(error.message);
  }
  return undefined;
}

function namedRows(
  { data }: QueryResult,
  legend: string,
  refId: string,
  query: string,
): { readonly series: readonly NamedSeries[]; readonly samples: readonly NamedSample[] } {
  const named = <T extends Series | InstantSample>(rows: readonly T[]) => {
    const names = seriesNames(
      rows.map(({ labels }) => labels),
      legend,
      query,
    );
    return rows.map((row, index) => ({ ...row, name: names[index] ?? '', refId }));
  };
  switch (data.kind) {
    case 'matrix':
      return { series: named(data.series), samples: [] };
    case 'vector':
      return { series: [], samples: named(data.samples) };
    case 'scalar':
      return { series: [], samples: named([{ labels: {}, ms: data.ms, value: data.value }]) };
    case 'string':
      return { series: [], samples: [] };
  }
}

/** The number that stands for each series; a sample is its own. */
function reduced(panel: Panel, series: readonly NamedSeries[], samples: readonly NamedSample[]): readonly NamedValue[] {
  return [
    ...series.map(({ name, refId, labels, samples: all }) => ({
      name,
      refId,
      labels,
      value: reduceSamples(all, panel.calc),
    })),
    ...samples.map(({ name, refId, labels, ms, value }) => ({
      name,
      refId,
      labels,
      value: reduceSamples([{ ms, value }], 'last'),
    })),
  ];
}
