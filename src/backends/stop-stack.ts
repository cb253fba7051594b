import type { Backend, StopOptions } from './backend.ts';
import { BackendUnavailable } from './backend-unavailable.ts';
import { BACKEND_TITLES, backendFor, backendsFor } from './choose.ts';
import { writeStopNotes } from './fault-notes.ts';
import { type KeptData, type KeptEntry, keptEntries, noteKept, readKept } from './kept-file.ts';
import { withStackLock } from './stack-lock.ts';
import type { BackendKind, StackState } from './state.ts';
import { readStack, removeStack } from './state-file.ts';
import type { World } from './world.ts';

export type StopOutcome = {
  /** What ran; undefined when nothing did. */
  readonly stopped: BackendKind | undefined;
  /** In words, such as "6 containers". */
  readonly removed: readonly string[];
  /** Data that is there for the next start, by backend. */
  readonly kept: readonly KeptEntry[];
};

export type StopRequest = {
  readonly keepData: boolean;
  readonly signal: AbortSignal;
  note(text: string): void;
};

/**
 * Removes the stack and everything else of ours, whatever left it. With `keepData` the history, the scenario and what was
 * scraped stay. Throws `BackendUnavailable` when the backend of the running stack does not answer; then nothing changes.
 */
export async function stopStack(world: World, request: StopRequest): Promise<StopOutcome> {
  const onWait = (pid: number) =>
    request.note(`Another prom-tutor (process ${pid}) is starting or stopping the stack; waiting for it.`);
  return withStackLock(world, world.stateDir, { signal: request.signal, onWait }, async () => {
    const { kind, state, notice } = await readStack(world.stateDir);
    if (notice !== undefined) request.note(notice);
    if (kind === 'newer') {
      throw new BackendUnavailable('the running stack belongs to a newer prom-tutor', {
        hint: 'Stop it with the version that started it.',
      });
    }
    const removed = state === undefined ? [] : await stopKnown(world, state, request);
    const left = await sweep(world, { state, damaged: kind === 'damaged' }, request);
    const { kept } = await readKept(world.stateDir);
    return {
      stopped: state?.backend,
      removed: [...removed, ...left],
      kept: keptEntries(kept),
    };
  });
}

async function stopKnown(world: World, state: StackState, request: StopRequest): Promise<readonly string[]> {
  const { signal } = request;
  const backend = backendFor(state, world);
  const availability = backend.inDaemon ? await backend.probe(signal) : undefined;
  if (availability?.usable === false) {
    const title = BACKEND_TITLES[state.backend];
    throw new BackendUnavailable(`the stack runs in ${title}, which is out of reach: ${availability.reason}`, {
      hint: `Start ${title}, then run again: prom-tutor stop`,
    });
  }
  // One whose start never finished has no history to keep.
  const keep = request.keepData && state.phase === 'running';
  const data = { id: state.id, scenario: state.scenario, untilMs: world.now() };
  await noteKept(world.stateDir, state.backend, keep ? data : undefined);
  const removed = await backend.stop(state, { ...(keep ? { keepId: state.id } : {}), signal });
  await removeStack(world.stateDir);
  await writeStopNotes(world.stateDir, state.id, []);
  return removed;
}

/** What the state file told. A damaged one tells only that there was a stack. */
type Known = { readonly state: StackState | undefined; readonly damaged: boolean };

/** What other backends, or starts that were killed, have left. Kept data stays only with `keepData`. */
async function sweep(world: World, known: Known, request: StopRequest): Promise<readonly string[]> {
  const { kept } = await readKept(world.stateDir);
  const removed: string[] = [];
  for (const backend of backendsFor('auto', world)) {
    if (backend.kind === known.state?.backend) continue;
    const data = kept[backend.kind];
    const scope = backend.inDaemon ? await scopeInDaemon(backend, known, data, request) : {};
    if (scope === undefined) continue;
    const keep = request.keepData && data !== undefined ? { keepId: data.id } : {};
    removed.push(...(await backend.stop(undefined, { ...scope, ...keep, signal: request.signal })));
    if (!request.keepData) await noteKept(world.stateDir, backend.kind, undefined);
  }
  return removed;
}

/**
 * A daemon may hold a stack that is none of our business: somebody started it by hand, or with another state folder. What
 * may be removed in it is the stack whose data we kept, and, where our own state file was damaged, one that does not run.
 */
async function scopeInDaemon(
  backend: Backend,
  known: Known,
  data: KeptData | undefined,
  { keepData, signal, note }: StopRequest,
): Promise<Pick<StopOptions, 'onlyId'> | undefined> {
  const title = BACKEND_TITLES[backend.kind];
  const availability = await backend.probe(signal);
  if (!availability.usable) {
    if (data !== undefined && !keepData) note(`The data kept with ${title} stays for now: ${availability.reason}.`);
    return undefined;
  }
  if (data !== undefined) return { onlyId: data.id };
  if (known.state !== undefined) return undefined;
  try {
    if ((await backend.adopt(signal)) === undefined) return known.damaged ? {} : undefined;
    note(
      `A stack runs in ${title} that was not started from here; it is left alone. To remove it: prom-tutor start, which takes it over, then prom-tutor stop.`,
    );
  } catch (error) {
    if (!(error instanceof BackendUnavailable)) throw error;
    note(`Left alone: ${error.message}.`);
  }
  return undefined;
}
