import { askPanels, scopedValues } from '../explorer/dashboard/ask-panels.ts';
import { textWith, type Values } from '../explorer/dashboard/interpolate.ts';
import { MOST_PANELS } from '../explorer/dashboard/read-dashboard.ts';
import { repeatPanels } from '../explorer/dashboard/repeat.ts';
import { type ResolvedVariable, resolveVariables, valuesOf } from '../explorer/dashboard/resolve-variables.ts';
import { builtIns, panelGrid, USUAL_SCRAPE_MS } from '../explorer/dashboard/times.ts';
import type { Dashboard, DashboardView, Panel, PanelData, PanelState } from '../explorer/dashboard/types.ts';
import type { TimeWindow } from '../explorer/time-window.ts';
import { layoutPanels, panelWidths } from '../render/dashboard-layout.ts';
import type { Style } from '../render/style.ts';
import type { Source } from '../source/source.ts';
import { scrapeRhythm } from './scrape-rhythm.ts';

export type DashboardTask = {
  readonly dashboard: Dashboard;
  readonly source: Source;
  readonly server: string;
  readonly given: ReadonlyMap<string, readonly string[]>;
  readonly start: TimeWindow;
  readonly refreshMs: number | undefined;
  /** What is asked does not move on: a dump, or a history. */
  readonly settled: boolean;
};

/** A dashboard that is asked again and again: what it shows now, from the answers that have come. */
export class LiveDashboard {
  readonly #task: DashboardTask;
  #window: TimeWindow;
  #scrapeMs: number | undefined;
  #resolved: readonly ResolvedVariable[] | undefined;
  #panels: readonly Panel[];
  #notes: readonly string[] = [];
  #answers = new Map<string, { readonly data: PanelData; readonly askedMs: number; readonly staleMs?: number }>();
  #lost: DashboardView['lost'];
  #span: { readonly startMs: number; readonly endMs: number };
  #askedMs: number | undefined;
  #waiting = 0;

  constructor(task: DashboardTask, nowMs: number) {
    this.#task = task;
    this.#window = task.start;
    this.#panels = task.dashboard.panels;
    this.#span = spanOf(task.start, nowMs);
  }

  get window(): TimeWindow {
    return this.#window;
  }

  /** Shows another time from the next question on. */
  set window(window: TimeWindow) {
    this.#window = window;
    this.#resolved = undefined;
  }

  /** Variables are asked again with the next question. */
  forget(): void {
    this.#resolved = undefined;
  }

  /** Asks everything; `changed` is called whenever there is something new to show. Rejects when aborted. */
  async ask(nowMs: number, style: Style, signal: AbortSignal, changed: () => void): Promise<void> {
    const { dashboard, source, settled } = this.#task;
    const { startMs, endMs } = spanOf(this.#window, nowMs);
    this.#scrapeMs ??= (await scrapeRhythm(source, signal))?.intervalMs;
    const scrapeMs = this.#scrapeMs ?? USUAL_SCRAPE_MS;
    const around = panelGrid({ startMs, endMs }, style.width, scrapeMs, settled);
    const own = new Map(builtIns(around, { startMs, endMs }, scrapeMs, dashboard.title));
    this.#resolved ??= await resolveVariables(dashboard, {
      source,
      signal,
      startMs,
      endMs,
      given: this.#task.given,
      builtIns: own,
    });
    const repeated = repeatPanels(dashboard.panels, this.#resolved, MOST_PANELS);
    this.#panels = repeated.panels;
    const left = repeated.left === 0 ? [] : [`${repeated.left} copies of repeated panels are left out`];
    this.#notes = [...dashboard.notes, ...this.#resolved.flatMap(({ note }) => note ?? []), ...left];
    this.#span = { startMs, endMs };
    this.#askedMs = nowMs;
    const widths = panelWidths(layoutPanels(this.#panels, style.width, style.accessible));
    this.#waiting = this.#panels.filter(({ targets }) => targets.some(({ hidden }) => !hidden)).length;
    changed();
    await askPanels(
      this.#panels,
      {
        source,
        signal,
        startMs,
        endMs,
        settled,
        scrapeMs,
        columns: (panel) => Math.max(10, (widths.get(panel.key) ?? style.width) - AXIS_COLUMNS),
        values: valuesOf(this.#resolved),
        title: dashboard.title,
      },
      (panel, data) => {
        this.#waiting--;
        this.#take(panel, data, nowMs);
        changed();
      },
    );
  }

  view(paused: boolean): DashboardView {
    const { dashboard, server, refreshMs } = this.#task;
    const values: Values = valuesOf(this.#resolved ?? []);
    return {
      title: dashboard.title,
      server,
      ...this.#span,
      live: this.#window.endMs === undefined,
      askedMs: this.#askedMs,
      refreshMs,
      paused,
      waiting: paused ? 0 : this.#waiting,
      variables: (this.#resolved ?? [])
        .filter(({ variable }) => variable.kind !== 'constant' && variable.kind !== 'datasource')
        .map(({ variable, chosen, all }) => ({ label: variable.label, chosen, all })),
      panels: this.#panels.map((panel) => this.#state(panel, values)),
      notes: this.#notes,
      lost: this.#lost,
    };
  }

  #state(panel: Panel, values: Values): PanelState {
    const answer = this.#answers.get(panel.key);
    const scoped = scopedValues(panel, values);
    return {
      panel,
      title: textWith(panel.title, scoped),
      content: textWith(panel.content, scoped),
      data: answer?.data,
      staleMs: answer?.staleMs,
    };
  }

  /** An answer that did not come leaves the last one standing, with its time. */
  #take(panel: Panel, data: PanelData, askedMs: number): void {
    const before = this.#answers.get(panel.key);
    const lost = data.errors.find(({ kind }) => kind === 'lost');
    if (lost === undefined) {
      this.#answers.set(panel.key, { data, askedMs });
      this.#lost = undefined;
      return;
    }
    this.#lost ??= { sinceMs: askedMs, message: lost.message };
    const nothing = data.series.length === 0 && data.samples.length === 0;
    if (before === undefined || !nothing) this.#answers.set(panel.key, { data, askedMs });
    else this.#answers.set(panel.key, { ...before, staleMs: before.staleMs ?? before.askedMs });
  }
}

/** What the value axis takes of a panel. */
const AXIS_COLUMNS = 9;

function spanOf({ rangeMs, endMs }: TimeWindow, nowMs: number): { readonly startMs: number; readonly endMs: number } {
  const end = endMs ?? nowMs;
  return { startMs: end - rangeMs, endMs: end };
}
