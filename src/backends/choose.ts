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

/** The backend that runs a stack. Throws `UserError` for one that only another version of this tool has. */
export function backendFor(state: Pick<StackState, 'backend' | 'toolVersion'>, world: World): Backend {
  const { backend } = state;
  if (isKnown(backend)) return BACKENDS[backend](world);
  throw new UserError(`the running stack uses the backend "${backend}", which this prom-tutor does not have`, {
    hint: `It was started by prom-tutor ${state.toolVersion}: use that one to stop it.`,
    exitCode: EXIT.unavailable,
  });
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

/** None of them can be used: why, and what to install. */
export function noneUsable(
  choice: BackendChoice,
  skipped: readonly { readonly reason: string; readonly hint?: string }[],
): UserError {
  const reasons = skipped.map(({ reason }) => reason).join('; ');
  const hint =
    choice === 'auto'
      ? 'Install Docker with its Compose plugin (https://docs.docker.com/get-docker/) or Prometheus 3 (https://prometheus.io/download/).'
      : skipped.find(({ hint }) => hint !== undefined)?.hint;
  return new UserError(`the stack cannot be started: ${reasons}`, {
    exitCode: EXIT.unavailable,
    ...(hint === undefined ? {} : { hint }),
  });
}

function isKnown(kind: BackendKind): kind is BackendName {
  return Object.hasOwn(BACKENDS, kind);
}
