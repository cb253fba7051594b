import { join } from 'node:path';
import { type Check, isHttpUrl, isListOf, isNumber, isObject, isOneOf, isText } from './shape.ts';
import type { BackendKind, StackState } from './state.ts';
import { asideName, peekStored, readStored, removeStored, type Shape, writeStored } from './stored-json.ts';

/**
 * What the state file says. `state` is undefined when there is no stack or the file cannot be used; then `notice`, when
 * present, says why, for stderr.
 */
export type StackRead = {
  readonly kind: 'none' | 'ok' | 'damaged' | 'newer';
  readonly state: StackState | undefined;
  readonly notice: string | undefined;
};

/** The running stack as its state file tells it, which is no proof that it still runs. `dir` is the state folder. */
export async function readStack(dir: string): Promise<StackRead> {
  const { kind, value, notice } = await readStored(stackFile(dir), VERSION, shapeOf);
  return { kind, state: value, notice };
}

/** What the file says, left where it is whatever that is. */
export async function peekStack(dir: string): ReturnType<typeof peekStored<StackState>> {
  return peekStored(stackFile(dir), VERSION, shapeOf);
}

/** The name under which a file that cannot be used is kept. */
export async function stackAside(dir: string): Promise<string> {
  return asideName(stackFile(dir));
}

export async function writeStack(dir: string, state: StackState): Promise<void> {
  await writeStored(stackFile(dir), state);
}

export async function removeStack(dir: string): Promise<void> {
  await removeStored(stackFile(dir));
}

export function stackFile(dir: string): string {
  return join(dir, 'stack.json');
}

const VERSION = 1;

const BACKEND_KINDS = ['docker', 'binary', 'embedded'] as const satisfies readonly BackendKind[];

export const isBackendKind = isOneOf(...BACKEND_KINDS);

export const isScenario = isObject({ t0Ms: isNumber, seed: isNumber, historyMs: isNumber });

const isProcess = isObject({ name: isText, pid: isPid, startedAt: isText });

const isStack = isObject({
  version: isOneOf(VERSION),
  toolVersion: isText,
  backend: isBackendKind,
  id: isText,
  phase: isOneOf('starting', 'running'),
  startedMs: isNumber,
  urls: isObject({ prometheus: isHttpUrl, apps: isListOf(isHttpUrl) }, { grafana: isHttpUrl }),
  scenario: isScenario,
  token: isText,
  processes: isListOf(isProcess),
  dir: isText,
});

const shapeOf: Shape<StackState> = (document) => {
  const wrong = isStack(document, '');
  return wrong === undefined ? { value: document as StackState } : { wrong };
};

/** A pid of 0 or below would signal whole process groups. */
function isPid(...[value, path]: Parameters<Check>): string | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value > 1 ? undefined : path;
}
