import type { LabelMatcher, TimeModifiers, VectorSelector } from '../promql/ast.ts';
import { metricOf } from './ast-tools.ts';
import { durationWords, spanWords } from './duration-words.ts';
import { listed } from './words.ts';

/** What a selector picks: `` `up` where job is sse ``, with the time it looks at when that is another. */
export function saySelector(selector: VectorSelector): string {
  const metric = metricOf(selector);
  const conditions = selector.matchers
    .filter(({ name, operator, value }) => !(name === '__name__' && operator === '=' && value === metric))
    .map(condition);
  const what = metric === undefined ? 'every series' : `\`${metric}\``;
  return what + (conditions.length === 0 ? '' : ` where ${listed(conditions)}`) + sayShift(selector);
}

/** `, 1 hour earlier`; empty where the query's own time is meant. */
export function sayShift({ at, offset }: TimeModifiers): string {
  const fixed = at === undefined ? '' : `, at ${at.kind === 'timestamp' ? new Date(at.ms).toISOString() : AT[at.kind]}`;
  if (offset === undefined) return fixed;
  if (offset.ms !== undefined && offset.ms < 0) return `${fixed}, ${durationWords(-offset.ms)} later`;
  return `${fixed}, ${spanWords(offset)} earlier`;
}

/** With a comma behind a shift, so that the sentence can go on. */
export function closed(said: string, node: TimeModifiers): string {
  return sayShift(node) === '' ? said : `${said},`;
}

const AT = { start: 'the start of the query', end: 'the end of the query' } as const;

function condition({ name, operator, value }: LabelMatcher): string {
  const label = name === '__name__' ? 'the name' : name;
  if (value === '') return operator === '=' || operator === '=~' ? `${label} is missing` : `${label} is there`;
  return `${label} ${OPERATORS[operator]} ${value}`;
}

const OPERATORS = {
  '=': 'is',
  '!=': 'is not',
  '=~': 'matches',
  '!~': 'does not match',
} as const satisfies { readonly [K in LabelMatcher['operator']]: string };
