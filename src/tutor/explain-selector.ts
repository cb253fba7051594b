import { nearest } from '../lib/nearest.ts';
import type { LabelMatcher, VectorSelector } from '../promql/ast.ts';
import { printMatcher } from '../promql/print.ts';
import { compileRegex } from '../promql/regex.ts';
import { type Cause, type Probe, rowsAt } from './probe.ts';
import { listed } from './words.ts';

/** Why a selector finds nothing at the probe's moment: the metric, a label or a value that does not exist. */
export async function explainSelector(selector: VectorSelector, probe: Probe): Promise<readonly Cause[]> {
  if (selector.name !== '' && (await rowsAt({ ...selector, matchers: [] }, probe))?.length === 0) {
    return explainMetric(selector, probe);
  }
  const [only, ...more] = selector.matchers;
  if (selector.name === '' && only !== undefined && more.length === 0) return explainLoneMatcher(only, probe);
  const contradiction = contradictingMatchers(selector);
  if (contradiction !== undefined) return [contradiction];
  const culprits: LabelMatcher[] = [];
  for (const matcher of selector.matchers) {
    if (((await rowsAt(without(selector, matcher), probe)) ?? []).length > 0) culprits.push(matcher);
  }
  const suspects = culprits.length > 0 ? culprits : await emptyAlone(selector, probe);
  return Promise.all(suspects.map((matcher) => explainMatcher(selector, matcher, probe)));
}

async function explainMetric(selector: VectorSelector, probe: Probe): Promise<readonly Cause[]> {
  const { name } = selector;
  const known = await metricNames(probe);
  if (known.includes(name)) {
    return [
      {
        message: `\`${name}\` has no sample at \`${probe.moment.name}\` (${probe.moment.story}), but it has at other moments.`,
        evidence: [],
      },
    ];
  }
  const parts = known.filter((candidate) => [`${name}_bucket`, `${name}_sum`, `${name}_count`].includes(candidate));
  if (parts.length > 1) {
    return [
      {
        message: `No series is called \`${name}\`: a histogram is stored as ${listed(parts.map((part) => `\`${part}\``))}.`,
        evidence: [],
      },
    ];
  }
  const meant = nearest(name, known);
  return [
    {
      message: `There is no metric \`${name}\`.${meant[0] === undefined ? '' : ` Did you mean \`${meant[0]}\`?`}`,
      evidence:
        meant.length > 0 ? meant : known.filter((candidate) => candidate.startsWith(name.slice(0, 3))).slice(0, 5),
    },
  ];
}

/** All metric names of the time the ground looks at. */
function metricNames(probe: Probe): Promise<readonly string[]> {
  return valuesOf('__name__', probe);
}

/** The values a label has, on any metric, in the time the ground looks at. */
async function valuesOf(name: string, { ground }: Probe): Promise<readonly string[]> {
  const times = ground.moments.map(({ ms }) => ms);
  const { items } = await ground.source.labelValues(name, {
    startMs: Math.min(...times) - 300_000,
    endMs: Math.max(...times),
    ...(ground.signal === undefined ? {} : { signal: ground.signal }),
  });
  return items;
}

/** `{job="x"}` without a name: what the label can be, without asking for every series of the server. */
async function explainLoneMatcher(matcher: LabelMatcher, probe: Probe): Promise<readonly Cause[]> {
  const values = await valuesOf(matcher.name, probe);
  if (values.length === 0) return [{ message: `No series has a label \`${matcher.name}\`.`, evidence: [] }];
  return [matchesNothing(matcher, values)];
}

/** Two equality filters on one label can never both hold. */
function contradictingMatchers({ matchers }: VectorSelector): Cause | undefined {
  const equal = matchers.filter(({ operator }) => operator === '=');
  const twice = equal.find(({ name, value }) => equal.some((other) => other.name === name && other.value !== value));
  if (twice === undefined) return undefined;
  const values = equal.filter(({ name }) => name === twice.name).map(({ value }) => value);
  return {
    message: `All filters have to hold, and no row has two values of \`${twice.name}\`. Either of them is \`${twice.name}=~"${values.join('|')}"\`.`,
    evidence: [],
  };
}

/** When no filter alone is the culprit: those that find nothing even by themselves. */
async function emptyAlone(selector: VectorSelector, probe: Probe): Promise<readonly LabelMatcher[]> {
  const empty: LabelMatcher[] = [];
  for (const matcher of selector.matchers) {
    const rows = selector.name === '' ? undefined : await rowsAt({ ...selector, matchers: [matcher] }, probe);
    if (rows?.length === 0) empty.push(matcher);
  }
  return empty;
}

async function explainMatcher(selector: VectorSelector, matcher: LabelMatcher, probe: Probe): Promise<Cause> {
  const { name } = matcher;
  const others = without(selector, matcher);
  const found = (await rowsAt(others, probe)) ?? [];
  const rows = found.length > 0 ? found : ((await rowsAt({ ...selector, matchers: [] }, probe)) ?? []);
  const values = [...new Set(rows.flatMap(({ labels }) => labels[name] ?? []))].sort();
  const what = selector.name === '' ? 'these rows' : `\`${selector.name}\``;
  if (values.length === 0) {
    const labels = [...new Set(rows.flatMap((row) => Object.keys(row.labels)))].sort();
    const meant = nearest(name, labels, 1)[0];
    return {
      message: `${what} ${selector.name === '' ? 'have' : 'has'} no label \`${name}\`.${meant === undefined ? '' : ` Did you mean \`${meant}\`?`}`,
      evidence: [`labels: ${labels.join(', ')}`],
    };
  }
  return matchesNothing(matcher, values);
}

function matchesNothing(matcher: LabelMatcher, values: readonly string[]): Cause {
  return {
    message: `\`${printMatcher(matcher)}\` matches nothing.${adviseValue(matcher, values)}`,
    evidence: [`${matcher.name}: ${shortList(values)}`],
  };
}

function adviseValue({ name, operator, value }: LabelMatcher, values: readonly string[]): string {
  const number = Number(value);
  const sameNumber = value.trim() === '' ? undefined : values.find((candidate) => Number(candidate) === number);
  if (operator === '=' && sameNumber !== undefined) {
    return ` The value is written \`"${sameNumber}"\`; label values are text and are compared letter by letter.`;
  }
  if (operator === '=' && /[|*+]|\.\./.test(value) && values.some((candidate) => fits(value, candidate))) {
    return ` \`=\` takes the value literally; patterns need \`=~\`: \`${name}=~"${value}"\`.`;
  }
  if (operator === '=~') {
    const part = values.find((candidate) => fits(`.*(?:${value}).*`, candidate));
    if (part !== undefined)
      return ` A pattern has to match the WHOLE value, and "${value}" is only a part of "${part}".`;
  }
  const sameLetters = values.find((candidate) => candidate.toLowerCase() === value.toLowerCase());
  if (sameLetters !== undefined) return ` Capital letters count: it is \`"${sameLetters}"\`.`;
  const meant = nearest(value, values, 1)[0];
  return meant === undefined ? ` These are the values of \`${name}\`.` : ` Did you mean \`"${meant}"\`?`;
}

/** Whether a pattern that may be broken matches. */
function fits(pattern: string, value: string): boolean {
  try {
    return compileRegex(pattern).matches(value);
  } catch {
    return false;
  }
}

function without(selector: VectorSelector, matcher: LabelMatcher): VectorSelector {
  return { ...selector, matchers: selector.matchers.filter((other) => other !== matcher) };
}

function shortList(values: readonly string[]): string {
  const shown = values.slice(0, 10).join(', ');
  return values.length > 10 ? `${shown} and ${values.length - 10} more` : shown;
}
