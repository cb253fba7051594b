import { EXIT, UserError } from '../model/errors.ts';
import type { Scenario } from '../model/scenario.ts';
import { type Backend, INSTANCE_SERVICES, type ServiceStatus, type StartOptions } from './backend.ts';
import { BackendUnavailable } from './backend-unavailable.ts';
import { BACKEND_TITLES, type BackendChoice, backendFor, backendsFor, notUsable } from './choose.ts';
import { bringBack } from './instances.ts';
import { type KeptData, noteKept, readKept } from './kept-file.ts';
import { keepsScraped, stackExpired } from './lasting.ts';
import { withStackLock } from './stack-lock.ts';
import type { StackState } from './state.ts';
import { readStack, removeStack, writeStack } from './state-file.ts';
import type { World } from './world.ts';

export type StartRequest = Omit<StartOptions, 'kept' | 'save'> & {
  readonly backend: BackendChoice;
  /** The scenario is too old for the lessons: whether to begin anew with a fresh history. */
  beginAnew(scenario: Scenario): Promise<boolean>;
};

export type StartOutcome = {
  /** `adopted`: it ran already, though no state file knew it. `repaired`: part of it had to be brought back. */
  readonly kind: 'found' | 'adopted' | 'repaired' | 'started';
  readonly state: StackState;
  /** With data of an earlier stack: for this time there is none. Milliseconds since 1970. */
  readonly gap?: { readonly fromMs: number; readonly toMs: number };
};

/**
 * Gives a running stack: the one there is, mended where it is broken, or a new one. Only one prom-tutor at a time does
 * this. Whatever was begun is removed again when it fails or is interrupted.
 */
export async function startStack(world: World, request: StartRequest): Promise<StartOutcome> {
  const onWait = (pid: number) =>
    request.report({
      kind: 'note',
      text: `Another prom-tutor (process ${pid}) is starting or stopping the stack; waiting for it.`,
    });
  return withStackLock(world, world.stateDir, { signal: request.signal, onWait }, async () => {
    const known = await knownStack(world, request);
    return known ?? startNew(world, request);
  });
}

/** The stack of the state file, brought back to life if need be; undefined when a new one has to be made. */
async function knownStack(world: World, request: StartRequest): Promise<StartOutcome | undefined> {
  const { kind, state, notice } = await readStack(world.stateDir);
  if (kind === 'newer') throw newerError(notice ?? '');
  if (notice !== undefined) note(request, notice);
  if (state === undefined) return undefined;
  const backend = backendFor(state, world);
  if (!(await isReachable(backend, state, world, request))) return undefined;
  if (state.phase === 'starting') {
    note(request, 'An earlier start did not finish; what it left is removed.');
    await clear(world, backend, state, request.signal);
    return undefined;
  }
  if (request.backend !== 'auto' && request.backend !== state.backend) throw otherBackendError(state, request.backend);
  if (stackExpired(state, world.now()) && (await request.beginAnew(state.scenario))) {
    await clear(world, backend, state, request.signal);
    return undefined;
  }
  return revive(world, backend, state, request);
}

/**
 * Whether the backend of the state file still answers. If not, the stack is out of reach: with `auto` its data is noted
 * for later and another backend may be used.
 */
async function isReachable(backend: Backend, state: StackState, world: World, request: StartRequest): Promise<boolean> {
  if (!backend.inDaemon) return true;
  const availability = await backend.probe(request.signal);
  if (availability.usable) return true;
  const asked = request.backend === 'auto' || request.backend !== state.backend;
  if (!asked) throw notUsable(availability);
  const title = BACKEND_TITLES[state.backend];
  note(
    request,
    `The stack that was started with ${title} is out of reach (${availability.reason}); it is left as it is.`,
  );
  if (state.phase === 'running') {
    await noteKept(world.stateDir, state.backend, { id: state.id, scenario: state.scenario, untilMs: world.now() });
  }
  await removeStack(world.stateDir);
  return false;
}

async function revive(world: World, backend: Backend, state: StackState, request: StartRequest): Promise<StartOutcome> {
  const { signal } = request;
  const broken = (await backend.status(state, signal)).filter((service) => service.state !== 'running');
  const wantsGrafana = request.grafana && state.urls.grafana === undefined;
  if (broken.length === 0 && !wantsGrafana) return { kind: 'found', state };
  if (broken.length > 0) note(request, `Of the stack that was started before, ${inWords(broken)}. Bringing it back.`);
  try {
    const save = (next: StackState) => writeStack(world.stateDir, next);
    const woken = wantsGrafana ? undefined : await wake(world, backend, state, broken, signal);
    if (woken !== undefined) return { kind: 'repaired', state: woken };
    const mended = await backend.repair(state, { ...request, save });
    await save(mended);
    return { kind: broken.length === 0 ? 'found' : 'repaired', state: mended };
  } catch (error) {
    if (!(error instanceof BackendUnavailable)) throw error;
    note(request, `That did not work (${error.message}). Starting it again from its data.`);
    const kept = { id: state.id, scenario: state.scenario, untilMs: world.now() };
    await noteKept(world.stateDir, state.backend, kept);
    await backend.stop(state, { keepId: state.id, signal });
    await removeStack(world.stateDir);
    return startNew(world, { ...request, backend: backend.kind });
  }
}

/** When nothing is missing but instances, they alone are started: the rest goes on. Undefined when that does not do. */
async function wake(
  world: World,
  backend: Backend,
  state: StackState,
  broken: readonly ServiceStatus[],
  signal: AbortSignal,
): Promise<StackState | undefined> {
  const away = INSTANCE_SERVICES.filter((service) => broken.some(({ name }) => name === service));
  if (away.length === 0 || away.length < broken.length) return undefined;
  try {
    return await bringBack(world, backend, state, away, signal);
  } catch (error) {
    if (!(error instanceof BackendUnavailable)) throw error;
    return undefined;
  }
}

async function startNew(world: World, request: StartRequest): Promise<StartOutcome> {
  const { kept, notice } = await readKept(world.stateDir);
  if (notice !== undefined) note(request, notice);
  const backends = backendsFor(request.backend, world);
  for (const [index, backend] of backends.entries()) {
    // The last one that `auto` tries needs nothing, so only a backend that was asked for can be the last and unusable.
    const last = index === backends.length - 1;
    const availability = await backend.probe(request.signal);
    if (!availability.usable) {
      if (last) throw notUsable(availability);
      note(request, `Not with ${BACKEND_TITLES[backend.kind]}: ${availability.reason}.`);
      continue;
    }
    try {
      const adopted = await backend.adopt(request.signal, kept[backend.kind]?.id);
      if (adopted !== undefined) {
        await writeStack(world.stateDir, adopted);
        return { kind: 'adopted', state: adopted };
      }
      return await startWith(world, backend, kept[backend.kind], request);
    } catch (error) {
      if (last || !(error instanceof BackendUnavailable)) throw error;
      note(request, `Not with ${BACKEND_TITLES[backend.kind]}: ${error.message}.`);
    }
  }
  throw new Error('there is no backend to try');
}

/** Makes a new stack with one backend, from kept data where there is some. Leaves nothing behind when it fails. */
async function startWith(
  world: World,
  backend: Backend,
  noted: KeptData | undefined,
  request: StartRequest,
): Promise<StartOutcome> {
  const { signal } = request;
  const kept = await usableKept(world, backend, noted, request);
  const removed = await backend.stop(undefined, { ...keeping(kept), signal });
  if (removed.length > 0) note(request, `Removed what an earlier stack had left: ${removed.join(', ')}.`);
  let saved: StackState | undefined;
  const save = async (state: StackState) => {
    saved = state;
    await writeStack(world.stateDir, state);
  };
  try {
    const state = await backend.start({ ...request, ...(kept === undefined ? {} : { kept }), save });
    await writeStack(world.stateDir, state);
    await noteKept(world.stateDir, backend.kind, undefined);
    if (kept === undefined) return { kind: 'started', state };
    const fromMs = keepsScraped(backend.kind) ? kept.untilMs : kept.scenario.t0Ms;
    return { kind: 'started', state, gap: { fromMs, toMs: state.startedMs } };
  } catch (error) {
    await undo(world, backend, saved, request);
    throw error;
  }
}

/** The kept data, when it is there, and either fresh enough or still wanted. */
async function usableKept(
  world: World,
  backend: Backend,
  kept: KeptData | undefined,
  request: StartRequest,
): Promise<KeptData | undefined> {
  if (kept === undefined) return undefined;
  const there = await backend.hasKept(kept, request.signal);
  if (!there) note(request, 'The data that was kept is no longer there; a new history is written.');
  const expired = stackExpired({ backend: backend.kind, scenario: kept.scenario }, world.now());
  if (there && !(expired && (await request.beginAnew(kept.scenario)))) return kept;
  await noteKept(world.stateDir, backend.kind, undefined);
  return undefined;
}

/** How long tidying up may take after the person has already said stop. */
const UNDO_MS = 30_000;

/** Removes what a failed or interrupted start had made. If even that fails, the state file stays for the next start. */
async function undo(
  world: World,
  backend: Backend,
  saved: StackState | undefined,
  request: StartRequest,
): Promise<void> {
  if (saved === undefined) return;
  if (request.signal.aborted) note(request, 'Interrupted: removing what had been started.');
  try {
    await clear(world, backend, saved, AbortSignal.timeout(UNDO_MS));
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    note(request, `Not everything could be removed (${words}); the next start tries again.`);
  }
}

/** Removes a stack and its state file; data that was kept before this stack went on with it stays kept. */
async function clear(world: World, backend: Backend, state: StackState, signal: AbortSignal): Promise<void> {
  const { kept } = await readKept(world.stateDir);
  const same = kept[backend.kind]?.id === state.id ? kept[backend.kind] : undefined;
  await backend.stop(state, { ...keeping(same), signal });
  await removeStack(world.stateDir);
}

function keeping(kept: KeptData | undefined): { readonly keepId?: string } {
  return kept === undefined ? {} : { keepId: kept.id };
}

function inWords(broken: readonly ServiceStatus[]): string {
  const [first] = broken;
  const alike = broken.every(({ state, detail }) => state === first?.state && detail === first.detail);
  if (first !== undefined && broken.length > 1 && alike) {
    return `${broken.map(({ name }) => name).join(', ')} are ${first.state} (${first.detail})`;
  }
  return broken.map(({ name, state, detail }) => `${name} is ${state} (${detail})`).join(', ');
}

function note(request: Pick<StartRequest, 'report'>, text: string): void {
  request.report({ kind: 'note', text });
}

function otherBackendError(state: StackState, asked: BackendChoice): UserError {
  return new UserError(`a stack runs already, with ${BACKEND_TITLES[state.backend]}`, {
    hint: `To change: prom-tutor stop && prom-tutor start --backend ${asked}`,
    exitCode: EXIT.unavailable,
  });
}

function newerError(notice: string): UserError {
  return new UserError(notice, {
    hint: 'Update prom-tutor, or stop that stack with the version that started it.',
    exitCode: EXIT.unavailable,
  });
}
