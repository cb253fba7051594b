import { INSTANCE_SERVICES } from '../../backends/backend.ts';
import { BACKEND_TITLES } from '../../backends/choose.ts';
import { faultControl } from '../../backends/fault-control.ts';
import { keepsScraped } from '../../backends/lasting.ts';
import { spanText } from '../../backends/span.ts';
import { type StackStatus, stackStatus } from '../../backends/stack-status.ts';
import { EXIT, UserError } from '../../model/errors.ts';
import type { FaultStatus } from '../../model/fault.ts';
import { EMBEDDED_RETENTION_MS } from '../../model/scenario.ts';
import { faultsLine } from '../../render/faults.ts';
import { firingText } from '../../render/firing.ts';
import { formatDuration, formatTime } from '../../render/format.ts';
import { prose } from '../../render/prose.ts';
import { safeJson, safeLines } from '../../render/safe.ts';
import { paint, type Role, type Style } from '../../render/style.ts';
import { renderTable } from '../../render/table.ts';
import { httpSource } from '../../source/http.ts';
import type { Alert } from '../../source/source.ts';
import { backendWorld } from '../backend-world.ts';
import type { Context } from '../context.ts';

/** Shows the stack as it is now. Ends with 3 when nothing runs. */
export async function runStatus(context: Context): Promise<number> {
  const { io, style } = context;
  const status = await stackStatus(backendWorld(io), io.signal);
  const [faults, alerts] = await Promise.all([
    status.kind === 'running' ? faultsOn(context) : [],
    alertsOf(context, status),
  ]);
  for (const notice of status.notices) context.note(`note: ${safeLines(notice)}`);
  const next = nextCommand(status, faults.length > 0);
  const now = [faultsLine(faults, style, io.now()), firingText(alerts)].filter((line) => line !== undefined);
  if (context.json) {
    const document = { ...jsonDocument(status, alerts, next), ...(faults.length === 0 ? {} : { faults }) };
    context.out(safeJson(document, undefined, 2));
  } else context.out(render(status, { now, next }, style, io.now()));
  return status.kind === 'running' || status.kind === 'starting' ? EXIT.ok : EXIT.unavailable;
}

const ALERTS_TIMEOUT_MS = 1_500;

/** The alerts that the stack's Prometheus has active now; none where it cannot be asked, which is told elsewhere. */
async function alertsOf({ io }: Context, { kind, state }: StackStatus): Promise<readonly Alert[]> {
  if (kind !== 'running' || state === undefined) return [];
  const source = httpSource({ url: state.urls.prometheus });
  const late = AbortSignal.timeout(ALERTS_TIMEOUT_MS);
  try {
    return await source.alerts({ signal: AbortSignal.any([io.signal, late]) });
  } catch (error) {
    io.signal.throwIfAborted();
    if (!late.aborted && !(error instanceof UserError)) throw error;
    return [];
  } finally {
    await source.close();
  }
}

type Known = StackStatus & { readonly state: NonNullable<StackStatus['state']> };

/** Faults that are on; none where the stack does not tell. */
async function faultsOn({ io }: Context): Promise<readonly FaultStatus[]> {
  try {
    const faults = await faultControl(backendWorld(io)).list(io.signal);
    return faults.filter(({ on }) => on.length > 0);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [];
  }
}

/** `now`: what is not as usual at this moment; `next`: the command to go on with. */
function render(
  status: StackStatus,
  { now, next }: { readonly now: readonly string[]; readonly next: string },
  style: Style,
  nowMs: number,
): string {
  const { state } = status;
  const parts = state === undefined ? [headline(status)] : stackParts({ ...status, state }, style, nowMs);
  const kept = status.kept.map(
    ({ backend, data }) =>
      `Kept: ${keepsScraped(backend) ? 'data' : 'the scenario'} of ${BACKEND_TITLES[backend]}, whose history ends ${spanText(nowMs - data.scenario.t0Ms)} ago.`,
  );
  const last = `${paint(style, 'title', 'Next:')} ${paint(style, 'query', next)}`;
  return [...parts, ...[...now, ...kept].map((line) => prose(line, style)), last].join('\n\n');
}

function stackParts(status: Known, style: Style, nowMs: number): readonly string[] {
  const { state, scenario } = status;
  const addresses = [
    ['Prometheus', state.urls.prometheus],
    ...state.urls.apps.map((url, index) => [index === 0 ? 'sse-app' : 'sse-app-2', `${url}/metrics`] as const),
    ...(state.urls.grafana === undefined ? [] : [['Grafana', state.urls.grafana] as const]),
  ] as const;
  const end = formatTime(state.scenario.t0Ms, style);
  const age = spanText(nowMs - state.scenario.t0Ms);
  const history = `History: ${formatDuration(state.scenario.historyMs)} up to ${end} (${age} ago), seed ${state.scenario.seed}.`;
  const expired = ' It is too old for the lessons: Prometheus drops data after 30 days.';
  return [
    prose(headline(status), style),
    ...(status.kind === 'unreachable' ? [] : [servicesTable(status, style)]),
    renderTable([{ head: 'what' }, { head: 'where' }], addresses, style, { rowName: 'Address' }),
    prose(`${history}${scenario?.expired === true ? expired : ''}`, style),
    ...(keepsScraped(state.backend) ? [] : [prose(IN_MEMORY, style)]),
  ];
}

const IN_MEMORY = `Samples are kept in memory: scraped ones for ${formatDuration(EMBEDDED_RETENTION_MS)} or until the stack stops, the history as long as it runs.`;

function servicesTable({ services }: StackStatus, style: Style): string {
  return renderTable(
    [{ head: 'service' }, { head: 'state' }, { head: 'detail', role: 'dim' }],
    services.map(({ name, state: doing, detail }) => [name, { text: doing, role: ROLES[doing] }, detail]),
    style,
    { rowName: 'Service' },
  );
}

const ROLES = {
  running: 'ok',
  starting: 'warn',
  unhealthy: 'wrong',
  stopped: 'wrong',
  missing: 'wrong',
} as const satisfies { readonly [K in StackStatus['services'][number]['state']]: Role };

function headline({ kind, state, services, reason }: StackStatus): string {
  const title = state === undefined ? '' : BACKEND_TITLES[state.backend];
  const broken = services.filter((service) => service.state !== 'running').length;
  const some = broken === 0 ? '' : ` ${broken} of its ${services.length} services ${broken === 1 ? 'does' : 'do'} not.`;
  return {
    none: 'No stack is running.',
    starting: `The stack is being started with ${title} by another prom-tutor.`,
    unfinished: `A start with ${title} was interrupted; the next start tidies up.`,
    unreachable: `The stack was started with ${title}, which is out of reach: ${reason}.`,
    running: `The stack runs with ${title}.${some}`,
    gone: `The stack that was started with ${title} does not run any more.`,
  }[kind];
}

function nextCommand({ kind, services, scenario }: StackStatus, isBroken: boolean): string {
  const broken = services.filter(({ state }) => state !== 'running');
  const onPurpose = isBroken && broken.every(({ name }) => INSTANCE_SERVICES.some((service) => service === name));
  if (kind === 'running' && onPurpose) return 'prom-tutor fault clear';
  if (kind === 'starting') return 'prom-tutor status';
  if (kind === 'unreachable') return 'prom-tutor doctor';
  if (kind !== 'running' || broken.length > 0) return 'prom-tutor start';
  return scenario?.expired === true ? 'prom-tutor stop, then prom-tutor start' : 'prom-tutor lesson';
}

function jsonDocument(status: StackStatus, alerts: readonly Alert[], next: string) {
  const { kind, state, services, scenario, kept, notices, reason } = status;
  return {
    status: kind,
    ...(reason === '' ? {} : { reason }),
    ...(state === undefined
      ? {}
      : {
          backend: state.backend,
          id: state.id,
          toolVersion: state.toolVersion,
          startedMs: state.startedMs,
          urls: state.urls,
          dir: state.dir,
          services,
          firing: alerts.filter((alert) => alert.state === 'firing').map(({ labels }) => labels),
          scenario: { ...state.scenario, ...scenario, t0: new Date(state.scenario.t0Ms).toISOString() },
        }),
    kept: kept.map(({ backend, data }) => ({ backend, scenario: data.scenario, untilMs: data.untilMs })),
    next,
    notices,
  };
}
