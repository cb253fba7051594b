import type { Expr } from '../../promql/ast.ts';
import { literal } from '../ast-tools.ts';
import type { LintContext } from './finding.ts';

/** A number that is written there; undefined where a variable of Grafana stands for some of it. */
export function knownNumber(expr: Expr | undefined, { variable }: LintContext): number | undefined {
  return expr === undefined || variable(expr.span) ? undefined : literal(expr);
}
