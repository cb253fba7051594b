import { nearest } from '../lib/nearest.ts';
import type { LabelMatcher, VectorSelector } from '../promql/ast.ts';
import { print, printMatcher } from '../promql/print.ts';
import { compileRegex } from '../promql/regex.ts';
import { unshifted } from './ast-tools.ts';
import type { Culprit } from './culprit.ts';
import { endedLately, explainElsewhen } from './culprit-elsewhen.ts';
import type { AdviceContext, Evidence } from './finding.ts';
import { labelNamesOf, type Row, valuesOfLabel } from './rows.ts';
import { listedCode, shortList } from './words.ts';

/** Why a selector finds nothing at the context's instant: the metric, a label or a value that does not exist. */
export async function selectorCulprits(selector: VectorSelector, context: AdviceContext): Promise<readonly Culprit[]> {
  const rows = (of: VectorSelector) => context.ask(print(of));
  if (selector.name !== '') {
    const all = await rows({ ...selector, matchers: [] });
    if (all === undefined) return [];
    if (all.length === 0) return explainMetric(selector, context);
  }
  const [only, ...more] = selector.matchers;
  if (selector.name === '' && only !== undefined && more.length === 0)
    return explainLoneMatcher(selector, only, context);
  const contradiction = contradictingMatchers(selector);
  if (contradiction !== undefined) return [contradiction];
  const ended = await endedLately(selector, context);
  if (ended !== undefined) return [ended];
  const suspects: LabelMatcher[] = [];
  for (const matcher of selector.matchers) {
    if (((await rows(without(selector, matcher))) ?? []).length > 0) suspects.push(matcher);
  }
  const [suspect, ...others] = suspects;
  if (suspect !== undefined && others.length === 0) return [await explainMatcher(selector, suspect, context)];
  const dead: LabelMatcher[] = [];
  for (const matcher of selector.name === '' ? [] : selector.matchers) {
    if ((await rows({ ...selector, matchers: [matcher] }))?.length === 0) dead.push(matcher);
  }
  const found: Culprit[] = [];
  for (const matcher of dead) found.push(await explainMatcher(selector, matcher, context));
  return found.length > 0 ? found : explainCombination(selector, suspects, context);
}

/** Every filter finds rows without the other, and none passes both. */
async function explainCombination(
  selector: VectorSelector,
  suspects: readonly LabelMatcher[],
  context: AdviceContext,
): Promise<readonly Culprit[]> {
  const evidence: Evidence[] = [];
  for (const matcher of suspects) {
    const query = print(without(selector, matcher));
    const rows = (await context.ask(query)) ?? [];
    if (rows.length > 0) evidence.push({ query, timeMs: context.timeMs, rows: rows.slice(0, 1) });
  }
  if (evidence.length < 2) return [];
  const filters = listedCode(suspects.map(printMatcher));
  const sentence = `Each of ${filters} finds rows when the other is left out, and no row passes both.`;
  return [{ kind: 'combination', node: selector, sentence, evidence }];
}

async function explainMetric(selector: VectorSelector, context: AdviceContext): Promise<readonly Culprit[]> {
  const { name } = selector;
  const known = await context.metricNames();
  if (known.includes(name)) return [await explainElsewhen(selector, context)];
  const parts = known.filter((candidate) => [`${name}_bucket`, `${name}_sum`, `${name}_count`].includes(candidate));
  if (parts.length > 1) {
    const sentence = `No series is called \`${name}\`: a histogram is stored as ${listedCode(parts)}.`;
    return [{ kind: 'metric', node: selector, sentence, evidence: [], facts: parts }];
  }
  if (await context.everSeen(print(unshifted({ ...selector, matchers: [] }))))
    return [await explainElsewhen(selector, context)];
  const meant = nearest(name, known);
  const [first] = meant;
  return [
    {
      kind: 'metric',
      node: selector,
      sentence: `There is no metric \`${name}\`.${first === undefined ? '' : ` Did you mean \`${first}\`?`}`,
      evidence: first === undefined ? [] : await evidenceOf(`count(${first})`, context),
      facts: meant.length > 0 ? meant : known.filter((candidate) => candidate.startsWith(name.slice(0, 3))).slice(0, 5),
      near: meant,
      ...(first === undefined ? {} : { meant: first }),
    },
  ];
}

/** `{job="x"}` without a name: what the label can be, without asking for every series of the server. */
async function explainLoneMatcher(
  selector: VectorSelector,
  matcher: LabelMatcher,
  context: AdviceContext,
): Promise<readonly Culprit[]> {
  const values = await context.labelValues(matcher.name);
  if (values.length === 0) {
    return [
      { kind: 'label', node: selector, matcher, sentence: `No series has a label \`${matcher.name}\`.`, evidence: [] },
    ];
  }
  return [matchesNothing(selector, matcher, values, [])];
}

/** Two equality filters on one label can never both hold. */
function contradictingMatchers(selector: VectorSelector): Culprit | undefined {
  const equal = selector.matchers.filter(({ operator }) => operator === '=');
  const twice = equal.find(({ name, value }) => equal.some((other) => other.name === name && other.value !== value));
  if (twice === undefined) return undefined;
  const values = equal.filter(({ name }) => name === twice.name).map(({ value }) => value);
  return {
    kind: 'contradiction',
    node: selector,
    matcher: twice,
    sentence: `All filters have to hold, and no row has two values of \`${twice.name}\`. Either of them is \`${twice.name}=~"${values.join('|')}"\`.`,
    evidence: [],
    meant: `${twice.name}=~"${values.join('|')}"`,
  };
}

async function explainMatcher(
  selector: VectorSelector,
  matcher: LabelMatcher,
  context: AdviceContext,
): Promise<Culprit> {
  const { name } = matcher;
  const others = print(without(selector, matcher));
  const found = (await context.ask(others)) ?? [];
  const query = found.length > 0 ? others : print({ ...selector, matchers: [] });
  const rows = found.length > 0 ? found : ((await context.ask(query)) ?? []);
  const values = valuesOfLabel(rows, name);
  const evidence = [{ query, timeMs: context.timeMs, rows: onePerValue(rows, name).slice(0, 3) }];
  if (values.length > 0) return matchesNothing(selector, matcher, values, evidence);
  const labels = labelNamesOf(rows);
  const meant = nearest(name, labels, 1)[0];
  const what = selector.name === '' ? 'these rows' : `\`${selector.name}\``;
  return {
    kind: 'label',
    node: selector,
    matcher,
    sentence: `${what} ${selector.name === '' ? 'have' : 'has'} no label \`${name}\`.${meant === undefined ? '' : ` Did you mean \`${meant}\`?`}`,
    evidence: [{ query, timeMs: context.timeMs, rows: rows.slice(0, 1) }],
    facts: [`labels: ${labels.join(', ')}`],
    ...(meant === undefined ? {} : { meant: printMatcher({ ...matcher, name: meant }) }),
  };
}

function onePerValue(rows: readonly Row[], name: string): readonly Row[] {
  return valuesOfLabel(rows, name).flatMap((value) => rows.find(({ labels }) => labels[name] === value) ?? []);
}

function matchesNothing(
  selector: VectorSelector,
  matcher: LabelMatcher,
  values: readonly string[],
  evidence: readonly Evidence[],
): Culprit {
  const advice = adviseValue(matcher, values);
  return {
    kind: advice.kind,
    node: selector,
    matcher,
    sentence: `\`${printMatcher(matcher)}\` matches nothing.${advice.words}`,
    evidence,
    facts: [`${matcher.name}: ${shortList(values)}`],
    ...(advice.meant === undefined ? {} : { meant: advice.meant }),
  };
}

type ValueAdvice = { readonly kind: 'value' | 'pattern' | 'bound'; readonly words: string; readonly meant?: string };

function adviseValue(matcher: LabelMatcher, values: readonly string[]): ValueAdvice {
  const { name, operator, value } = matcher;
  const number = Number(value);
  const sameNumber = value.trim() === '' ? undefined : values.find((candidate) => Number(candidate) === number);
  if (operator === '=' && sameNumber !== undefined) {
    return {
      kind: 'bound',
      words: ` The value is written \`"${sameNumber}"\`; label values are text and are compared letter by letter.`,
      meant: printMatcher({ ...matcher, value: sameNumber }),
    };
  }
  if (operator === '=' && /[|*+]|\.\./.test(value) && values.some((candidate) => fits(value, candidate))) {
    const meant = printMatcher({ ...matcher, operator: '=~' });
    return { kind: 'pattern', words: ` \`=\` takes the value literally; patterns need \`=~\`: \`${meant}\`.`, meant };
  }
  if (operator === '=~') {
    const commas = value.replace(/\s*,\s*/g, '|');
    if (commas !== value && values.some((candidate) => fits(commas, candidate))) {
      const meant = printMatcher({ ...matcher, value: commas });
      return {
        kind: 'pattern',
        words: ` A comma stands for itself; alternatives are parted by \`|\`: \`${meant}\`.`,
        meant,
      };
    }
    const part = values.find((candidate) => fits(`.*(?:${value}).*`, candidate));
    if (part !== undefined) {
      const wide = /^[\w-]+$/.test(value) ? `.*${value}.*` : `.*(?:${value}).*`;
      return {
        kind: 'pattern',
        words: ` A pattern has to match the WHOLE value, and "${value}" is only a part of "${part}".`,
        meant: printMatcher({ ...matcher, value: wide }),
      };
    }
  }
  const sameLetters = values.find((candidate) => candidate.toLowerCase() === value.toLowerCase());
  if (sameLetters !== undefined) {
    const meant = printMatcher({ ...matcher, value: sameLetters });
    return { kind: 'value', words: ` Capital letters count: it is \`"${sameLetters}"\`.`, meant };
  }
  const near = nearest(value, values, 1)[0];
  if (near === undefined) return { kind: 'value', words: ` These are the values of \`${name}\`.` };
  return { kind: 'value', words: ` Did you mean \`"${near}"\`?`, meant: printMatcher({ ...matcher, value: near }) };
}

/** Whether a pattern that may be broken matches. */
export function fits(pattern: string, value: string): boolean {
  try {
    return compileRegex(pattern).matches(value);
  } catch {
    return false;
  }
}

async function evidenceOf(query: string, context: AdviceContext): Promise<readonly Evidence[]> {
  const rows = await context.ask(query);
  return rows === undefined || rows.length === 0 ? [] : [{ query, timeMs: context.timeMs, rows }];
}

function without(selector: VectorSelector, matcher: LabelMatcher): VectorSelector {
  return { ...selector, matchers: selector.matchers.filter((other) => other !== matcher) };
}
