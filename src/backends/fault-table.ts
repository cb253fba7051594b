import { FAULTS, type FaultName } from '../app/faults.ts';
import { PROVIDERS, type Provider } from '../app/providers.ts';
import { IDLE_PROVIDER } from '../app/waking.ts';
import type { FaultId } from '../model/fault.ts';
import { INSTANCE_SERVICES, type InstanceAction, type InstanceService } from './backend.ts';

/** A fault as a person meets it. */
export type FaultRow = {
  /** One sentence: what it does. */
  readonly summary: string;
  readonly undone: string;
  /** Which of its options may be given, and what they are otherwise. */
  readonly provider?: Provider;
  readonly instance?: InstanceService;
  /** Whether it may end by itself after a while. */
  readonly mayEnd: boolean;
  readonly how: FaultHow;
  /** The query in which it is seen. */
  look(target: { readonly provider: Provider; readonly instance: InstanceService }): string;
};

/** Set inside the instances, or done to them from outside. */
export type FaultHow =
  | { readonly kind: 'inside'; readonly fault: FaultName; readonly on: 'both' | 'one' }
  | { readonly kind: 'outside'; readonly action: Exclude<InstanceAction, 'start'>; readonly on: 'both' | 'one' };

const inside = (fault: FaultName, on: 'both' | 'one' = 'both'): FaultHow => ({ kind: 'inside', fault, on });

export const FAULT_TABLE: { readonly [N in FaultId]: FaultRow } = {
  'provider-outage': {
    summary: 'a provider fails nine requests of ten, until the circuit breaker keeps away from it',
    undone: 'the provider answers again; a breaker that opened tests it for some minutes before it closes',
    provider: 'anthropic',
    mayEnd: true,
    how: inside('provider-outage'),
    look: ({ provider }) => `sum by (type) (rate(sse_errors_total{provider="${provider}"}[1m]))`,
  },
  'slow-provider': {
    summary: 'a provider takes six times as long as on an ordinary day',
    undone: 'the provider is as fast as before',
    provider: 'anthropic',
    mayEnd: true,
    how: inside('slow-provider'),
    look: ({ provider }) =>
      `histogram_quantile(0.95, sum by (le) (rate(sse_request_duration_seconds_bucket{provider="${provider}"}[1m])))`,
  },
  'rate-limits': {
    summary: 'a provider turns half of the requests away: too many',
    undone: 'the provider takes all requests again',
    provider: 'anthropic',
    mayEnd: true,
    how: inside('rate-limits'),
    look: ({ provider }) => `sum(rate(sse_errors_total{provider="${provider}", type="rate_limit"}[1m]))`,
  },
  'provider-waking': {
    summary: `users come to ${IDLE_PROVIDER}, which nobody asks on an ordinary day`,
    undone: `${IDLE_PROVIDER} is idle again; its counters stay where they are`,
    mayEnd: true,
    how: inside('provider-waking'),
    look: () => `sum(rate(sse_requests_total{provider="${IDLE_PROVIDER}"}[1m]))`,
  },
  'instance-stopped': {
    summary: 'one instance stops; the other one takes all requests',
    undone: 'it is started again, with counters that begin at 0',
    instance: 'sse-app-2',
    mayEnd: true,
    how: { kind: 'outside', action: 'stop', on: 'one' },
    look: ({ instance }) => `up{instance="${instance}:8000"}`,
  },
  'instance-restarted': {
    summary: 'one instance is restarted: its counters begin at 0',
    undone: 'nothing is left to undo, it is over at once',
    instance: 'sse-app-2',
    mayEnd: false,
    how: { kind: 'outside', action: 'restart', on: 'one' },
    look: ({ instance }) => `resets(sse_requests_total{instance="${instance}:8000"}[5m]) > 0`,
  },
  'both-stopped': {
    summary: 'both instances stop: nobody is left to ask',
    undone: 'both are started again, with counters that begin at 0',
    mayEnd: true,
    how: { kind: 'outside', action: 'stop', on: 'both' },
    look: () => 'up{job="sse-streaming"}',
  },
  'scrape-path': {
    summary: 'one instance goes on serving, but its /metrics answers 404',
    undone: '/metrics answers again',
    instance: 'sse-app-2',
    mayEnd: true,
    how: inside('scrape-path', 'one'),
    look: ({ instance }) => `up{instance="${instance}:8000"}`,
  },
};

/** What may be said with a fault, as `--help` and `fault list` write it. */
export function optionsOf(row: FaultRow): readonly string[] {
  const amount = amountOf(row);
  return [
    ...(row.provider === undefined ? [] : [`--provider ${PROVIDERS.join('|')}`]),
    ...(row.instance === undefined ? [] : [`--instance ${INSTANCE_SERVICES.join('|')}`]),
    ...(amount === undefined ? [] : [`--${amount.field} ${amount.least}..${amount.most}`]),
    ...(row.mayEnd ? ['--for 2m'] : []),
  ];
}

/** How strong a fault is; undefined where that cannot be said. */
export function amountOf({
  how,
}: FaultRow):
  | { readonly field: 'ratio' | 'factor'; readonly least: number; readonly most: number; readonly default: number }
  | undefined {
  if (how.kind !== 'inside') return undefined;
  const kind = FAULTS[how.fault];
  return kind.scope === 'provider' ? kind.amount : undefined;
}
