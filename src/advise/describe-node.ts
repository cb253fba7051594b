import { AGGREGATOR_DOCS } from '../promql/aggregations/docs.ts';
import type { Binary, Expr, NodeKind, NodeOf } from '../promql/ast.ts';
import { choosesRows, isComparison, isSetOperator } from '../promql/ast.ts';
import { findFunction } from '../promql/functions/table.ts';
import { print, printBinaryModifiers, printGrouping, printSubqueryTime } from '../promql/print.ts';
import { bare } from './ast-tools.ts';
import { lastWords, spanWords } from './duration-words.ts';
import { sayShift } from './say-selector.ts';
import { listed } from './words.ts';

/** A node without its parts, as it is written: `sum by (provider) (…)`. */
export function nodeHead(node: Expr): string {
  return (HEADS[node.kind] as (node: Expr) => string)(node);
}

/** What a node does with what its parts give; one sentence. */
export function describeNode(node: Expr): string {
  return (SENTENCES[node.kind] as (node: Expr) => string)(node);
}

type Table = { readonly [K in NodeKind]: (node: NodeOf<K>) => string };

const HEADS: Table = {
  number: print,
  string: print,
  vector: print,
  matrix: print,
  subquery: (node) => `(…)${printSubqueryTime(node)}`,
  call: ({ name, args }) => `${name}(${args.map(argument).join(', ')})`,
  aggregation: (node) => {
    const grouping = printGrouping(node);
    const first = node.parameter === undefined ? '' : `${argument(node.parameter)}, `;
    return `${node.operator}${grouping}${grouping === '' ? '' : ' '}(${first}…)`;
  },
  binary: (node) => `${argument(node.left)} ${node.operator}${printBinaryModifiers(node)} ${argument(node.right)}`,
  unary: ({ operator }) => `${operator}…`,
  paren: () => '(…)',
};

/** Numbers and texts as they are; everything else has a line of its own. */
function argument(node: Expr): string {
  const inner = bare(node);
  return inner.kind === 'number' || inner.kind === 'string' ? print(inner) : '…';
}

const SENTENCES: Table = {
  number: () => 'A number.',
  string: () => 'A text.',
  vector: (node) =>
    `The newest sample of every series that fits${sayShift(node)}, if it is not older than the lookback (5 minutes by default).`,
  matrix: ({ selector, range }) => `All samples of ${lastWords(range)} of every series that fits${sayShift(selector)}.`,
  subquery: (node) => {
    const step = node.step === undefined ? 'the default resolution' : spanWords(node.step);
    return `Evaluates the part inside again and again over ${lastWords(node.range)}${sayShift(node)}, at steps of ${step}.`;
  },
  call: ({ name }) => findFunction(name)?.doc ?? 'A function that is not known here.',
  aggregation: (node) => `${AGGREGATOR_DOCS[node.operator]} ${groups(node)}`,
  binary: describeBinary,
  unary: ({ operator }) => (operator === '-' ? 'The opposite of every value.' : 'Every value as it is.'),
  paren: () => 'What stands in parentheses goes first.',
};

function groups({ operator, without, grouping }: NodeOf<'aggregation'>): string {
  if (without) {
    return grouping.length === 0
      ? 'A group is what has all labels in common.'
      : `A group is what differs only in ${listed(grouping, 'or')}.`;
  }
  const [of, left] =
    grouping.length === 0
      ? ['All series are one group', `; no ${operator === 'count_values' ? 'other ' : ''}label is left`]
      : [`A group is what has the same ${listed(grouping)}`, '; other labels go'];
  return `${of}${choosesRows(operator) ? '' : left}.`;
}

function describeBinary(node: Binary): string {
  const { operator, bool, matching } = node;
  if (isSetOperator(operator)) return SETS[operator] + matchedBy(node);
  const done = isComparison(operator)
    ? bool
      ? 'Compares: 1 where it holds, 0 where not.'
      : 'Keeps what the comparison holds for, with its value.'
    : 'Calculates with the values.';
  return matching === undefined ? done : done + matchedBy(node);
}

const SETS = {
  and: 'Keeps the rows of the left that have a partner on the right.',
  or: 'All rows of the left, and those of the right that have no partner there.',
  unless: 'Keeps the rows of the left that have no partner on the right.',
} as const;

function matchedBy({ matching }: Binary): string {
  if (matching === undefined) return '';
  const { on, labels, cardinality } = matching;
  const by = on
    ? labels.length === 0
      ? 'No label is compared'
      : `Partners have the same ${listed(labels)}`
    : labels.length === 0
      ? 'Partners have the same labels, all of them'
      : `Partners have the same labels, ${listed(labels)} apart`;
  const many = MANY[cardinality];
  return ` ${by}${many === '' ? '' : `; ${many}`}.`;
}

const MANY = {
  'one-to-one': '',
  'many-to-one': 'several rows on the left may share one on the right',
  'one-to-many': 'several rows on the right may share one on the left',
  'many-to-many': '',
} as const;
