import { GoInt, goType, TemplateCallError, type TemplateValue } from './values.ts';

/** Go's `eq`: whether the first equals any of the others. Numbers of different types do not compare. */
export function equal(first: TemplateValue, others: readonly TemplateValue[]): boolean {
  if (others.length === 0) throw new TemplateCallError('missing argument for comparison');
  return others.some((other) => {
    const [a, b] = sameKind(first, other);
    return a === b;
  });
}

/** Below, at or above zero, as Go's `lt` and its like order texts and numbers; NaN beside a number. */
export function compare(left: TemplateValue, right: TemplateValue): number {
  const [a, b] = sameKind(left, right);
  if (typeof a === 'boolean' || typeof b === 'boolean') throw new TemplateCallError('invalid type for comparison');
  if (a === b) return 0;
  if (a < b) return -1;
  return a > b ? 1 : Number.NaN;
}

type Basic = string | number | boolean;

function sameKind(left: TemplateValue, right: TemplateValue): readonly [Basic, Basic] {
  const a = basic(left);
  const b = basic(right);
  if (a.kind !== b.kind) {
    throw new TemplateCallError(`incompatible types for comparison: ${goType(left)} and ${goType(right)}`);
  }
  return [a.value, b.value];
}

function basic(value: TemplateValue): { readonly kind: string; readonly value: Basic } {
  if (value instanceof GoInt) return { kind: 'int', value: value.value };
  if (typeof value === 'object' || value === undefined) throw new TemplateCallError('invalid type for comparison');
  return { kind: typeof value, value };
}
