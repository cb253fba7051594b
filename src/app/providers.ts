import { lognormal, type Random } from './random.ts';

export const PROVIDERS = ['openai', 'anthropic', 'mistral'] as const;
export type Provider = (typeof PROVIDERS)[number];

/** Everything `sse_errors_total{type}` can say. The first three come from upstream, the last is our own refusal. */
export const ERROR_TYPES = ['timeout', 'rate_limit', 'upstream_5xx', 'circuit_open'] as const;
export type ErrorType = (typeof ERROR_TYPES)[number];
export type UpstreamFailure = Exclude<ErrorType, 'circuit_open'>;

/** The chance of each way to fail, 0…1 of all requests. */
export type FailureChances = { readonly [K in UpstreamFailure]: number };

/** How an upstream behaves at the moment. */
export type Conditions = {
  /** All its latencies are multiplied by this. */
  readonly slowdown: number;
  /** Replaces the failures of an ordinary day. */
  readonly failures?: FailureChances;
};

export const CALM: Conditions = { slowdown: 1 };

/** What an upstream will do with one request; times are milliseconds after its start. */
export type Answer = {
  /** Undefined when it fails before the first token. */
  readonly firstTokenMs: number | undefined;
  readonly endMs: number;
  /** Tokens sent until the end, evenly spread between the first token and the end. */
  readonly tokens: number;
  readonly failure: UpstreamFailure | undefined;
};

/** We give an upstream up when no token has come for this long. */
export const SILENCE_LIMIT_MS = 4_500;

type Latency = { readonly medianMs: number; readonly sigma: number };

type Profile = {
  readonly firstToken: Latency;
  readonly rest: Latency;
  /** Tokens of a whole answer, fewest and most. */
  readonly tokens: readonly [number, number];
  readonly failures: FailureChances;
};

/**
 * An ordinary day. The three failing ways of openai and anthropic make about 1.5 % of all requests together; openai
 * never answers 5xx and mistral never fails, which two lessons rely on.
 */
const PROFILES: { readonly [K in Provider]: Profile } = {
  openai: {
    firstToken: { medianMs: 115, sigma: 0.45 },
    rest: { medianMs: 250, sigma: 0.6 },
    tokens: [12, 32],
    failures: { timeout: 0.003, rate_limit: 0.01, upstream_5xx: 0 },
  },
  anthropic: {
    firstToken: { medianMs: 290, sigma: 0.45 },
    rest: { medianMs: 590, sigma: 0.6 },
    tokens: [16, 40],
    failures: { timeout: 0.005, rate_limit: 0.005, upstream_5xx: 0.008 },
  },
  mistral: {
    firstToken: { medianMs: 120, sigma: 0.4 },
    rest: { medianMs: 300, sigma: 0.5 },
    tokens: [10, 24],
    failures: { timeout: 0, rate_limit: 0, upstream_5xx: 0 },
  },
};

/** Throws the dice for one request to an upstream. */
export function planAnswer(provider: Provider, conditions: Conditions, random: Random): Answer {
  const profile = PROFILES[provider];
  const firstTokenMs = lognormal(random, profile.firstToken.medianMs, profile.firstToken.sigma) * conditions.slowdown;
  const restMs = lognormal(random, profile.rest.medianMs, profile.rest.sigma) * conditions.slowdown;
  const [fewest, most] = profile.tokens;
  const tokens = fewest + Math.floor(random() * (most - fewest + 1));
  const drawn = drawFailure(conditions.failures ?? profile.failures, random);
  const failure = firstTokenMs > SILENCE_LIMIT_MS ? 'timeout' : drawn;
  if (failure === undefined) return { firstTokenMs, endMs: firstTokenMs + restMs, tokens, failure };
  return FAIL[failure]({ firstTokenMs, restMs, tokens }, random);
}

type Healthy = { readonly firstTokenMs: number; readonly restMs: number; readonly tokens: number };

/** How far a failing request gets: some break in the middle of the stream, most before the first token. */
const FAIL: { readonly [K in UpstreamFailure]: (healthy: Healthy, random: Random) => Answer } = {
  timeout: (healthy, random) =>
    random() < 0.75 || healthy.firstTokenMs > SILENCE_LIMIT_MS
      ? { firstTokenMs: undefined, endMs: SILENCE_LIMIT_MS, tokens: 0, failure: 'timeout' }
      : broken(healthy, random(), SILENCE_LIMIT_MS, 'timeout'),
  rate_limit: (_healthy, random) => ({
    firstTokenMs: undefined,
    endMs: 40 + 80 * random(),
    tokens: 0,
    failure: 'rate_limit',
  }),
  upstream_5xx: (healthy, random) =>
    random() < 0.7
      ? {
          firstTokenMs: undefined,
          endMs: healthy.firstTokenMs * (0.3 + 0.7 * random()),
          tokens: 0,
          failure: 'upstream_5xx',
        }
      : broken(healthy, random(), 0, 'upstream_5xx'),
};

/** A stream that stops after `share` of its tokens and is given up `silenceMs` later. */
function broken(healthy: Healthy, share: number, silenceMs: number, failure: UpstreamFailure): Answer {
  return {
    firstTokenMs: healthy.firstTokenMs,
    endMs: healthy.firstTokenMs + healthy.restMs * share + silenceMs,
    tokens: Math.max(1, Math.floor(healthy.tokens * share)),
    failure,
  };
}

function drawFailure(chances: FailureChances, random: Random): UpstreamFailure | undefined {
  const drawn = random();
  if (drawn < chances.timeout) return 'timeout';
  if (drawn < chances.timeout + chances.rate_limit) return 'rate_limit';
  if (drawn < chances.timeout + chances.rate_limit + chances.upstream_5xx) return 'upstream_5xx';
  return undefined;
}
