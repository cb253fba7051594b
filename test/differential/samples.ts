/** The instant of the first sample, and how long samples go on; seconds. All lie in one block of the storage of Prometheus. */
export const START = 1_700_000_000;
export const LENGTH = 2400;
const INTERVAL = 15;

type Labels = Readonly<Record<string, string>>;
type Shape = {
  /** Seconds after START. Where the value is undefined there is a gap. */
  readonly value: (t: number, i: number) => number | undefined;
  readonly from?: number;
  readonly to?: number;
  readonly every?: number;
};

/** Scrapes of different targets never come at the same moment. */
const PHASE: Readonly<Record<string, number>> = { a: 0, b: 5.123, c: 9.5, d: 14.999 };
const INSTANCES = ['a', 'b', 'c'] as const;

/** Everything that makes trouble, in OpenMetrics: restarts, gaps, NaN, infinities, odd buckets, series that come and go. */
export function openMetrics(): string {
  return `${[
    family('jobs', 'counter', jobs()),
    family('retries', 'counter', retries()),
    family('queue_size', 'gauge', queues()),
    family('room_celsius', 'gauge', rooms()),
    family('target_up', 'gauge', ups()),
    family('build_info', 'gauge', builds()),
    family('lonely', 'gauge', [sample('lonely', {}, { value: (t) => Math.sin(t / 100) * 3 })]),
    family('sparse', 'gauge', sparse()),
    family('extreme', 'gauge', extremes()),
    family('wait_seconds', 'histogram', histograms()),
    family('odd_bucket', 'gauge', oddBuckets()),
    oddNames(),
  ].join('\n')}\n# EOF\n`;
}

function family(name: string, type: string, series: readonly string[]): string {
  return [`# TYPE ${name} ${type}`, `# HELP ${name} Made for comparisons.`, ...series].join('\n');
}

function sample(name: string, labels: Labels, shape: Shape): string {
  const { value, from = 0, to = LENGTH, every = INTERVAL } = shape;
  const pairs = Object.entries(labels).map(([key, text]) => `${labelName(key)}=${JSON.stringify(text)}`);
  const lines: string[] = [];
  for (let t = from + (PHASE[labels.instance ?? ''] ?? 0), i = 0; t < to; t += every, i++) {
    const number = value(t, i);
    if (number !== undefined) lines.push(`${name}{${pairs.join(',')}} ${text(number)} ${(START + t).toFixed(3)}`);
  }
  return lines.join('\n');
}

function labelName(key: string): string {
  return /^[a-zA-Z_]\w*$/.test(key) ? key : JSON.stringify(key);
}

function text(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  return Object.is(value, -0) ? '-0' : String(value);
}

function jobs(): string[] {
  return INSTANCES.flatMap((instance, n) =>
    ['200', '404', '500'].flatMap((code, m) =>
      ['get', 'post'].map((method, k) => {
        const speed = 0.37 + n * 1.7 + m * 0.31 + k * 0.113;
        const restart = instance === 'b' ? 70 : 1000;
        // Instance c starts late, its failures end early; 404 has a gap of three minutes, 500 counts in rare jumps.
        return sample(
          'jobs_total',
          { instance, code, method },
          {
            from: instance === 'c' ? 700 : 0,
            to: instance === 'c' && code === '500' ? 1500 : LENGTH,
            value: (t, i) => {
              if (code === '404' && t > 900 && t < 1080) return undefined;
              const counted = i % restart;
              return code === '500' ? Math.floor(counted / 9) * (k + 1 + n) : Math.floor(counted * speed * 10) / 10;
            },
          },
        );
      }),
    ),
  );
}

function retries(): string[] {
  return INSTANCES.map((instance, n) =>
    sample('retries_total', { instance, code: '500' }, { value: (_, i) => (i % 23) * (n + 1) + (i % 7 === 0 ? 0 : 1) }),
  );
}

function queues(): string[] {
  return ['a', 'b'].flatMap((instance, n) =>
    ['0', '1', '10'].map((shard, m) =>
      sample(
        'queue_size',
        { instance, shard },
        {
          value: (t, i) => {
            if (shard === '10' && i % 11 === 3) return Number.NaN;
            if (shard === '1' && instance === 'b' && i % 29 === 17) return Number.POSITIVE_INFINITY;
            if (shard === '1' && instance === 'a' && i % 41 === 20) return Number.NEGATIVE_INFINITY;
            if (shard === '0' && t > 1300 && t < 1345) return undefined;
            return Math.round(Math.sin(t / (90 + 40 * m)) * (50 + 13 * n) + m * 7) / 4;
          },
        },
      ),
    ),
  );
}

function rooms(): string[] {
  return ['kitchen', 'Hall', 'bad "room"\\', 'Küche'].map((room, n) =>
    sample(
      'room_celsius',
      { room, 'floor.no': String(n % 2), ...(n === 0 ? { extra: 'x' } : {}) },
      { every: 20, from: 3.25 * n, value: (t) => 20.125 + n * 1.5 + ((t * (n + 3)) % 97) / 31 - (n === 2 ? 30 : 0) },
    ),
  );
}

function ups(): string[] {
  return ['a', 'b', 'c', 'd'].map((instance, n) =>
    sample('target_up', { instance }, { value: (t) => (t > 600 + n * 200 && t < 800 + n * 300 ? 0 : 1) }),
  );
}

function builds(): string[] {
  return [
    ['a', '1.2.0'],
    ['b', '1.3.0-rc.1'],
    ['c', '1.2.0'],
  ].map(([instance = '', version = '']) => sample('build_info', { instance, version }, { value: () => 1 }));
}

function sparse(): string[] {
  return [
    sample('sparse', { gap: 'short' }, { every: 240, value: (_, i) => i * i }),
    sample('sparse', { gap: 'lookback' }, { every: 300, value: (_, i) => 10 - i }),
    sample('sparse', { gap: 'long' }, { every: 420, from: 33.333, value: (_, i) => i / 3 }),
    sample('sparse', { gap: 'once' }, { every: 99_999, from: 1000, value: () => 42 }),
  ];
}

function extremes(): string[] {
  const values = {
    zero: 0,
    negative_zero: -0,
    tiny: 3e-307,
    small: 1.5e-7,
    huge: 1.7e308,
    large: 1e21,
    minus: -1.7e308,
  };
  return Object.entries(values).map(([kind, value]) =>
    sample('extreme', { kind }, { every: 60, value: (_, i) => (i % 5 === 4 ? value / 3 : value) }),
  );
}

function histograms(): string[] {
  const bounds = ['0.1', '0.25', '1.0', '2.5', '10.0', '+Inf'];
  return INSTANCES.flatMap((instance, n) =>
    ['x', 'y'].flatMap((path, k) => {
      const labels = { instance, path };
      const count = (i: number) => (i % (80 + 9 * n)) * (3 + n + k);
      const share = [0.05, 0.3, 0.5 + 0.1 * n, 0.85, 0.97, 1];
      return [
        ...bounds.map((le, b) =>
          sample('wait_seconds_bucket', { ...labels, le }, { value: (_, i) => Math.floor(count(i) * (share[b] ?? 1)) }),
        ),
        sample('wait_seconds_sum', labels, { value: (_, i) => count(i) * (0.9 + k / 7) }),
        sample('wait_seconds_count', labels, { value: (_, i) => count(i) }),
      ];
    }),
  );
}

/** Buckets as broken programs write them. `le` is kept as written, since the type is no histogram. */
function oddBuckets(): string[] {
  const cases: Readonly<Record<string, readonly (readonly [string, number])[]>> = {
    shrinking: [
      ['1', 10],
      ['2', 8],
      ['4', 15],
      ['+Inf', 14],
    ],
    jitter: [
      ['1', 10],
      ['2', 10 - 1e-13],
      ['4', 15],
      ['+Inf', 15],
    ],
    endless: [
      ['1', 3],
      ['2', 5],
    ],
    only: [['+Inf', 5]],
    empty: [
      ['1', 0],
      ['2', 0],
      ['+Inf', 0],
    ],
    negative: [
      ['-2', 1],
      ['-1', 4],
      ['0', 5],
      ['1', 9],
      ['+Inf', 9],
    ],
    twice: [
      ['1', 2],
      ['1.0', 3],
      ['+Inf', 6],
    ],
    wrong: [
      ['1', 2],
      ['abc', 3],
      ['+Inf', 6],
    ],
    holes: [
      ['1', 2],
      ['2', Number.NaN],
      ['+Inf', 6],
    ],
  };
  return Object.entries(cases).flatMap(([kind, buckets]) =>
    buckets.map(([le, count]) =>
      sample('odd_bucket', { kind, le }, { every: 30, value: (_, i) => count * (1 + (i % 13)) }),
    ),
  );
}

/** A metric whose name is no word of PromQL, and one whose name is. */
function oddNames(): string {
  const lines = (head: string, factor: number) =>
    Array.from({ length: 80 }, (_, i) => `${head} ${(i % 17) * factor} ${START + i * 30}.5`).join('\n');
  return [
    '# TYPE "größe.total" gauge',
    lines('{"größe.total",instance="a","ort.name"="Łódź"}', 2),
    lines('{"größe.total",instance="b","ort.name"="東京"}', 3.5),
    '# TYPE sum gauge',
    lines('sum{instance="a",by="x"}', 0.25),
  ].join('\n');
}
