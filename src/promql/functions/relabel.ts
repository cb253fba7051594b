import { mergeSameLabels } from '../engine/collector.ts';
import { executionError } from '../engine/errors.ts';
import { type LabelSet, labelValue, withLabel } from '../engine/label-set.ts';
import type { GridSeries, VectorValue } from '../engine/values.ts';
import { LONGEST_NATIVE, nativeRegex } from '../native-regex.ts';
import { compileRe2, RegexSyntaxError } from '../regex.ts';
import { isLabelName } from '../syntax/label-name.ts';
import type { WholeCall } from './row.ts';

/** Writes what a pattern finds in one label into another. */
export async function labelReplace(call: WholeCall): Promise<VectorValue> {
  const target = call.text(1);
  const replacement = call.text(2);
  const source = call.text(3);
  const pattern = call.text(4);
  const regex = compiled(pattern);
  const native = nativeRegex(pattern);
  if (!isLabelName(target)) throw executionError(`invalid destination label name in label_replace(): ${target}`);
  const { series } = await call.vector(0);
  const known = new Map<string, string | undefined>();
  return relabelled(call, series, target, (labels) => {
    const text = labelValue(labels, source);
    if (known.has(text)) return known.get(text);
    const found = groupsIn(text, regex, native);
    const value = found === undefined ? undefined : expandGroups(replacement, found, regex.groupCount());
    known.set(text, value);
    return value;
  });
}

/** Writes the values of several labels, joined, into another. */
export async function labelJoin(call: WholeCall): Promise<VectorValue> {
  const target = call.text(1);
  const separator = call.text(2);
  const sources = call.args.slice(3).map((_, index) => call.text(index + 3));
  const wrong = sources.find((source) => !isLabelName(source));
  if (wrong !== undefined) throw executionError(`invalid source label name in label_join(): ${wrong}`);
  if (!isLabelName(target)) throw executionError(`invalid destination label name in label_join(): ${target}`);
  const { series } = await call.vector(0);
  return relabelled(call, series, target, (labels) =>
    sources.map((source) => labelValue(labels, source)).join(separator),
  );
}

/** What a pattern has found, by number or name of its groups. */
type Groups = { group(which: number | string): string | null };

/** The groups of a whole value; undefined when the pattern does not match it. */
function groupsIn(text: string, regex: ReturnType<typeof compiled>, native: RegExp | undefined): Groups | undefined {
  if (native === undefined || text.length > LONGEST_NATIVE) {
    const matcher = regex.matcher(text);
    return matcher.matches() ? { group: (which) => matcher.group(which) } : undefined;
  }
  const found = native.exec(text);
  return found === null ? undefined : { group: (which) => found[Number(which)] ?? null };
}

function compiled(pattern: string): ReturnType<typeof compileRe2> {
  try {
    return compileRe2(pattern, true);
  } catch (error) {
    if (!(error instanceof RegexSyntaxError)) throw error;
    throw executionError(`invalid regular expression in label_replace(): ${pattern}`);
  }
}

async function relabelled(
  { context }: WholeCall,
  series: readonly GridSeries[],
  target: string,
  valueFor: (labels: LabelSet) => string | undefined,
): Promise<VectorValue> {
  const rows: GridSeries[] = [];
  await context.query.budget.forEach(series, (row) => {
    const value = valueFor(row.labels);
    if (value === undefined) {
      rows.push(row);
      return;
    }
    const labels = withLabel(row.labels, target, value);
    // A name that was written on purpose stays.
    rows.push({ ...row, labels, dropName: target === '__name__' ? false : row.dropName });
  });
  return { kind: 'vector', series: mergeSameLabels(rows, context.grid.steps) };
}

/** Puts the groups of a match into a template: `$1`, `${1}`, `$name`, `${name}`, and `$$` for a dollar sign. */
export function expandGroups(template: string, matcher: Groups, count: number): string {
  return template.replace(/\$(?:\$|([A-Za-z0-9_]+)|\{([A-Za-z0-9_]+)\})?/g, (found, bare, braced) => {
    if (found === '$$') return '$';
    const name: string | undefined = bare ?? braced;
    // A dollar sign before anything else is dropped with what cannot be read.
    return name === undefined ? '$' : groupText(matcher, name, count);
  });
}

function groupText(matcher: Groups, name: string, count: number): string {
  if (/^[0-9]+$/.test(name)) {
    const index = Number(name);
    return index <= count ? (matcher.group(index) ?? '') : '';
  }
  try {
    return matcher.group(name) ?? '';
  } catch {
    return '';
  }
}
