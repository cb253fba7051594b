import { nearest } from '../../lib/nearest.ts';
import { QueryError, UnavailableError, UsageError } from '../../model/errors.ts';
import { compileRe2, RegexSyntaxError } from '../../promql/regex.ts';
import type { Source } from '../../source/source.ts';
import { interpolate, TooLong, type Values, type VariableValue, variablesIn } from './interpolate.ts';
import type { Dashboard, Variable } from './types.ts';

/** A variable with its values now. Texts come from a file and a server: unsafe. */
export type ResolvedVariable = {
  readonly variable: Variable;
  readonly options: readonly string[];
  readonly chosen: readonly string[];
  readonly all: boolean;
  /** What the person should know of it, a sentence. */
  readonly note: string | undefined;
};

export type Resolving = {
  readonly source: Source;
  readonly signal: AbortSignal;
  readonly startMs: number;
  readonly endMs: number;
  /** What `--var name=value` says. */
  readonly given: ReadonlyMap<string, readonly string[]>;
  /** `$__interval` and the like, for the queries of variables. */
  readonly builtIns: Values;
};

/** So many values of a variable are looked at. */
const MOST_VALUES = 5_000;

/**
 * The values of all variables, each after those that stand in its query. Throws `UsageError` for a `--var` that the
 * dashboard does not know; a question that fails leaves the value of the file, and a note. Rejects when aborted.
 */
export async function resolveVariables(
  dashboard: Dashboard,
  resolving: Resolving,
): Promise<readonly ResolvedVariable[]> {
  refuseUnknown(dashboard.variables, resolving.given);
  const resolved = new Map<string, ResolvedVariable>();
  for (const { variable, circle } of inOrder(dashboard.variables)) {
    if (resolved.has(variable.name)) continue;
    const known = new Map([...resolving.builtIns, ...valuesOf([...resolved.values()])]);
    resolved.set(variable.name, await resolve(variable, circle, known, resolving));
  }
  return dashboard.variables.flatMap(({ name }) => resolved.get(name) ?? []);
}

/** What stands for each variable in queries and texts. */
export function valuesOf(resolved: readonly ResolvedVariable[]): Values {
  return new Map(
    resolved.map(({ variable, chosen, all }): [string, VariableValue] => {
      const many = variable.multi || variable.includeAll;
      if (all && variable.allValue !== undefined)
        return [variable.name, { values: [variable.allValue], many, verbatim: true }];
      // A constant of an exported file may be a piece of a query.
      return [variable.name, { values: chosen, many, ...(variable.kind === 'constant' ? { verbatim: true } : {}) }];
    }),
  );
}

function refuseUnknown(variables: readonly Variable[], given: Resolving['given']): void {
  const names = variables.map(({ name }) => name);
  for (const name of given.keys()) {
    if (names.includes(name)) continue;
    const [meant] = nearest(name, names);
    throw new UsageError(`the dashboard has no variable "${name}"`, {
      hint:
        names.length === 0
          ? 'It has no variables at all.'
          : meant === undefined
            ? `It has ${names.slice(0, 20).join(', ')}.`
            : `Did you mean ${meant}?`,
    });
  }
}

/** Each variable behind those that its query needs; those that need each other are marked. */
function inOrder(variables: readonly Variable[]): readonly { readonly variable: Variable; readonly circle: boolean }[] {
  const byName = new Map(variables.map((variable) => [variable.name, variable]));
  const needs = new Map(
    variables.map(({ name, query, regex }) => [
      name,
      variablesIn(`${query} ${regex}`).filter((each) => byName.has(each)),
    ]),
  );
  const ordered: { variable: Variable; circle: boolean }[] = [];
  const left = new Set(byName.keys());
  while (left.size > 0) {
    const ready = [...left].filter((name) => (needs.get(name) ?? []).every((each) => !left.has(each)));
    // Nothing can go first: they stand in a circle, or behind one.
    const next = ready.length > 0 ? ready : [[...left][0] ?? ''];
    for (const name of next) {
      left.delete(name);
      const variable = byName.get(name);
      if (variable !== undefined) ordered.push({ variable, circle: ready.length === 0 });
    }
  }
  return ordered;
}

async function resolve(
  variable: Variable,
  circle: boolean,
  known: Values,
  resolving: Resolving,
): Promise<ResolvedVariable> {
  const given = resolving.given.get(variable.name);
  if (circle) {
    const chosen = given ?? variable.current.filter((value) => value !== ALL);
    return { variable, options: chosen, chosen, all: false, note: `$${variable.name} and others need each other` };
  }
  try {
    const options = await optionsOf(variable, known, resolving);
    const chosen = chosenOf(variable, options, given);
    if (variable.kind !== 'interval') return chosen;
    // "auto" of an interval variable: as many points as can be seen.
    const auto = known.get('__interval')?.values[0] ?? '1m';
    return { ...chosen, chosen: chosen.chosen.map((each) => (each.startsWith('$__auto') ? auto : each)) };
  } catch (error) {
    resolving.signal.throwIfAborted();
    const own =
      error instanceof QueryError ||
      error instanceof UnavailableError ||
      error instanceof RegexSyntaxError ||
      error instanceof TooLong;
    if (!own) throw error;
    const chosen = given ?? variable.current.filter((value) => value !== ALL);
    const note = `the values of $${variable.name} could not be found: ${error.message}`;
    return { variable, options: variable.options, chosen, all: false, note };
  }
}

/** Grafana's word for all values in files. */
const ALL = '$__all';

function chosenOf(
  variable: Variable,
  options: readonly string[],
  given: readonly string[] | undefined,
): ResolvedVariable {
  const everything = (note?: string): ResolvedVariable => ({ variable, options, chosen: options, all: true, note });
  const some = (chosen: readonly string[], note?: string): ResolvedVariable => ({
    variable,
    options,
    chosen: variable.multi ? chosen : chosen.slice(0, 1),
    all: false,
    note,
  });
  if (given !== undefined) {
    if (given.some((value) => value === ALL || (/^all$/i.test(value) && !options.includes(value)))) return everything();
    return some(given);
  }
  const { current } = variable;
  if (variable.kind === 'constant' || variable.kind === 'textbox')
    return some(current.length > 0 && variable.kind === 'textbox' ? current : [variable.query]);
  if (current.includes(ALL) || (variable.includeAll && current.length === 0)) return everything();
  const there = current.filter((value) => options.includes(value) || value.startsWith('$__auto'));
  if (there.length > 0) return some(there);
  const [first] = options;
  if (first !== undefined) return some([first]);
  if (current.length > 0) return some(current);
  return some([], `$${variable.name} has no values on this server`);
}

function optionsOf(
  variable: Variable,
  known: Values,
  resolving: Resolving,
): Promise<readonly string[]> | readonly string[] {
  switch (variable.kind) {
    case 'query':
      return queried(variable, known, resolving);
    case 'custom':
      return listed(interpolate(variable.query, known, 'text').text);
    case 'interval':
      return listed(variable.query);
    case 'constant':
    case 'textbox':
      return [variable.query];
    case 'datasource':
    case 'unknown':
      return variable.options.length > 0 ? variable.options : variable.current;
  }
}

/** `a, b, Shown : value`; a comma that belongs to a value has a backslash before it. */
function listed(text: string): readonly string[] {
  return text
    .split(/(?<!\\),/)
    .slice(0, MOST_VALUES)
    .map((each) => (/^.+? : (.+)$/s.exec(each.trim())?.[1] ?? each).trim().replaceAll('\\,', ','))
    .filter((each) => each !== '');
}

/** https://grafana.com/docs/grafana/latest/datasources/prometheus/template-variables/#query-variable */
async function queried(variable: Variable, known: Values, resolving: Resolving): Promise<readonly string[]> {
  const { source, signal, startMs, endMs } = resolving;
  const query = interpolate(variable.query, known, 'query').text.trim();
  const over = { startMs, endMs, signal };
  const call = /^(label_values|label_names|metrics|query_result|series_names)\s*\(([\s\S]*)\)\s*$/.exec(query);
  const [, name = '', inside = ''] = call ?? [];
  const argument = inside.trim();
  let values: readonly string[];
  if (name === 'label_names') {
    values = (await source.labelNames({ ...over, ...(argument === '' ? {} : { match: [argument] }) })).items;
  } else if (name === 'metrics') {
    const pattern = compileRe2(argument === '' ? '.*' : argument, true);
    values = (await source.labelValues('__name__', over)).items.filter((each) => pattern.matcher(each).find());
  } else if (name === 'query_result') {
    values = resultTexts(await source.instant(argument, { timeMs: endMs, signal }));
  } else if (name === 'label_values') {
    const split = /^([\s\S]*),\s*([\w.:]+|"[^"]+")\s*$/.exec(argument);
    const label = (split?.[2] ?? argument).replaceAll('"', '');
    const match = split?.[1]?.trim() ?? '';
    values = (await source.labelValues(label, { ...over, ...(match === '' ? {} : { match: [match] }) })).items;
  } else if (query === '') {
    values = variable.options;
  } else {
    // A bare query: what it finds, as series.
    values = (await source.series({ ...over, match: [query] })).items.map(seriesText);
  }
  return sorted(
    [...new Set(filtered(values.slice(0, MOST_VALUES), interpolate(variable.regex, known, 'text').text))],
    variable.sort,
  );
}

function resultTexts({ data }: Awaited<ReturnType<Source['instant']>>): readonly string[] {
  if (data.kind !== 'vector') return data.kind === 'matrix' ? [] : [String(data.value)];
  return data.samples.map(
    ({ labels, value, ms }) => `${seriesText(labels)} ${typeof value === 'number' ? value : 'histogram'} ${ms}`,
  );
}

function seriesText(labels: Readonly<Record<string, string>>): string {
  const { __name__: metric = '', ...others } = labels;
  return `${metric}{${Object.entries(others)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(',')}}`;
}

/** Only what the expression finds; of that what it captures, by the name `value` or the first group. */
function filtered(values: readonly string[], regex: string): readonly string[] {
  if (regex.trim() === '') return values;
  const slashed = /^\/([\s\S]*)\/([a-z]*)$/.exec(regex.trim());
  const flags = slashed?.[2]?.includes('i') === true ? '(?i)' : '';
  const pattern = compileRe2(
    flags + (slashed?.[1] ?? regex).replaceAll('(?<', '(?P<').replaceAll(/\(\?P<([=!])/g, '(?<$1'),
    false,
  );
  return values.flatMap((value) => {
    const matcher = pattern.matcher(value);
    if (!matcher.find()) return [];
    const captured = pattern.groupCount() === 0 ? matcher.group() : (named(matcher) ?? matcher.group(1));
    return captured === null || captured === '' ? [] : [captured];
  });
}

function named(matcher: { group(name: string): string | null }): string | null | undefined {
  try {
    return matcher.group('value');
  } catch {
    // There is no group of that name.
    return undefined;
  }
}

function sorted(values: readonly string[], sort: number): readonly string[] {
  const byLetters = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  const number = (text: string) => Number(/-?\d+(?:\.\d+)?/.exec(text)?.[0] ?? Number.NaN);
  const compare =
    sort === 1 || sort === 2
      ? byLetters
      : sort === 3 || sort === 4
        ? (a: string, b: string) => (number(a) || 0) - (number(b) || 0)
        : sort === 5 || sort === 6
          ? (a: string, b: string) => byLetters(a.toLowerCase(), b.toLowerCase())
          : sort === 7 || sort === 8
            ? (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true })
            : undefined;
  if (compare === undefined) return values;
  const up = [...values].sort(compare);
  return sort % 2 === 0 ? up.reverse() : up;
}
