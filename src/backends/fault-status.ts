import { request } from 'undici';
import { PROVIDERS } from '../app/providers.ts';
import { type ActiveFaultNote, FAULT_NAMES, type FaultStatus } from '../model/fault.ts';
import { INSTANCE_SERVICES, type InstanceService } from './backend.ts';
import { BackendUnavailable } from './backend-unavailable.ts';
import { type Inside, insideOf } from './fault-inside.ts';
import { readStopNotes, type StopNote } from './fault-notes.ts';
import { FAULT_TABLE, optionsOf } from './fault-table.ts';
import type { StackState } from './state.ts';
import { type World, within } from './world.ts';

/** All faults as they are where no stack runs: off. */
export function faultsOff(): readonly FaultStatus[] {
  return FAULT_NAMES.map((name) => {
    const row = FAULT_TABLE[name];
    const { summary, undone, provider = 'anthropic', instance = 'sse-app-2' } = row;
    return { name, summary, undone, options: optionsOf(row), look: row.look({ provider, instance }), on: [] };
  });
}

/** What is on now, as the stack itself tells it. Throws `BackendUnavailable` when nothing of it answers. */
export async function faultStatus(
  world: World,
  state: StackState,
  signal: AbortSignal,
): Promise<readonly FaultStatus[]> {
  const inside = await insideOf(state, signal);
  const away = inside.filter(({ faults }) => faults === undefined).map(({ service }) => service);
  if (away.length === INSTANCE_SERVICES.length) await requireAlive(state, signal);
  const notes = (await readStopNotes(world.stateDir, state.id)).filter(({ service }) =>
    away.some((one) => one === service),
  );
  return faultsOff().map((status) => {
    const on = [...insideNotes(status, inside), ...awayNotes(status, away, notes)];
    return { ...status, look: lookFor(status, on[0]?.where), on };
  });
}

/** Of a fault that is on: the query for whom it is. */
function lookFor({ name, look }: FaultStatus, where: string | undefined): string {
  const row = FAULT_TABLE[name];
  const [first] = where?.split(',') ?? [];
  const provider = PROVIDERS.find((known) => known === first) ?? row.provider ?? 'anthropic';
  const instance = INSTANCE_SERVICES.find((known) => known === first) ?? row.instance ?? 'sse-app-2';
  return where === undefined ? look : row.look({ provider, instance });
}

/** One for each provider, or each instance where the fault is of one. */
function insideNotes({ name }: FaultStatus, inside: readonly Inside[]): readonly ActiveFaultNote[] {
  const { how } = FAULT_TABLE[name];
  if (how.kind !== 'inside') return [];
  const found = new Map<string, { sinceMs: number; untilMs: number | undefined; services: InstanceService[] }>();
  for (const { service, faults } of inside) {
    for (const { fault, provider, sinceMs, untilMs } of faults ?? []) {
      if (fault !== how.fault) continue;
      const key = provider ?? (how.on === 'one' ? service : '');
      const known = found.get(key);
      if (known === undefined) found.set(key, { sinceMs, untilMs, services: [service] });
      else known.services.push(service);
    }
  }
  const answering = inside.filter(({ faults }) => faults !== undefined).length;
  return [...found].map(([key, { sinceMs, untilMs, services }]) => {
    const part = how.on === 'both' && services.length < answering ? `${services.join(', ')} only` : '';
    const where = [key === '' ? '' : key, part].filter((text) => text !== '').join(', ');
    return { where: where === '' ? 'both instances' : where, sinceMs, untilMs };
  });
}

function awayNotes(
  { name }: FaultStatus,
  away: readonly InstanceService[],
  notes: readonly StopNote[],
): readonly ActiveFaultNote[] {
  const both = away.length === INSTANCE_SERVICES.length;
  if (name === 'both-stopped' && both) {
    const ends = notes.flatMap(({ untilMs }) => untilMs ?? []);
    const sinceMs = notes.length === 0 ? undefined : Math.max(...notes.map((one) => one.sinceMs));
    return [{ where: 'both instances', sinceMs, untilMs: ends.length === 2 ? Math.min(...ends) : undefined }];
  }
  if (name !== 'instance-stopped' || both) return [];
  return away.map((service) => {
    const note = notes.find((one) => one.service === service);
    return { where: service, sinceMs: note?.sinceMs, untilMs: note?.untilMs };
  });
}

/** Faults cannot be told from a stack that is gone unless Prometheus answers. */
export async function requireAlive(state: StackState, signal: AbortSignal): Promise<void> {
  const alive = await request(`${state.urls.prometheus}/-/ready`, { signal: within(3_000, signal), reset: true }).then(
    async ({ statusCode, body }) => {
      await body.dump();
      return statusCode === 200;
    },
    () => false,
  );
  signal.throwIfAborted();
  if (alive) return;
  throw new BackendUnavailable('the stack does not answer', {
    hint: 'Bring it back: prom-tutor start. Find out more: prom-tutor doctor',
  });
}
