import { labelsKey } from '../model/labels.ts';
import { type Comparison, commonFactor, type Pair, type Row } from './compare.ts';
import type { Moment } from './ground.ts';
import type { Feedback } from './verdict.ts';
import { counted, labelText, listed, numberText, pairLines, rowLines, valueText } from './words.ts';

/** What was compared at one moment. */
export type Compared = { readonly moment: Moment; readonly comparison: Comparison };

/** A comparison that found a difference. */
export type Different = Exclude<Comparison, { readonly kind: 'equal' }>;

/**
 * Says how an answer's result differs, with rows and numbers from the data. `compared` holds every moment; the one the
 * exercise is shown at speaks when it differs, otherwise the first that does. Undefined when nothing differs.
 */
export function describeDifference(compared: readonly Compared[], shownAt: Moment): Feedback | undefined {
  const different = compared.filter(({ comparison }) => comparison.kind !== 'equal');
  const focus = different.find(({ moment }) => moment.ms === shownAt.ms) ?? different[0];
  if (focus === undefined || focus.comparison.kind === 'equal') return undefined;
  const { message, evidence } = DESCRIBE[focus.comparison.kind](focus.comparison as never);
  const equalCount = compared.length - different.length;
  const where =
    equalCount === 0
      ? ''
      : `Your query is right at ${equalCount} of ${compared.length} moments, but not at \`${focus.moment.name}\` (${focus.moment.story}). `;
  return { kind: 'difference', message: `${where}${message}`, evidence };
}

type Described = { readonly message: string; readonly evidence: readonly string[] };
type Of<K extends Different['kind']> = Extract<Different, { readonly kind: K }>;

const DESCRIBE: { readonly [K in Different['kind']]: (comparison: Of<K>) => Described } = {
  type: describeType,
  rows: describeRows,
  values: describeValues,
  order: ({ reference, answer }) => ({
    message: 'The rows are right, their order is not.',
    evidence: [
      `yours     ${answer.map(({ labels }) => labelText(labels)).join(' ')}`,
      `expected  ${reference.map(({ labels }) => labelText(labels)).join(' ')}`,
    ],
  }),
};

const TYPE_WORDS = {
  vector: 'an instant vector: one value a row',
  matrix: 'a range vector: all samples of a window, for every row',
  scalar: 'a scalar: a bare number without labels',
  string: 'a string',
} as const;

function describeType({ reference, answer }: Of<'type'>): Described {
  const advice = {
    matrix: ' A function such as `rate()` makes one value out of a window; without `[…]` you get the value of now.',
    scalar: ' Leave out `scalar()`, or begin with a selector.',
    vector: '',
    string: ' Text in quotes alone is a value, not a selector.',
  }[answer];
  return {
    message: `Your query returns ${TYPE_WORDS[answer]}. The task asks for ${TYPE_WORDS[reference]}.${advice}`,
    evidence: [],
  };
}

function describeRows(comparison: Of<'rows'>): Described {
  const { missing, extra, reference, answer } = comparison;
  if (reference.length === 0) {
    return {
      message: `Nothing is to be returned here, and you return ${counted(answer.length, 'row')}.`,
      evidence: rowLines(extra).map((line) => `yours     ${line}`),
    };
  }
  const nan = describeNan(comparison);
  if (nan !== undefined) return nan;
  if (answer.length === 0) {
    return {
      message: `You return no row here; ${counted(reference.length, 'row')} should come.`,
      evidence: rowLines(missing).map((line) => `expected  ${line}`),
    };
  }
  return describeLabelNames(comparison) ?? describeRowSets(comparison);
}

/** When what is missing was there, and had no value. */
function describeNan({ missing, extra, nan }: Of<'rows'>): Described | undefined {
  const keys = new Set(nan.map(({ labels }) => labelsKey(labels)));
  if (extra.length > 0 || !missing.every(({ labels }) => keys.has(labelsKey(labels)))) return undefined;
  return {
    message: `${counted(missing.length, 'row')} of yours ${missing.length === 1 ? 'is' : 'are'} NaN, which is no value: 0 divided by 0, or nothing was measured.`,
    evidence: rowLines(missing).map((line) => `expected  ${line}`),
  };
}

/** When the rows carry other label names: the usual sign of a missing or wrong `by (…)`. */
function describeLabelNames({ reference, answer }: Of<'rows'>): Described | undefined {
  const wanted = labelNames(reference);
  const given = labelNames(answer);
  const tooMany = given.filter((name) => !wanted.includes(name));
  const tooFew = wanted.filter((name) => !given.includes(name));
  if (tooMany.length === 0 && tooFew.length === 0) return undefined;
  const counts =
    answer.length === reference.length
      ? `You return ${counted(answer.length, 'row')}, as many as expected, with other labels.`
      : `You return ${counted(answer.length, 'row')}, expected ${reference.length === 1 ? 'is' : 'are'} ${reference.length}.`;
  const sentences = [
    ...(tooMany.length > 0 ? [`Your rows are split by ${nameList(tooMany)}, which the task does not ask for.`] : []),
    ...(tooFew.length > 0 ? [`Your rows have lost ${nameList(tooFew)}, which the task asks for.`] : []),
  ];
  const evidence = [
    ...rowLines(answer, 2).map((line) => `yours     ${line}`),
    `expected  ${labelText(reference[0]?.labels ?? {})} …`,
  ];
  return { message: `${counts} ${sentences.join(' ')}`, evidence };
}

function describeRowSets({ missing, extra, reference, answer }: Of<'rows'>): Described {
  const sentences = [
    ...(missing.length > 0
      ? [`${counted(missing.length, 'row')} of ${reference.length} ${missing.length === 1 ? 'is' : 'are'} missing.`]
      : []),
    ...(extra.length > 0
      ? [
          `${counted(extra.length, 'row')} of your ${answer.length} ${extra.length === 1 ? 'does' : 'do'} not belong here.`,
        ]
      : []),
  ];
  return {
    message: sentences.join(' '),
    evidence: [
      ...rowLines(missing).map((line) => `missing   ${line}`),
      ...rowLines(extra).map((line) => `too many  ${line}`),
    ],
  };
}

function describeValues({ pairs, off }: Of<'values'>): Described {
  const evidence = pairLines(off);
  const nan = off.filter(({ answer, reference }) => Number.isNaN(answer) && !Number.isNaN(reference));
  if (nan.length > 0) {
    return {
      message: `The rows are right, but ${counted(nan.length, 'value')} ${nan.length === 1 ? 'is' : 'are'} NaN: a number divided 0 by 0, or nothing was measured.`,
      evidence: pairLines(nan),
    };
  }
  const same = new Set(off.map(({ answer }) => valueText(answer)));
  if (off.length > 1 && same.size === 1 && new Set(off.map(({ reference }) => valueText(reference))).size > 1) {
    return { message: `The rows are right, but every value is ${[...same][0]}.`, evidence };
  }
  const factor = off.length > 1 ? commonFactor(pairs) : undefined;
  if (factor !== undefined) {
    return { message: `The rows are right; every value is ${numberText(factor)} times what is expected.`, evidence };
  }
  const which = off.length === pairs.length ? '' : ` in ${off.length} of ${counted(pairs.length, 'row')}`;
  const negative = off.some(({ answer, reference }) => isBelowZero(answer) && !isBelowZero(reference));
  return {
    message: `The rows are right, the values are not${which}.${negative ? ' Some are even below zero.' : ''}`,
    evidence,
  };
}

function isBelowZero(value: Pair['answer']): boolean {
  return typeof value === 'number' && value < 0;
}

function labelNames(rows: readonly Row[]): readonly string[] {
  return [...new Set(rows.flatMap(({ labels }) => Object.keys(labels)))].sort();
}

function nameList(names: readonly string[]): string {
  return listed(names.map((name) => `\`${name}\``));
}
