import type { Call, Expr } from '../promql/ast.ts';
import { print } from '../promql/print.ts';
import { bare, literal } from './ast-tools.ts';
import { durationWords, lastWords, spanWords } from './duration-words.ts';
import { closed, saySelector, sayShift } from './say-selector.ts';

/** Says an expression; what calls itself needs it. */
export type Say = (node: Expr) => string;

/** A call of a function as a noun phrase. A function without a phrase of its own is named. */
export function sayCall(node: Call, say: Say): string {
  const phrase = PHRASES[node.name];
  if (phrase !== undefined) return phrase(new Parts(node, say));
  const args = node.args.filter((arg) => bare(arg).kind !== 'string').map(say);
  return args.length === 0 ? `\`${node.name}()\`` : `\`${node.name}()\` of ${args.join(' and ')}`;
}

/** `99th percentile`, `median`; the expression itself when the share is no number between 0 and 1. */
export function percentile(share: Expr | undefined): string {
  const value = share === undefined ? undefined : literal(share);
  if (share === undefined || value === undefined || !(value >= 0 && value <= 1)) {
    return `quantile \`${share === undefined ? '' : print(share)}\``;
  }
  if (value === 0.5) return 'median';
  const percent = String(Number((value * 100).toPrecision(12)));
  const ending = /\.|1[123]$/.test(percent) ? 'th' : (ENDINGS[percent.at(-1) ?? ''] ?? 'th');
  return `${percent}${ending} percentile`;
}

const ENDINGS: Readonly<Record<string, string>> = { 1: 'st', 2: 'nd', 3: 'rd' };

/** The arguments of a call as phrases: `what` is looked at, `over` how far back. */
class Parts {
  private readonly node: Call;
  private readonly say: Say;

  constructor(node: Call, say: Say) {
    this.node = node;
    this.say = say;
  }

  arg(position: number): string {
    const arg = this.node.args[position];
    return arg === undefined ? '' : this.say(arg);
  }

  share(position: number): string {
    return percentile(this.node.args[position]);
  }

  /** A number of seconds in words. */
  seconds(position: number): string {
    const arg = this.node.args[position];
    const value = arg === undefined ? undefined : literal(arg);
    return value === undefined ? `${this.arg(position)} seconds` : durationWords(value * 1_000);
  }

  text(position: number): string {
    const arg = this.node.args[position];
    const node = arg === undefined ? undefined : bare(arg);
    return node?.kind === 'string' ? node.value : '';
  }

  /** What stands under the window, without its length; the words go on behind it. */
  get what(): string {
    const window = this.window;
    if (window === undefined) return this.arg(0);
    if (window.kind === 'matrix') return closed(saySelector(window.selector), window.selector);
    return closed(`(${this.say(window.expr)})${sayShift(window)}`, window);
  }

  get last(): string {
    const window = this.window;
    if (window === undefined) return 'the window';
    const every =
      window.kind === 'subquery' && window.step !== undefined ? `, looked at every ${spanWords(window.step)}` : '';
    return lastWords(window.range) + every;
  }

  private get window(): Extract<Expr, { kind: 'matrix' | 'subquery' }> | undefined {
    return this.node.args
      .map(bare)
      .find(
        (arg): arg is Extract<Expr, { kind: 'matrix' | 'subquery' }> =>
          arg.kind === 'matrix' || arg.kind === 'subquery',
      );
  }
}

type Phrase = (parts: Parts) => string;

const over =
  (words: string): Phrase =>
  (parts) =>
    `${words} ${parts.what} over ${parts.last}`;

const first =
  (before: string, after = ''): Phrase =>
  (parts) =>
    `${before}${parts.arg(0)}${after}`;

const PHRASES: Readonly<Record<string, Phrase>> = {
  rate: over('the growth per second of'),
  increase: over('the growth of'),
  irate: (parts) => `the growth per second of ${parts.what} between its last two samples within ${parts.last}`,
  delta: over('the change of'),
  idelta: (parts) => `the difference between the last two samples of ${parts.what} within ${parts.last}`,
  deriv: over('the slope per second of'),
  predict_linear: (parts) => `what ${parts.what} will be in ${parts.seconds(1)}, judged by ${parts.last}`,
  changes: (parts) => `how often ${parts.what} changed in ${parts.last}`,
  resets: (parts) => `how often ${parts.what} started over in ${parts.last}`,
  avg_over_time: over('the average of'),
  min_over_time: over('the smallest value of'),
  max_over_time: over('the largest value of'),
  sum_over_time: over('the sum of the samples of'),
  count_over_time: over('the number of samples of'),
  last_over_time: (parts) => `the newest sample of ${parts.what} within ${parts.last}`,
  first_over_time: (parts) => `the oldest sample of ${parts.what} within ${parts.last}`,
  present_over_time: (parts) => `1 for what ${parts.what} had samples of in ${parts.last}`,
  absent_over_time: (parts) => `1 when there was no ${parts.what} in ${parts.last}, nothing otherwise`,
  stddev_over_time: over('the standard deviation of'),
  stdvar_over_time: over('the variance of'),
  quantile_over_time: (parts) => `the ${parts.share(0)} of the samples of ${parts.what} over ${parts.last}`,
  histogram_quantile: (parts) => `the ${parts.share(0)} estimated from the buckets in ${parts.arg(1)}`,
  histogram_avg: first('the average observation in '),
  histogram_count: first('the number of observations in '),
  histogram_sum: first('the sum of the observations in '),
  histogram_fraction: (parts) =>
    `the share of observations between ${parts.arg(0)} and ${parts.arg(1)} in ${parts.arg(2)}`,
  absent: first('1 when there is no ', ', nothing otherwise'),
  scalar: first('', ' as a plain number'),
  vector: first('', ' as a series without labels'),
  time: () => 'the time of the query in seconds since 1970',
  timestamp: first('the time of the newest sample of '),
  abs: first('the absolute value of '),
  ceil: first('', ', rounded up'),
  floor: first('', ', rounded down'),
  round: first('', ', rounded'),
  sqrt: first('the square root of '),
  clamp: (parts) => `${parts.arg(0)}, but not below ${parts.arg(1)} and not above ${parts.arg(2)}`,
  clamp_min: (parts) => `${parts.arg(0)}, but not below ${parts.arg(1)}`,
  clamp_max: (parts) => `${parts.arg(0)}, but not above ${parts.arg(1)}`,
  sort: first('', ', smallest first'),
  sort_desc: first('', ', largest first'),
  label_replace: (parts) => `${parts.arg(0)}, with the label ${parts.text(1)} written from ${parts.text(3)}`,
  label_join: (parts) => `${parts.arg(0)}, with the label ${parts.text(1)} joined from others`,
};
