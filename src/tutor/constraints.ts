import { listedCode } from '../advise/words.ts';
import type { Expr } from '../promql/ast.ts';
import { parse } from '../promql/parse.ts';
import { walk } from '../promql/walk.ts';
import type { Constraint } from './lesson.ts';

/** Which constraints an answer does not keep. */
export function brokenConstraints(constraints: readonly Constraint[], answer: string): readonly Constraint[] {
  const parsed = parse(answer);
  if (constraints.length === 0 || parsed.kind === 'error') return [];
  const used = namesIn(parsed.expr);
  return constraints.filter(({ kind, name }) => used.has(name) !== (kind === 'uses'));
}

/** What is to be said about an answer whose result is right. */
export function constraintWords(broken: readonly Constraint[]): string {
  const wanted = broken.filter(({ kind }) => kind === 'uses').map(({ name }) => name);
  const unwanted = broken.filter(({ kind }) => kind === 'not').map(({ name }) => name);
  const sentences = [
    ...(wanted.length > 0 ? [`with ${listedCode(wanted)}`] : []),
    ...(unwanted.length > 0 ? [`without ${listedCode(unwanted, 'or')}`] : []),
  ];
  return `The result is right. The task wants it ${sentences.join(' and ')}.`;
}

/** Whether a query uses what has this name; false for what is no PromQL. */
export function usesName(query: string, name: string): boolean {
  const parsed = parse(query);
  return parsed.kind === 'ok' && namesIn(parsed.expr).has(name);
}

/** Functions, aggregations, operators, modifiers and metrics of an expression, by the words they are written with. */
function namesIn(expr: Expr): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (name: string, ...is: readonly unknown[]) => {
    if (is.every((one) => one !== undefined && one !== false)) names.add(name);
  };
  walk(expr, (node) => {
    switch (node.kind) {
      case 'call':
        add(node.name);
        break;
      case 'aggregation':
        add(node.operator);
        add(node.without ? 'without' : 'by', node.modifierSpan);
        break;
      case 'binary':
        add(node.operator);
        add('bool', node.bool);
        add('on', node.matching?.on);
        add('ignoring', node.matching !== undefined && !node.matching.on && node.matching.labels.length > 0);
        add('group_left', node.matching?.cardinality === 'many-to-one');
        add('group_right', node.matching?.cardinality === 'one-to-many');
        break;
      case 'vector':
        if (node.name !== '') add(node.name);
        for (const matcher of node.matchers) add(matcher.name === '__name__' ? matcher.value : matcher.operator);
        add('offset', node.offset);
        add('@', node.at);
        break;
      case 'subquery':
        add('subquery');
        add('offset', node.offset);
        add('@', node.at);
        break;
      default:
        break;
    }
  });
  return names;
}
