import type { DashboardView, NamedSeries, PanelState } from '../explorer/dashboard/types.ts';
import { isHistogram, type SampleValue } from '../model/query-result.ts';
import { rfc3339 } from '../render/format.ts';
import { floatText } from '../render/machine.ts';

/** The data of all panels for programs: times in seconds and values as text, as in the API of Prometheus. */
export function dashboardJson(view: DashboardView): object {
  return {
    title: view.title,
    server: view.server,
    from: rfc3339(view.startMs),
    to: rfc3339(view.endMs),
    variables: view.variables.map(({ label, chosen, all }) => ({ name: label, values: chosen, all })),
    notes: view.notes,
    panels: view.panels.map(panelJson),
  };
}

function panelJson({ panel, title, data }: PanelState): object {
  return {
    key: panel.key,
    title,
    type: panel.type,
    ...(panel.description === '' ? {} : { description: panel.description }),
    ...(panel.settings.unit === '' ? {} : { unit: panel.settings.unit }),
    ...(panel.reason === undefined ? {} : { notDrawn: panel.reason }),
    ...(panel.remarks.length === 0 ? {} : { remarks: panel.remarks }),
    ...(data === undefined
      ? {}
      : {
          queries: data.queries,
          step: data.grid.stepMs / 1_000,
          values: data.values.map(({ name, labels, value }) => ({
            name,
            labels,
            value: value === undefined ? null : floatText(value),
          })),
          series: data.series.map(seriesJson),
          errors: data.errors.map(({ refId, message }) => ({ refId, message })),
          warnings: data.warnings,
        }),
  };
}

function seriesJson({ name, labels, samples }: NamedSeries): object {
  return { name, labels, values: samples.map(({ ms, value }) => [ms / 1_000, valueJson(value)]) };
}

function valueJson(value: SampleValue): unknown {
  return isHistogram(value) ? { count: floatText(value.count), sum: floatText(value.sum) } : floatText(value);
}
