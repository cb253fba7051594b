import { request } from 'undici';
import type { ActiveFault } from '../app/faults.ts';
import { INSTANCE_SERVICES, type InstanceService } from './backend.ts';
import { BackendUnavailable } from './backend-unavailable.ts';
import type { StackState } from './state.ts';
import { within } from './world.ts';

/** What an instance says about its own faults; undefined when nobody answers at its address. */
export type Inside = { readonly service: InstanceService; readonly faults: readonly ActiveFault[] | undefined };

const ANSWER_MS = 2_000;

/** What one instance says about its faults; undefined when nobody answers at its address. */
export function askInside(
  state: StackState,
  service: InstanceService,
  signal: AbortSignal,
): Promise<readonly ActiveFault[] | undefined> {
  return exchange(state, service, undefined, signal);
}

/** Asks both instances. */
export function insideOf(state: StackState, signal: AbortSignal): Promise<readonly Inside[]> {
  return Promise.all(
    INSTANCE_SERVICES.map(async (service) => ({ service, faults: await askInside(state, service, signal) })),
  );
}

/** Sets or clears a fault in an instance, as its API takes it. Gives its faults then; undefined when it does not answer. */
export function tellInside(
  state: StackState,
  service: InstanceService,
  body: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<readonly ActiveFault[] | undefined> {
  return exchange(state, service, body, signal);
}

/** What sets a fault again as it is, for the rest of its time. */
export function asRequest(
  { fault, provider, amount, untilMs }: ActiveFault,
  field: string | undefined,
  nowMs: number,
): Readonly<Record<string, unknown>> {
  return {
    fault,
    ...(provider === undefined ? {} : { provider }),
    ...(field === undefined || amount === undefined ? {} : { [field]: amount }),
    ...(untilMs === undefined ? {} : { seconds: Math.max(1, (untilMs - nowMs) / 1000) }),
  };
}

async function exchange(
  { urls, token }: StackState,
  service: InstanceService,
  body: Readonly<Record<string, unknown>> | undefined,
  signal: AbortSignal,
): Promise<readonly ActiveFault[] | undefined> {
  const base = urls.apps[INSTANCE_SERVICES.indexOf(service)];
  // Nobody wrote down where it is.
  if (base === undefined) return undefined;
  const url = `${base}/admin/faults`;
  const answer = await request(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    signal: within(ANSWER_MS, signal),
    // A kept connection to an instance that was restarted since would look like one that is down.
    reset: true,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
    .then(async ({ statusCode, body: text }) => ({ statusCode, text: await text.text() }))
    .catch(() => undefined);
  signal.throwIfAborted();
  if (answer === undefined) return undefined;
  const document = parsed(answer.text);
  if (answer.statusCode === 200 && Array.isArray(document?.faults)) return document.faults as readonly ActiveFault[];
  const words = document?.error?.message ?? `status ${answer.statusCode}`;
  throw new BackendUnavailable(`${service} at ${url} does not take faults: ${words}`, {
    hint: 'Something else may answer there. Find out more: prom-tutor doctor',
  });
}

type Document = { readonly faults?: unknown; readonly error?: { readonly message?: string } };

function parsed(text: string): Document | undefined {
  try {
    return JSON.parse(text) as Document;
  } catch {
    return undefined;
  }
}
