/** A source of random choices that gives the same ones for the same seed. */
export class Dice {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** A number from 0 up to 1. */
  roll(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  pick<T>(choices: readonly T[]): T {
    const choice = choices[Math.floor(this.roll() * choices.length)];
    if (choice === undefined) throw new Error('nothing to pick from');
    return choice;
  }

  whole(from: number, to: number): number {
    return from + Math.floor(this.roll() * (to - from + 1));
  }

  chance(probability: number): boolean {
    return this.roll() < probability;
  }
}

export type GeneratedSeries = {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly (readonly [ms: number, value: number])[];
};

const START_MS = 1_700_000_000_000;
const STEP_MS = 15_000;
const COUNT = 400;

export const WINDOW = { startMs: START_MS, endMs: START_MS + COUNT * STEP_MS };

/** Counters with restarts and gaps, gauges with NaN and infinities, classic histograms; the same for the same seed. */
export function generateSamples(dice: Dice): readonly GeneratedSeries[] {
  const series: GeneratedSeries[] = [];
  for (const job of ['api', 'web']) {
    for (const instance of ['a', 'b', 'c']) {
      for (const code of ['200', '404', '500']) {
        if (job === 'web' && instance === 'c') continue;
        series.push({ labels: { __name__: 'requests_total', job, instance, code }, samples: counter(dice) });
      }
      series.push({ labels: { __name__: 'heat', job, instance }, samples: gauge(dice) });
    }
    series.push({ labels: { __name__: 'limit', job, team: `team-${job}` }, samples: gauge(dice) });
    for (const [index, le] of ['0.1', '0.5', '1.0', '+Inf'].entries()) {
      series.push({ labels: { __name__: 'lat_bucket', job, le }, samples: straight(index + 1) });
    }
  }
  return series;
}

function times(dice: Dice): readonly number[] {
  const from = dice.chance(0.2) ? dice.whole(50, 150) : 0;
  const gap = dice.whole(0, COUNT);
  const width = dice.chance(0.3) ? dice.whole(5, 60) : 0;
  const all = Array.from({ length: COUNT }, (_, i) => i).filter((i) => i >= from && (i < gap || i >= gap + width));
  return all.filter(() => dice.roll() > 0.01).map((i) => START_MS + i * STEP_MS);
}

function counter(dice: Dice): GeneratedSeries['samples'] {
  let value = 0;
  return times(dice).map((ms) => {
    value = dice.chance(0.01) ? 0 : value + dice.whole(0, 20);
    return [ms, value] as const;
  });
}

function gauge(dice: Dice): GeneratedSeries['samples'] {
  let value = dice.whole(10, 90);
  return times(dice).map((ms) => {
    value += dice.whole(-5, 5) / 2;
    const special = dice.chance(0.01)
      ? dice.pick([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0])
      : undefined;
    return [ms, special ?? value] as const;
  });
}

function straight(slope: number): GeneratedSeries['samples'] {
  return Array.from({ length: COUNT }, (_, i) => [START_MS + i * STEP_MS, i * slope] as const);
}

/** The samples as OpenMetrics, the only way they come into a real Prometheus. */
export function toOpenMetrics(series: readonly GeneratedSeries[]): string {
  const families = new Map<string, string[]>();
  for (const { labels, samples } of series) {
    const { __name__: name = '', ...others } = labels;
    const shown = Object.entries(others).map(([label, value]) => `${label}="${value}"`);
    const family = name.replace(/_total$|_bucket$/, '');
    const type = name.endsWith('_total') ? 'counter' : name.endsWith('_bucket') ? 'histogram' : 'gauge';
    const lines = families.get(family) ?? [`# TYPE ${family} ${type}`];
    families.set(family, lines);
    for (const [ms, value] of samples) lines.push(`${name}{${shown.join(',')}} ${formatted(value)} ${ms / 1000}`);
  }
  return `${[...families.values()].flat().join('\n')}\n# EOF\n`;
}

function formatted(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}

/** A query that parses; most of them evaluate. */
export function generateQuery(dice: Dice): string {
  const kind = dice.roll();
  if (kind < 0.05) return scalar(dice, 2);
  return kind < 0.1 ? choice(dice) : vector(dice, dice.whole(1, 3));
}

/**
 * Aggregations that choose series do so among equals by their order, and Prometheus has none for computed series: they
 * stand at the top, over selectors whose values are rarely equal.
 */
function choice(dice: Dice): string {
  const operator = dice.pick(['topk', 'bottomk', 'limitk', 'limit_ratio']);
  const parameter =
    operator === 'limit_ratio' ? dice.pick(['0.5', '-0.3', '0.9']) : dice.pick(['1', '2', '3', '0', '-1']);
  const grouping = dice.chance(0.5) ? '' : ` ${dice.pick(['by', 'without'])} (${dice.pick(LABELS)})`;
  const input = operator.startsWith('limit') ? selector(dice) : 'requests_total{code="200"}';
  return `${operator}${grouping} (${parameter}, ${input})`;
}

const MATCHERS = [
  'job="api"',
  'job!="api"',
  'instance=~"a|b"',
  'instance!~"[bc]"',
  'code=~"4..|5.."',
  'code="200"',
  'team!=""',
];
const METRICS = ['requests_total', 'requests_total', 'requests_total', 'heat', 'heat', 'heat', 'limit', 'nothing'];
const LABELS = ['job', 'instance', 'code', 'team', 'le', 'nope'];

function selector(dice: Dice): string {
  const metric = dice.pick(METRICS);
  const matchers = Array.from({ length: dice.chance(0.5) ? 0 : dice.whole(1, 2) }, () => dice.pick(MATCHERS));
  return `${metric}${matchers.length > 0 ? `{${matchers.join(',')}}` : ''}`;
}

function modifiers(dice: Dice): string {
  const offset = dice.chance(0.15) ? ` offset ${dice.pick(['1m', '7m30s', '-2m', '0s'])}` : '';
  const at = dice.chance(0.08) ? ` @ ${dice.pick(['1700003000', 'start()', 'end()', '1700001234.567'])}` : '';
  return at + offset;
}

const WINDOW_FUNCTIONS = (
  'rate increase irate delta idelta deriv changes resets avg_over_time min_over_time max_over_time sum_over_time ' +
  'count_over_time last_over_time present_over_time stddev_over_time stdvar_over_time absent_over_time ' +
  'ts_of_last_over_time ts_of_max_over_time ts_of_min_over_time'
).split(' ');

/** Small differences in the input become large ones in the output of these, so they see nothing but selectors. */
const SENSITIVE = ['sin', 'cos', 'tan', 'asin', 'acos', 'acosh', 'atanh'];

const VALUE_FUNCTIONS = (
  'abs ceil floor exp ln log2 log10 sqrt sgn sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh deg rad round ' +
  'timestamp absent sort sort_desc'
).split(' ');

function matrix(dice: Dice, depth: number): string {
  const range = dice.pick(['15s', '1m', '2m', '5m', '17m', '1h', '90', '20m']);
  if (depth > 0 && dice.chance(0.25)) {
    const step = dice.pick(['', '30s', '1m', '7s', '2m']);
    const inner = vector(dice, depth - 1);
    return `${/^[a-z_]+[({]|^[a-z_]+$/.test(inner) && !/ /.test(inner) ? inner : `(${inner})`}[${range}:${step}]${modifiers(dice)}`;
  }
  return `${selector(dice)}[${range}]${modifiers(dice)}`;
}

function vector(dice: Dice, depth: number): string {
  if (depth <= 0) return `${selector(dice)}${modifiers(dice)}`;
  const kind = dice.roll();
  if (kind < 0.25) return `${dice.pick(WINDOW_FUNCTIONS)}(${matrix(dice, depth - 1)})`;
  if (kind < 0.4) {
    const name = dice.pick(VALUE_FUNCTIONS);
    return `${name}(${vector(dice, SENSITIVE.includes(name) ? 0 : depth - 1)})`;
  }
  if (kind < 0.6) return aggregation(dice, depth);
  if (kind < 0.85) return binary(dice, depth);
  if (kind < 0.95) return special(dice, depth);
  return dice.chance(0.5) ? `-${parenthesised(dice, depth)}` : parenthesised(dice, depth);
}

function parenthesised(dice: Dice, depth: number): string {
  return `(${vector(dice, depth - 1)})`;
}

function aggregation(dice: Dice, depth: number): string {
  const operator = dice.pick('sum avg min max count group stddev stdvar quantile count_values'.split(' '));
  const labels = Array.from({ length: dice.whole(0, 2) }, () => dice.pick(LABELS)).join(', ');
  const grouping = dice.chance(0.3) ? '' : ` ${dice.pick(['by', 'without'])} (${labels})`;
  const parameters: Readonly<Record<string, readonly string[]>> = {
    quantile: ['0.5', '0.9', '1.5', '0'],
    count_values: ['"value"', '"job"'],
  };
  const choices = parameters[operator];
  const parameter = choices === undefined ? '' : `${dice.pick(choices)}, `;
  // The last digit of a computed value would become a label.
  const inner = vector(dice, operator === 'count_values' ? 0 : depth - 1);
  return dice.chance(0.5)
    ? `${operator}${grouping} (${parameter}${inner})`
    : `${operator}(${parameter}${inner})${grouping}`;
}

function binary(dice: Dice, depth: number): string {
  const left = `(${vector(dice, depth - 1)})`;
  const right = `(${vector(dice, depth - 1)})`;
  const kind = dice.roll();
  if (kind < 0.3) {
    const operator = dice.pick('+ - * / % ^ atan2 == != > < >= <='.split(' '));
    const bool = /[=<>]/.test(operator) && dice.chance(0.4) ? ' bool' : '';
    return dice.chance(0.5)
      ? `${left} ${operator}${bool} ${scalar(dice, 1)}`
      : `${scalar(dice, 1)} ${operator}${bool} ${left}`;
  }
  const names = Array.from({ length: dice.whole(0, 2) }, () => dice.pick(LABELS)).join(', ');
  const matching = dice.chance(0.3) ? '' : ` ${dice.pick(['on', 'ignoring'])} (${names})`;
  if (kind < 0.55) return `${left} ${dice.pick(['and', 'or', 'unless'])}${matching} ${right}`;
  const operator = dice.pick('+ - * / == != > <='.split(' '));
  const bool = /[=<>]/.test(operator) && dice.chance(0.3) ? ' bool' : '';
  const group = matching !== '' && dice.chance(0.5) ? ` ${dice.pick(['group_left', 'group_right'])}` : '';
  return `${left} ${operator}${bool}${matching}${group} ${right}`;
}

function special(dice: Dice, depth: number): string {
  const inner = vector(dice, depth - 1);
  return dice.pick([
    () => `clamp(${inner}, ${scalar(dice, 0)}, ${scalar(dice, 0)})`,
    () => `clamp_max(${inner}, ${scalar(dice, 0)})`,
    () => `clamp_min(${inner}, ${scalar(dice, 0)})`,
    () => `round(${inner}, ${dice.pick(['0.1', '5', '10'])})`,
    () => `label_replace(${inner}, "new", "x-$1", "instance", "(a|b)")`,
    () => `label_replace(${inner}, "job", "$1", "job", "(.).*")`,
    () => `label_join(${inner}, "both", "-", "job", "instance")`,
    () => `quantile_over_time(${dice.pick(['0.5', '0.95', '2'])}, ${matrix(dice, depth - 1)})`,
    () => `predict_linear(${matrix(dice, depth - 1)}, ${dice.pick(['60', '3600', '-300'])})`,
    () => `double_exponential_smoothing(${matrix(dice, depth - 1)}, 0.3, 0.7)`,
    () => `histogram_quantile(${dice.pick(['0.5', '0.99', '-1'])}, rate(lat_bucket[5m]))`,
    () => `histogram_quantile(0.9, sum by (le) (rate(lat_bucket[2m])))`,
    () => `vector(${scalar(dice, 1)})`,
    () => `hour(vector(time() + ${dice.pick(['1', '-5', '1000.5'])} * 3600))`,
    () => `sort_by_label(${inner}, "instance", "job")`,
  ])();
}

function scalar(dice: Dice, depth: number): string {
  if (depth <= 0 || dice.chance(0.5)) return dice.pick(['1', '0', '2.5', '50', '-3', '1e3', 'NaN', 'Inf', '5m']);
  return dice.pick([
    () => 'time()',
    () => 'pi()',
    () => `scalar(${vector(dice, depth - 1)})`,
    () => `(${scalar(dice, depth - 1)} ${dice.pick(['+', '-', '*', '/', '^', '%'])} ${scalar(dice, depth - 1)})`,
    () => `(${scalar(dice, depth - 1)} ${dice.pick(['==', '<', '>='])} bool ${scalar(dice, depth - 1)})`,
  ])();
}
