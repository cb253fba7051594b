import { EXIT, UserError } from '../model/errors.ts';
import type { Backend } from './backend.ts';
import { binaryBackend } from './binary.ts';
import { dockerBackend } from './docker.ts';
import { embeddedBackend } from './embedded.ts';
import type { BackendKind, StackState } from './state.ts';
import type { World } from './world.ts';

/** The backends there are; `auto` tries them in this order. */
const BACKENDS = { docker: dockerBackend, binary: binaryBackend, embedded: embeddedBackend } as const satisfies {
  readonly [K in BackendKind]: (world: World) => Backend;
};

export type BackendName = keyof typeof BACKENDS;

export const BACKEND_NAMES = Object.keys(BACKENDS) as readonly BackendName[];

/** What a person can ask for. */
export type BackendChoice = 'auto' | BackendName;

/** The backend that runs a stack. */
export function backendFor({ backend }: Pick<StackState, 'backend'>, world: World): Backend {
  return BACKENDS[backend](world);
}

/** The backends to try for a new stack, in order. */
export function backendsFor(choice: BackendChoice, world: World): readonly Backend[] {
  return (choice === 'auto' ? BACKEND_NAMES : [choice]).map((name) => BACKENDS[name](world));
}

/** How messages call a backend. */
export const BACKEND_TITLES = {
  docker: 'Docker',
  binary: 'the prometheus binary',
  embedded: 'the embedded Prometheus',
} as const satisfies { readonly [K in BackendKind]: string };

/** The backend that was asked for cannot be used: why, what to install, and that there is one that needs nothing. */
export function notUsable({ reason, hint }: { readonly reason: string; readonly hint?: string }): UserError {
  return new UserError(`the stack cannot be started: ${reason}`, {
    exitCode: EXIT.unavailable,
    hint: [hint, 'With Node alone: prom-tutor start --backend embedded'].filter((text) => text !== undefined).join(' '),
  });
}
