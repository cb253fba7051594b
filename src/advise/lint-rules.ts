import type { DetectorId } from './finding.ts';
import {
  counterRaw,
  deltaOnCounter,
  irateLongWindow,
  rateOfSum,
  rateOnGauge,
  rateVsIncrease,
  subqueryDefaultStep,
  subtractedByHand,
  unitMissing,
} from './lint/counters.ts';
import type { Certainty, LintCheck } from './lint/finding.ts';
import { averagedQuantiles, leDropped, quantileOfLifetime, quantileOfPart, quantileRange } from './lint/histograms.ts';
import {
  aggThenLabel,
  averageOfRatios,
  boolInAlert,
  countNeverZero,
  floatEquality,
  nanCompared,
  nanDivision,
  noMatchSides,
  topkInRange,
  zeroWithoutLabels,
} from './lint/operators.ts';
import type { RefusalRule } from './lint/refused.ts';
import { contradiction, emptyMatcher, regexAnchors, regexIntended, regexStatic } from './lint/selectors.ts';

/**
 * One row of the linter. `certainty` is that of its findings in the tree; a refusal of Prometheus is always certain.
 * `mistake` is the detector that proves the same with data.
 */
export type LintRule = {
  readonly title: string;
  readonly certainty: Certainty;
  readonly mistake?: DetectorId;
  /** Whether its fix leaves the answer as it is. */
  readonly keepsMeaning?: true;
  /** Reads the tree; absent where only a refusal or data tell. */
  readonly check?: LintCheck;
};

const REFUSED = 'certain' as const;

/** The names of the linter, which are stable. */
export const LINT_RULES = {
  syntax: { title: 'Not PromQL', certainty: REFUSED },
  'type-mismatch': { title: 'A range where one value is wanted, or the reverse', certainty: REFUSED, mistake: 'M05' },
  'unknown-function': { title: 'A function that does not exist', certainty: REFUSED },
  'argument-count': { title: 'Too many or too few arguments', certainty: REFUSED },
  'bool-missing': { title: 'Two numbers compared without bool', certainty: REFUSED },
  'single-equals': { title: 'One = where == is meant', certainty: REFUSED },
  'by-without-parens': { title: 'Labels without parentheses', certainty: REFUSED },
  'quotes-missing': { title: 'A label value without quotes', certainty: REFUSED },
  'logical-words': { title: '&& and || for and and or', certainty: REFUSED },
  'name-twice': { title: 'Two names for one selector', certainty: REFUSED },
  'dup-on-group': { title: 'A label in on and in group at once', certainty: REFUSED },
  'offset-placement': { title: 'offset in the wrong place', certainty: REFUSED, mistake: 'M27' },
  'regex-invalid': { title: 'Not a regular expression', certainty: REFUSED },
  'unit-missing': { title: 'A window without a unit', certainty: 'likely', keepsMeaning: true, check: unitMissing },
  'regex-static': {
    title: 'A pattern that is a plain value',
    certainty: 'likely',
    keepsMeaning: true,
    check: regexStatic,
  },
  'regex-anchors': { title: 'Anchors that do nothing', certainty: 'likely', keepsMeaning: true, check: regexAnchors },
  'regex-intended': {
    title: 'A pattern compared as a text',
    certainty: 'likely',
    mistake: 'M22',
    check: regexIntended,
  },
  'empty-matcher': { title: 'A condition that sorts nothing out', certainty: 'likely', check: emptyMatcher },
  contradiction: { title: 'Conditions that exclude each other', certainty: 'certain', check: contradiction },
  'counter-raw': { title: 'The height of a counter', certainty: 'likely', mistake: 'M01', check: counterRaw },
  'rate-on-gauge': { title: 'rate() of a gauge', certainty: 'certain', mistake: 'M02', check: rateOnGauge },
  'delta-on-counter': { title: 'delta() of a counter', certainty: 'likely', check: deltaOnCounter },
  'rate-of-sum': { title: 'Summed first, rated afterwards', certainty: 'likely', mistake: 'M03', check: rateOfSum },
  'subtracted-by-hand': { title: 'A counter subtracted', certainty: 'likely', mistake: 'M09', check: subtractedByHand },
  'irate-long-window': {
    title: 'irate() for what is slow',
    certainty: 'likely',
    mistake: 'M10',
    check: irateLongWindow,
  },
  'rate-vs-increase': {
    title: 'rate() and increase() over one window',
    certainty: 'likely',
    keepsMeaning: true,
    check: rateVsIncrease,
  },
  'subquery-default-step': { title: 'A subquery without a step', certainty: 'likely', check: subqueryDefaultStep },
  'le-dropped': { title: 'le aggregated away', certainty: 'certain', mistake: 'M11', check: leDropped },
  'quantile-range': { title: 'A quantile outside 0 to 1', certainty: 'certain', check: quantileRange },
  'hq-no-buckets': { title: 'A quantile of what has no buckets', certainty: 'likely', check: quantileOfPart },
  'hq-without-rate': {
    title: 'A quantile since the start',
    certainty: 'likely',
    mistake: 'M12',
    check: quantileOfLifetime,
  },
  'avg-of-quantiles': { title: 'Percentiles averaged', certainty: 'likely', mistake: 'M15', check: averagedQuantiles },
  'sum-of-ratios': { title: 'Ratios averaged', certainty: 'likely', check: averageOfRatios },
  'nan-division': { title: 'A sum that one 0 / 0 spoils', certainty: 'likely', mistake: 'M19', check: nanDivision },
  'agg-then-label': { title: 'A label that is gone already', certainty: 'likely', check: aggThenLabel },
  'no-match-sides': {
    title: 'Two sides without common labels',
    certainty: 'likely',
    mistake: 'M16',
    check: noMatchSides,
  },
  'float-equality': { title: '== on a rate', certainty: 'likely', check: floatEquality },
  'nan-compared': { title: 'Compared with NaN', certainty: 'certain', check: nanCompared },
  'count-never-zero': { title: 'A count that is never 0', certainty: 'certain', check: countNeverZero },
  'bool-in-alert': { title: 'An alert that always fires', certainty: 'certain', mistake: 'M25', check: boolInAlert },
  'zero-without-labels': {
    title: 'A zero beside the rows',
    certainty: 'likely',
    mistake: 'M20',
    check: zeroWithoutLabels,
  },
  'topk-in-range': { title: 'topk along time', certainty: 'likely', check: topkInRange },
  'range-lt-2-scrapes': { title: 'A window too short for the scrapes', certainty: 'certain', mistake: 'M06' },
  'many-to-many': { title: 'Many rows where one is needed', certainty: 'certain', mistake: 'M17' },
  'name-unknown': { title: 'A name or value that does not exist', certainty: 'certain', mistake: 'M23' },
  'ratio-of-one': { title: 'A ratio that is always 1', certainty: 'likely', mistake: 'M18' },
  'set-no-match': { title: 'and, unless without common labels', certainty: 'certain', mistake: 'M26' },
  'scalar-of-many': { title: 'scalar() of several rows', certainty: 'certain', mistake: 'M33' },
  'stale-now': { title: 'Series that have ended', certainty: 'likely', mistake: 'M28' },
  'cardinality-large': { title: 'More lines than anybody reads', certainty: 'likely' },
  'all-zero': { title: 'Nothing but 0, for a day', certainty: 'likely' },
  'all-nan': { title: 'No row is a number', certainty: 'likely' },
  'limit-truncated': { title: 'Cut off by a limit of the server', certainty: 'certain' },
  'le-integer': { title: 'A bound that is written otherwise', certainty: 'certain', mistake: 'M37' },
} as const satisfies Readonly<Record<string, LintRule>> & Readonly<Record<RefusalRule, LintRule>>;

export type LintRuleId = keyof typeof LINT_RULES;

export function lintRule(id: string): LintRule {
  const rows: Readonly<Record<string, LintRule>> = LINT_RULES;
  const row = rows[id];
  if (row === undefined) throw new Error(`no lint rule is called ${id}`);
  return row;
}

/** The row that tells the same as a detector. */
export function ruleOfMistake(mistake: DetectorId): LintRuleId | undefined {
  const rows: readonly (readonly [string, LintRule])[] = Object.entries(LINT_RULES);
  return rows.find(([, row]) => row.mistake === mistake)?.[0] as LintRuleId | undefined;
}
