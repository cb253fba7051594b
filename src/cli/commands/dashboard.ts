import { join, resolve } from 'node:path';
import { MOST_BYTES, readDashboard } from '../../explorer/dashboard/read-dashboard.ts';
import { grafanaTime, intervalMs } from '../../explorer/dashboard/times.ts';
import type { Dashboard, DashboardView } from '../../explorer/dashboard/types.ts';
import type { TimeWindow } from '../../explorer/time-window.ts';
import { packageFolder } from '../../lib/package-folder.ts';
import { EXIT, UsageError, UserError } from '../../model/errors.ts';
import { renderDashboard } from '../../render/dashboard.ts';
import { safe, safeJson } from '../../render/safe.ts';
import { NotPlainFile, readPlainFile } from '../../source/plain-file.ts';
import { type Answering, queryGround } from '../answering.ts';
import type { Context } from '../context.ts';
import { dashboardJson } from '../dashboard-json.ts';
import { appendDashboard, liveDashboard } from '../dashboard-live.ts';
import { type DashboardTask, LiveDashboard } from '../dashboard-state.ts';
import type { OptionsOf } from '../spec.ts';
import type { dashboardSpec } from '../specs/dashboard.ts';

type Options = OptionsOf<typeof dashboardSpec>;

/** Draws a Grafana dashboard: live on a terminal, once everywhere else. */
export async function runDashboard(context: Context, _: readonly string[], options: Options): Promise<number> {
  const dashboard = await loadDashboard(context, options);
  return queryGround(context, options, (answering) => show(context, dashboard, options, answering));
}

async function loadDashboard({ io }: Context, { file, expand }: Options): Promise<Dashboard> {
  const path =
    file === undefined
      ? join(packageFolder('stack'), 'grafana', 'dashboards', 'sse-streaming.json')
      : resolve(io.cwd, file);
  const text = await textOf(path, file ?? path);
  return readDashboard(text, { name: safe(file ?? path), ...(expand === true ? { expand } : {}) });
}

async function textOf(path: string, typed: string): Promise<string> {
  try {
    return await readPlainFile(path, MOST_BYTES);
  } catch (error) {
    if (error instanceof UserError || !(error instanceof Error)) throw error;
    const code = 'code' in error ? String(error.code) : error.message;
    if (code === 'EFBIG') throw new UserError(`${safe(typed)} is larger than ${MOST_BYTES / 1e6} MB: no dashboard is`);
    const plain = error instanceof NotPlainFile ? error.message : safe(code);
    const why = code === 'ENOENT' ? 'there is no such file' : plain;
    throw new UserError(`cannot read the dashboard ${safe(typed)}: ${why}`, {
      hint: 'Give the JSON file that Grafana exports, or leave --file out for the dashboard of the demo service.',
    });
  }
}

async function show(
  context: Context,
  dashboard: Dashboard,
  options: Options,
  { connection, source, timeMs }: Answering,
): Promise<number> {
  const { io, style } = context;
  // One small question first: when nothing answers at all, what to do about that comes before any panel.
  await source.instant('1', { signal: io.signal });
  const settled = connection.nowMs !== undefined;
  const moves = !settled && options.time === undefined;
  const task: DashboardTask = {
    dashboard,
    source,
    server: source.name,
    given: givenOf(options.variable ?? []),
    start: startOf(dashboard, options, timeMs, moves),
    refreshMs: moves ? (options.refresh ?? intervalMs(dashboard.refresh ?? '')) : undefined,
    settled,
  };
  const live = new LiveDashboard(task, timeMs);
  const nowMs = () => (settled ? timeMs : io.now());
  const lasting = options.once !== true && !context.json && io.stdout.isTTY && context.interactive;
  if (lasting && !style.accessible && io.env.TERM !== 'dumb') return liveDashboard(context, live, task, nowMs);
  if (lasting && style.accessible && task.refreshMs !== undefined) return appendDashboard(context, live, task, nowMs);
  await live.ask(nowMs(), style, io.signal, () => undefined);
  const view = live.view(false);
  const { head, body } = renderDashboard(view, style);
  context.out(
    context.json ? safeJson(dashboardJson(view)) : [...head, ...(body.length === 0 ? [] : ['']), ...body].join('\n'),
  );
  return allFailed(view) ? EXIT.failed : EXIT.ok;
}

function givenOf(pairs: readonly (readonly [string, string])[]): ReadonlyMap<string, readonly string[]> {
  const given = new Map<string, string[]>();
  for (const [name, value] of pairs) given.set(name, [...(given.get(name) ?? []), value]);
  return given;
}

/** The time of the file, unless the options say more. */
function startOf(dashboard: Dashboard, options: Options, timeMs: number, moves: boolean): TimeWindow {
  const to = grafanaTime(dashboard.to, timeMs, 'up');
  const from = grafanaTime(dashboard.from, timeMs, 'down');
  if (from === undefined || to === undefined) {
    throw new UsageError(
      `the time of the dashboard cannot be read: from "${safe(dashboard.from)}" to "${safe(dashboard.to)}"`,
      {
        hint: 'Say it yourself: --range 1h',
      },
    );
  }
  const rangeMs = options.range ?? (to > from ? to - from : HOUR_MS);
  const given = options.range !== undefined || options.time !== undefined;
  if (moves && (given || dashboard.to.trim() === 'now')) return { rangeMs };
  return { rangeMs, endMs: given ? timeMs : Math.min(to, timeMs) };
}

const HOUR_MS = 3_600_000;

/** Nothing that was asked was answered. */
function allFailed({ panels }: DashboardView): boolean {
  const asked = panels.filter(({ data }) => data !== undefined);
  return (
    asked.length > 0 &&
    asked.every(
      ({ data }) => data !== undefined && data.errors.length > 0 && data.series.length + data.samples.length === 0,
    )
  );
}
