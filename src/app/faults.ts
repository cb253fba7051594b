import { CALM, type Conditions, PROVIDERS, type Provider } from './providers.ts';

/** Ways to break an upstream on purpose. `amount` is what the person may set; its default is what the scenario does. */
export const FAULTS = {
  'provider-outage': {
    amount: { field: 'ratio', least: 0, most: 1, default: 0.9 },
    conditions: (ratio: number): Conditions => ({
      slowdown: 1,
      failures: { timeout: 0.3 * ratio, rate_limit: 0, upstream_5xx: 0.7 * ratio },
    }),
  },
  'slow-provider': {
    amount: { field: 'factor', least: 1, most: 20, default: 6 },
    conditions: (factor: number): Conditions => ({ slowdown: factor }),
  },
  'rate-limits': {
    amount: { field: 'ratio', least: 0, most: 1, default: 0.5 },
    conditions: (ratio: number): Conditions => ({
      slowdown: 1,
      failures: { timeout: 0, rate_limit: ratio, upstream_5xx: 0 },
    }),
  },
} as const;

export type FaultName = keyof typeof FAULTS;

export type ActiveFault = {
  readonly fault: FaultName;
  readonly provider: Provider;
  readonly amount: number;
  /** Milliseconds since 1970. */
  readonly sinceMs: number;
};

export type FaultRequest =
  | { readonly kind: 'set'; readonly fault: FaultName; readonly provider: Provider; readonly amount: number }
  /** Of one provider, or of all. */
  | { readonly kind: 'clear'; readonly provider: Provider | undefined };

/** The faults of one instance; a provider has one at a time, the last one set. */
export class FaultBoard {
  readonly #active = new Map<Provider, ActiveFault>();

  apply(request: FaultRequest, nowMs: number): void {
    if (request.kind === 'set') {
      const { fault, provider, amount } = request;
      this.#active.set(provider, { fault, provider, amount, sinceMs: nowMs });
    } else if (request.provider === undefined) {
      this.#active.clear();
    } else {
      this.#active.delete(request.provider);
    }
  }

  conditions(provider: Provider): Conditions {
    const active = this.#active.get(provider);
    return active === undefined ? CALM : FAULTS[active.fault].conditions(active.amount);
  }

  list(): readonly ActiveFault[] {
    return [...this.#active.values()];
  }
}

/** Reads `{fault, provider?, ratio?|factor?}`; all problems at once, each a sentence for a person. */
export function parseFaultRequest(body: unknown): FaultRequest | { readonly problems: readonly string[] } {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return { problems: ['the body must be a JSON object such as {"fault": "provider-outage", "provider": "openai"}'] };
  const { fault, provider, ...rest } = body as Record<string, unknown>;
  const problems: string[] = [];
  if (fault !== 'clear' && !isFaultName(fault))
    problems.push(`fault must be one of ${[...Object.keys(FAULTS), 'clear'].map((name) => `"${name}"`).join(', ')}`);
  const known = PROVIDERS.find((name) => name === provider);
  const mayLackProvider = fault === 'clear' && provider === undefined;
  if (known === undefined && !mayLackProvider)
    problems.push(`provider must be one of ${PROVIDERS.map((name) => `"${name}"`).join(', ')}`);
  const amount = isFaultName(fault) ? FAULTS[fault].amount : undefined;
  for (const [field, value] of Object.entries(rest)) {
    if (field !== amount?.field) problems.push(`${JSON.stringify(field)} is not a field of this fault`);
    else if (typeof value !== 'number' || !(value >= amount.least && value <= amount.most))
      problems.push(`${field} must be a number from ${amount.least} to ${amount.most}`);
  }
  if (problems.length > 0) return { problems };
  if (!isFaultName(fault) || known === undefined || amount === undefined) return { kind: 'clear', provider: known };
  const given = rest[amount.field];
  return { kind: 'set', fault, provider: known, amount: typeof given === 'number' ? given : amount.default };
}

function isFaultName(value: unknown): value is FaultName {
  return typeof value === 'string' && Object.hasOwn(FAULTS, value);
}
