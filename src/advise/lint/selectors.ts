import type { LabelMatcher } from '../../promql/ast.ts';
import { nodesOf } from '../ast-tools.ts';
import type { LintCheck, LintContext, LintNote } from './finding.ts';

type MatcherCheck = (matcher: LabelMatcher, context: LintContext) => Omit<LintNote, 'span'> | undefined;

/** A pattern without a special character is a plain value. */
export const regexStatic: LintCheck = eachMatcher((matcher, { query }) => {
  const { operator, value } = matcher;
  if (!isPattern(matcher) || value === '' || /[\\.+*?()|[\]{}^$]/.test(value)) return undefined;
  const plain = operator === '=~' ? '=' : '!=';
  return {
    message: `\`"${value}"\` has nothing of a pattern in it: \`${plain}\` says the same and is looked up faster.`,
    ...operatorFix(query, matcher, plain),
  };
});

/** https://prometheus.io/docs/prometheus/latest/querying/basics/: patterns are fully anchored. */
export const regexAnchors: LintCheck = eachMatcher((matcher, { query }) => {
  const { value, valueSpan } = matcher;
  if (!isPattern(matcher)) return undefined;
  const starts = value.startsWith('^');
  const ends = /(?:^|[^\\])(?:\\\\)*\$$/.test(value);
  if (!starts && !ends) return undefined;
  const last = valueSpan.end - 2;
  return {
    message: `Prometheus compares a pattern with the whole value, so ${starts && ends ? '`^` and `$` do' : `\`${starts ? '^' : '$'}\` does`} nothing here.`,
    fix: [
      ...(starts && query[valueSpan.start + 1] === '^'
        ? [{ span: { start: valueSpan.start + 1, end: valueSpan.start + 2 }, text: '' }]
        : []),
      ...(ends && query[last] === '$' ? [{ span: { start: last, end: last + 1 }, text: '' }] : []),
    ],
  };
});

/** `="5.."`, `="a|b"`, `=".*"`: patterns that are compared letter by letter. */
export const regexIntended: LintCheck = eachMatcher((matcher, { query }) => {
  const { operator, value } = matcher;
  if (isPattern(matcher) || !/\.[*+]|[\w)]\|[\w(]|^\d\.\.$/.test(value)) return undefined;
  const pattern = operator === '=' ? '=~' : '!~';
  return {
    message: `\`${operator}\` compares letter by letter, and \`"${value}"\` looks like a pattern: that would be \`${pattern}\`.`,
    ...operatorFix(query, matcher, pattern),
  };
});

/** A condition that every series fulfils, or none. */
export const emptyMatcher: LintCheck = eachMatcher(({ name, operator, value }) => {
  if (value !== '.*') return undefined;
  if (operator === '!~') {
    return { certainty: 'certain', message: `\`${name}!~".*"\` lets nothing through: every value matches \`.*\`.` };
  }
  return operator === '=~'
    ? {
        message: `\`${name}=~".*"\` lets everything through, series without this label, too. \`.+\` asks for one that has it.`,
      }
    : undefined;
});

/** Two conditions on one label that no value fulfils. */
export const contradiction: LintCheck = (expr, context) =>
  nodesOf(expr, 'vector').flatMap(({ node }) =>
    node.matchers.flatMap((matcher, index): readonly LintNote[] => {
      const earlier = node.matchers
        .slice(0, index)
        .find((other) => other.name === matcher.name && excludes(other, matcher) && !context.variable(other.span));
      if (earlier === undefined) return [];
      return [
        {
          span: matcher.span,
          message: `No series can have both \`${matcherText(earlier)}\` and \`${matcherText(matcher)}\`: nothing will ever match. Several values are written \`${matcher.name}=~"a|b"\`.`,
        },
      ];
    }),
  );

function excludes(a: LabelMatcher, b: LabelMatcher): boolean {
  const equals = [a, b].filter(({ operator }) => operator === '=');
  if (equals.length === 2) return a.value !== b.value;
  const other = [a, b].find(({ operator }) => operator === '!=');
  return equals.length === 1 && other !== undefined && a.value === b.value;
}

function matcherText({ name, operator, value }: LabelMatcher): string {
  return `${name}${operator}"${value}"`;
}

function eachMatcher(check: MatcherCheck): LintCheck {
  return (expr, context) =>
    nodesOf(expr, 'vector').flatMap(({ node }) =>
      node.matchers.flatMap((matcher) => {
        if (matcher.span.start === matcher.valueSpan.start) return [];
        const found = check(matcher, context);
        return found === undefined ? [] : [{ ...found, span: matcher.span }];
      }),
    );
}

function isPattern({ operator }: LabelMatcher): boolean {
  return operator === '=~' || operator === '!~';
}

/** The operator stands right before the value, spaces apart; where a comment comes between, nothing is offered. */
function operatorFix(query: string, { operator, valueSpan }: LabelMatcher, text: string): Pick<LintNote, 'fix'> {
  const before = query.slice(0, valueSpan.start).trimEnd();
  if (!before.endsWith(operator)) return {};
  return { fix: [{ span: { start: before.length - operator.length, end: before.length }, text }] };
}
