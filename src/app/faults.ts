import { CALM, type Conditions, type FailureChances, PROVIDERS, type Provider } from './providers.ts';

/**
 * Ways to break an instance from within. `scope`: what it is set for. `amount` is what the person may set; its default is
 * what the scenario does, or a little more where that would hardly be seen. `needsEnd`: it cannot be undone from outside.
 */
export const FAULTS = {
  'provider-outage': {
    scope: 'provider',
    amount: { field: 'ratio', least: 0, most: 1, default: 0.9 },
    conditions: (ratio: number): Conditions => ({
      slowdown: 1,
      failures: { timeout: 0.3 * ratio, rate_limit: 0, upstream_5xx: 0.7 * ratio },
    }),
  },
  'slow-provider': {
    scope: 'provider',
    amount: { field: 'factor', least: 1, most: 20, default: 6 },
    conditions: (factor: number): Conditions => ({ slowdown: factor }),
  },
  'rate-limits': {
    scope: 'provider',
    amount: { field: 'ratio', least: 0, most: 1, default: 0.5 },
    conditions: (ratio: number): Conditions => ({
      slowdown: 1,
      failures: { timeout: 0, rate_limit: ratio, upstream_5xx: 0 },
    }),
  },
  /** /metrics is not there any more; the service itself goes on. */
  'scrape-path': { scope: 'instance' },
  /** Users come to the provider that nobody asks on an ordinary day. */
  'provider-waking': { scope: 'instance' },
  /** The instance stops listening, and comes back with a new life when the time is over. */
  'instance-stopped': { scope: 'instance', needsEnd: true },
} as const satisfies Readonly<Record<string, FaultKind>>;

type FaultKind =
  | {
      readonly scope: 'provider';
      readonly amount: {
        readonly field: string;
        readonly least: number;
        readonly most: number;
        readonly default: number;
      };
      conditions(amount: number): Conditions;
    }
  | { readonly scope: 'instance'; readonly needsEnd?: true };

export type FaultName = keyof typeof FAULTS;

export type ActiveFault = {
  readonly fault: FaultName;
  /** Of a fault whose scope is the provider; so is the amount. */
  readonly provider?: Provider;
  readonly amount?: number;
  /** Milliseconds since 1970. */
  readonly sinceMs: number;
  /** When it ends by itself. */
  readonly untilMs?: number;
};

export type FaultRequest =
  | {
      readonly kind: 'set';
      readonly fault: FaultName;
      readonly provider: Provider | undefined;
      readonly amount: number | undefined;
      readonly forMs: number | undefined;
    }
  /** Of one provider, or all there are. */
  | { readonly kind: 'clear'; readonly provider: Provider | undefined };

/** The faults of one instance. Each is there once for each provider; the last one set counts. */
export class FaultBoard {
  readonly #active = new Map<string, ActiveFault>();

  apply(request: FaultRequest, nowMs: number): void {
    if (request.kind === 'set') {
      const { fault, provider, amount, forMs } = request;
      const key = `${fault} ${provider ?? ''}`;
      const sinceMs = this.list(nowMs).find((one) => keyOf(one) === key)?.sinceMs ?? nowMs;
      this.#active.set(key, {
        fault,
        ...(provider === undefined ? {} : { provider }),
        ...(amount === undefined ? {} : { amount }),
        sinceMs,
        ...(forMs === undefined ? {} : { untilMs: nowMs + forMs }),
      });
      return;
    }
    for (const [key, { provider }] of this.#active) {
      if (request.provider === undefined || provider === request.provider) this.#active.delete(key);
    }
  }

  /** Those of several faults together: latencies are multiplied, chances to fail added. */
  conditions(provider: Provider, nowMs: number): Conditions {
    if (this.#active.size === 0) return CALM;
    return this.list(nowMs).reduce((together, { fault, provider: of, amount }) => {
      const kind = FAULTS[fault];
      return kind.scope === 'provider' && of === provider
        ? joined(together, kind.conditions(amount ?? kind.amount.default))
        : together;
    }, CALM);
  }

  isOn(fault: FaultName, nowMs: number): boolean {
    return this.list(nowMs).some((one) => one.fault === fault);
  }

  /** Those that are over are forgotten. */
  list(nowMs: number): readonly ActiveFault[] {
    for (const [key, { untilMs }] of this.#active) {
      if (untilMs !== undefined && untilMs <= nowMs) this.#active.delete(key);
    }
    return [...this.#active.values()];
  }
}

function keyOf({ fault, provider }: ActiveFault): string {
  return `${fault} ${provider ?? ''}`;
}

function joined(a: Conditions, b: Conditions): Conditions {
  const slowdown = a.slowdown * b.slowdown;
  if (a.failures === undefined || b.failures === undefined) {
    const failures = a.failures ?? b.failures;
    return failures === undefined ? { slowdown } : { slowdown, failures };
  }
  const sum: FailureChances = {
    timeout: a.failures.timeout + b.failures.timeout,
    rate_limit: a.failures.rate_limit + b.failures.rate_limit,
    upstream_5xx: a.failures.upstream_5xx + b.failures.upstream_5xx,
  };
  const most = Math.max(1, sum.timeout + sum.rate_limit + sum.upstream_5xx);
  const failures = {
    timeout: sum.timeout / most,
    rate_limit: sum.rate_limit / most,
    upstream_5xx: sum.upstream_5xx / most,
  };
  return { slowdown, failures };
}

/** Reads `{fault, provider?, ratio?|factor?, seconds?}`; all problems at once, each a sentence for a person. */
export function parseFaultRequest(body: unknown): FaultRequest | { readonly problems: readonly string[] } {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return { problems: ['the body must be a JSON object such as {"fault": "provider-outage", "provider": "openai"}'] };
  const { fault, provider, seconds, ...rest } = body as Record<string, unknown>;
  const kind: FaultKind | undefined = isFaultName(fault) ? FAULTS[fault] : undefined;
  const problems: string[] = [];
  if (fault !== 'clear' && kind === undefined)
    problems.push(`fault must be one of ${[...Object.keys(FAULTS), 'clear'].map((name) => `"${name}"`).join(', ')}`);
  const known = PROVIDERS.find((name) => name === provider);
  const mayLackProvider = provider === undefined && (fault === 'clear' || kind?.scope === 'instance');
  if (kind?.scope === 'instance' && provider !== undefined) problems.push('"provider" is not a field of this fault');
  else if (known === undefined && !mayLackProvider)
    problems.push(`provider must be one of ${PROVIDERS.map((name) => `"${name}"`).join(', ')}`);
  const amount = kind?.scope === 'provider' ? kind.amount : undefined;
  for (const [field, value] of Object.entries(rest)) {
    if (field !== amount?.field) problems.push(`${JSON.stringify(field)} is not a field of this fault`);
    else if (typeof value !== 'number' || !(value >= amount.least && value <= amount.most))
      problems.push(`${field} must be a number from ${amount.least} to ${amount.most}`);
  }
  if (fault === 'clear' && seconds !== undefined) problems.push('"seconds" is not a field of clear');
  else if (seconds !== undefined && !(typeof seconds === 'number' && seconds >= 1 && seconds <= LONGEST_SECONDS))
    problems.push(`seconds must be a number from 1 to ${LONGEST_SECONDS}`);
  else if (seconds === undefined && kind?.scope === 'instance' && kind.needsEnd === true)
    problems.push('seconds is missing: while it lasts the instance cannot be asked to end it');
  if (problems.length > 0) return { problems };
  if (!isFaultName(fault)) return { kind: 'clear', provider: known };
  const given = amount === undefined ? undefined : rest[amount.field];
  return {
    kind: 'set',
    fault,
    provider: known,
    amount: typeof given === 'number' ? given : amount?.default,
    forMs: typeof seconds === 'number' ? seconds * 1000 : undefined,
  };
}

/** A day. */
export const LONGEST_SECONDS = 86_400;

function isFaultName(value: unknown): value is FaultName {
  return typeof value === 'string' && Object.hasOwn(FAULTS, value);
}
