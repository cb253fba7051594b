import { EXIT, UserError } from '../model/errors.ts';
import type { FaultControl, FaultNews } from '../model/fault.ts';
import { INSTANCE_SERVICES, type InstanceService } from './backend.ts';
import { BackendUnavailable } from './backend-unavailable.ts';
import { backendFor } from './choose.ts';
import { asRequest, type Inside, insideOf, tellInside } from './fault-inside.ts';
import { readStopNotes, writeStopNotes } from './fault-notes.ts';
import { type FaultOrder, orderOfWords } from './fault-order.ts';
import { faultStatus, requireAlive } from './fault-status.ts';
import { amountOf, FAULT_TABLE } from './fault-table.ts';
import { bringBack, instanceAnswers } from './instances.ts';
import { spanText } from './span.ts';
import { withStackLock } from './stack-lock.ts';
import type { StackState } from './state.ts';
import { readStack, writeStack } from './state-file.ts';
import type { World } from './world.ts';

/** The faults of the stack that the state file tells of. Nothing is remembered: what is on is asked of the stack itself. */
export function faultControl(
  world: World,
  never: AbortSignal = new AbortController().signal,
): FaultControl & { order(order: FaultOrder, signal?: AbortSignal): Promise<FaultNews> } {
  const order = async (wanted: FaultOrder, signal = never) => {
    const state = await runningStack(world);
    const { how } = wanted.row;
    const outside = how.kind === 'outside' && wanted.forMs === undefined;
    return outside
      ? locked(world, signal, () => fromOutside(world, wanted, signal))
      : fromInside(world, state, wanted, signal);
  };
  return {
    order,
    list: async (signal = never) => faultStatus(world, await runningStack(world), signal),
    apply: async (words, signal = never) => {
      const wanted = orderOfWords(words);
      return wanted === undefined ? locked(world, signal, () => clear(world, signal)) : order(wanted, signal);
    },
    clear: (signal = never) => locked(world, signal, () => clear(world, signal)),
  };
}

async function runningStack({ stateDir }: World): Promise<StackState> {
  const { state } = await readStack(stateDir);
  if (state?.phase === 'running') return state;
  throw new UserError(state === undefined ? 'no stack is running' : 'the stack is not started yet', {
    hint: 'Faults are for the bundled stack. Start it: prom-tutor start',
    exitCode: EXIT.unavailable,
  });
}

/** Whatever stops and starts processes waits for its turn, as `start` and `stop` do. */
function locked<T>(world: World, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  return withStackLock(world, world.stateDir, { signal, onWait: () => undefined }, work);
}

/** Set in the instances, which also end it when its time is over. */
async function fromInside(world: World, state: StackState, order: FaultOrder, signal: AbortSignal): Promise<FaultNews> {
  const { name, row, provider, services, amount, forMs } = order;
  const fault = row.how.kind === 'inside' ? row.how.fault : 'instance-stopped';
  const field = amountOf(row)?.field;
  const before = await insideOf(state, signal);
  const reached = before.filter(({ service, faults }) => services.includes(service) && faults !== undefined);
  if (reached.length === 0) throw await nobodyThere(state, services, signal);
  const body = {
    fault,
    ...(row.provider === undefined ? {} : { provider }),
    ...(field === undefined || amount === undefined ? {} : { [field]: amount }),
    ...(forMs === undefined ? {} : { seconds: forMs / 1000 }),
  };
  for (const { service } of reached) await tellInside(state, service, body, signal);
  const same =
    forMs === undefined &&
    reached.every(({ faults }) =>
      faults?.some(
        (one) =>
          one.fault === fault &&
          one.amount === amount &&
          one.untilMs === undefined &&
          (row.provider === undefined || one.provider === provider),
      ),
    );
  if (row.how.kind === 'outside')
    await note(
      world,
      state,
      reached.map(({ service }) => service),
      forMs,
    );
  const missed = services.filter((service) => !reached.some((one) => one.service === service));
  const where = whereOf(
    order,
    reached.map(({ service }) => service),
  );
  const only = missed.length === 0 ? '' : ` ${missed.join(' and ')} does not answer and is left out.`;
  const end = forMs === undefined ? '' : ` It ends by itself in ${spanText(forMs)}.`;
  return {
    changed: !same,
    message: `${name} ${same ? 'is on already' : 'is on'}: ${where}.${end}${only}`,
    look: lookOf(order),
  };
}

/** Done to the processes or containers by the backend. */
async function fromOutside(world: World, order: FaultOrder, signal: AbortSignal): Promise<FaultNews> {
  const { name, row, services } = order;
  if (row.how.kind !== 'outside') throw new Error(`${name} is set inside`);
  const { action } = row.how;
  let state = await runningStack(world);
  const backend = backendFor(state, world);
  const before = await insideOf(state, signal);
  const standing = services.filter((service) => before.find((one) => one.service === service)?.faults !== undefined);
  if (standing.length < INSTANCE_SERVICES.length) await requireAlive(state, signal);
  const wanted = action === 'restart' ? services : standing;
  for (const service of wanted) {
    state = await backend.control(state, service, action, signal);
    await writeStack(world.stateDir, state);
  }
  if (action === 'restart') await settle(world, state, wanted, before, signal);
  await note(world, state, action === 'stop' ? wanted : [], undefined, action === 'restart' ? wanted : []);
  const where = whereOf(order, services);
  if (action === 'restart') {
    return { changed: true, message: `${where} was restarted: its counters begin at 0.`, look: lookOf(order) };
  }
  return {
    changed: wanted.length > 0,
    message: `${name} ${wanted.length > 0 ? 'is on' : 'is on already'}: ${where}.`,
    look: lookOf(order),
  };
}

/** Waits until started instances answer; what was set inside them before is set again. */
async function settle(
  world: World,
  state: StackState,
  services: readonly InstanceService[],
  before: readonly Inside[],
  signal: AbortSignal,
): Promise<void> {
  for (const service of services) {
    await instanceAnswers(world, state, service, signal);
    for (const fault of before.find((one) => one.service === service)?.faults ?? []) {
      const field = amountOf(FAULT_TABLE[fault.fault])?.field;
      await tellInside(state, service, asRequest(fault, field, world.now()), signal);
    }
  }
}

/** Ends everything, whoever set it: what does not answer is started, and all instances forget their faults. */
async function clear(world: World, signal: AbortSignal): Promise<FaultNews> {
  let state = await runningStack(world);
  const backend = backendFor(state, world);
  const before = await insideOf(state, signal);
  const away = before.filter(({ faults }) => faults === undefined).map(({ service }) => service);
  if (away.length > 0) {
    await requireAlive(state, signal);
    state = await bringBack(world, backend, state, away, signal);
  }
  const ended = new Set<string>();
  for (const { service, faults } of before) {
    for (const { fault, provider } of faults ?? [])
      ended.add(provider === undefined ? fault : `${fault} of ${provider}`);
    if ((await tellInside(state, service, { fault: 'clear' }, signal)) === undefined) {
      throw new BackendUnavailable(`${service} does not answer`, { hint: 'Bring it back: prom-tutor start' });
    }
  }
  await writeStopNotes(world.stateDir, state.id, []);
  const parts = [
    ...(ended.size === 0 ? [] : [`Ended: ${[...ended].join(', ')}.`]),
    ...(away.length === 0 ? [] : [`Started again: ${away.join(' and ')}.`]),
  ];
  return {
    changed: parts.length > 0,
    message: parts.length === 0 ? 'No fault was on.' : parts.join(' '),
    look: undefined,
  };
}

/** Notes which instances were stopped now, and for how long; `started` are forgotten. */
async function note(
  world: World,
  state: StackState,
  stopped: readonly InstanceService[],
  forMs: number | undefined,
  started: readonly InstanceService[] = [],
): Promise<void> {
  if (stopped.length === 0 && started.length === 0) return;
  const others = (await readStopNotes(world.stateDir, state.id)).filter(
    ({ service }) => ![...stopped, ...started].some((one) => one === service),
  );
  const sinceMs = world.now();
  const fresh = stopped.map((service) => ({
    service,
    sinceMs,
    ...(forMs === undefined ? {} : { untilMs: sinceMs + forMs }),
  }));
  await writeStopNotes(world.stateDir, state.id, [...others, ...fresh]);
}

async function nobodyThere(
  state: StackState,
  services: readonly InstanceService[],
  signal: AbortSignal,
): Promise<UserError> {
  await requireAlive(state, signal);
  const one = services.length === 1;
  return new UserError(`${services.join(' and ')} ${one ? 'does' : 'do'} not answer`, {
    hint: `${one ? 'It is' : 'They are'} stopped already, perhaps by another fault. To start again: prom-tutor fault clear`,
    exitCode: EXIT.unavailable,
  });
}

function whereOf({ row, provider }: FaultOrder, services: readonly InstanceService[]): string {
  if (row.provider !== undefined) return provider;
  return services.length === INSTANCE_SERVICES.length ? 'both instances' : services.join(', ');
}

function lookOf({ row, provider, services }: FaultOrder): string {
  return row.look({ provider, instance: services[0] ?? 'sse-app-2' });
}
