import { nearest } from '../../lib/nearest.ts';
import type { Labels } from '../../model/labels.ts';
import type { LabelMatcher, VectorSelector } from '../../promql/ast.ts';
import { compileMatcher } from '../../promql/matcher.ts';
import { print, printMatcher } from '../../promql/print.ts';
import { bare, callsOf, metricOf, nodesOf, spliced, unshifted } from '../ast-tools.ts';
import type { Culprit } from '../culprit.ts';
import { fits } from '../culprit-selector.ts';
import type { AdviceContext, Found } from '../finding.ts';
import { labelNamesOf, numberOf, valuesOfLabel } from '../rows.ts';
import { listedCode, numberText, shortList } from '../words.ts';
import { one } from './counters.ts';

/** M21: absent() and alerts on series that do not exist. */
export async function missingSeries(context: AdviceContext): Promise<Found | undefined> {
  for (const { node } of callsOf(context.expr, ['absent'])) {
    const [arg] = node.args;
    const inner = arg === undefined ? undefined : bare(arg);
    const [selector] = nodesOf(inner, 'vector');
    if (inner?.kind !== 'aggregation' || selector === undefined) continue;
    const kept = selector.node.matchers.filter(({ operator, name }) => operator === '=' && name !== '__name__');
    const rows = (await context.ask(print(node))) ?? [];
    if (kept.length === 0 || rows.length === 0) continue;
    const fixed = `absent(${print(selector.node)})`;
    return {
      sentence: `\`absent()\` takes its labels from the selector, and \`${inner.operator}()\` hides that: what comes back is a row without labels. Without the ${inner.operator} it says \`${kept.map(printMatcher).join(', ')}\`.`,
      evidence: [{ query: print(node), timeMs: context.timeMs, rows: rows.slice(0, 1) }],
      fix: { text: 'Ask for the selector itself.', query: spliced(context.query, node.span, fixed) },
    };
  }
  const [present] = (await context.culprits()).filter(({ kind }) => kind === 'present');
  if (present !== undefined) return { sentence: present.sentence, evidence: present.evidence, voice: 'empty' };
  return alertOnMissing(context);
}

async function alertOnMissing(context: AdviceContext): Promise<Found | undefined> {
  const [culprit] = await context.culprits();
  if (culprit === undefined || culprit.node.kind !== 'vector') return undefined;
  const asked = context.task?.expr;
  if (context.use !== 'alert' && callsOf(asked, ['absent']).length === 0) return undefined;
  const query = `absent(${print(unshifted(culprit.node))})`;
  const rows = (await context.ask(query)) ?? [];
  if (rows.length === 0) return undefined;
  return {
    sentence: `There is no such series, so there is nothing to compare and nothing comes back: an alert on it never fires. \`absent(…)\` answers when a series is missing.`,
    evidence: [{ query, timeMs: context.timeMs, rows: rows.slice(0, 1) }],
    voice: 'first',
  };
}

/** M22: patterns match the whole value, and only `=~` takes patterns. */
export async function patterns(context: AdviceContext): Promise<Found | undefined> {
  const culprit = (await context.culprits()).find(({ kind }) => kind === 'pattern' || kind === 'contradiction');
  if (culprit !== undefined) return { ...told(context, culprit), voice: 'first' };
  for (const { node: selector } of nodesOf(context.expr, 'vector')) {
    for (const matcher of selector.matchers) {
      const found = await deadAlternative(context, selector, matcher);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** `open|anthropic`: one alternative matches nothing, and is only a part of a value that is there. */
async function deadAlternative(
  context: AdviceContext,
  selector: VectorSelector,
  matcher: LabelMatcher,
): Promise<Found | undefined> {
  if (matcher.operator !== '=~' || matcher.name === '__name__' || !/^[\w.:-]+(?:\|[\w.:-]+)+$/.test(matcher.value))
    return undefined;
  const query = `group by (${matcher.name}) (${print({ ...unshifted(selector), matchers: [] })})`;
  if (selector.name === '') return undefined;
  const rows = (await context.ask(query)) ?? [];
  const values = valuesOfLabel(rows, matcher.name);
  for (const alternative of matcher.value.split('|')) {
    if (values.some((value) => fits(alternative, value))) continue;
    const part = values.find((value) => value.includes(alternative));
    // A bound written as "1" beside "1.0" is on purpose: it works on every Prometheus.
    if (part === undefined || matcher.name === 'le') continue;
    return {
      span: matcher.valueSpan,
      sentence: `A pattern has to match the WHOLE value: the alternative "${alternative}" matches nothing, it is only a part of "${part}".`,
      evidence: [
        { query, timeMs: context.timeMs, rows: rows.filter(({ labels }) => labels[matcher.name] === part).slice(0, 1) },
      ],
      fix: {
        text: 'The whole value.',
        query: spliced(
          context.query,
          matcher.valueSpan,
          `"${matcher.value
            .split('|')
            .map((text) => (text === alternative ? part : text))
            .join('|')}"`,
        ),
      },
    };
  }
  return undefined;
}

/** M23: names that do not exist: a metric, a label, a value; and labels that nobody has, which change nothing. */
export async function unknownNames(context: AdviceContext): Promise<Found | undefined> {
  const culprit = (await context.culprits()).find(({ kind }) =>
    ['metric', 'label', 'value', 'bound', 'combination'].includes(kind),
  );
  if (culprit !== undefined) return { ...told(context, culprit), voice: 'first' };
  return (await negativeOnNothing(context)) ?? (await groupedByNothing(context));
}

/** A culprit that is a matcher or a name, with the query in which the meant one stands in its place. */
function told(context: AdviceContext, culprit: Culprit): Found {
  const { sentence, evidence, facts, meant, matcher, node } = culprit;
  const name = { start: node.span.start, end: node.span.start + (node.kind === 'vector' ? node.name.length : 0) };
  const span = matcher?.span ?? (name.end > name.start ? name : node.span);
  const base = { sentence, evidence, span, ...(facts === undefined ? {} : { facts }) };
  if (meant === undefined || node.kind !== 'vector') return base;
  if (matcher === undefined) {
    return { ...base, fix: { text: 'The name that is there.', query: spliced(context.query, name, meant) } };
  }
  const own = node.matchers.filter(({ name }) => name === matcher.name);
  if (culprit.kind === 'contradiction') {
    const [first, last] = [own[0], own.at(-1)];
    if (first === undefined || last === undefined) return base;
    const others = node.matchers.filter(({ name }) => name !== matcher.name).map(printMatcher);
    const query = print({ ...node, matchers: [] }).replace(/\{\}$/, '');
    return {
      ...base,
      fix: {
        text: 'Either of them.',
        query: spliced(context.query, node.span, `${query}{${[meant, ...others].join(', ')}}`),
      },
    };
  }
  return { ...base, fix: { text: 'As the data has it.', query: spliced(context.query, matcher.span, meant) } };
}

/** `x{nolabel!="a"}` keeps everything: a label that is missing counts as empty. */
async function negativeOnNothing(context: AdviceContext): Promise<Found | undefined> {
  for (const { node: selector } of nodesOf(context.expr, 'vector')) {
    for (const matcher of selector.matchers) {
      if (selector.name === '' || !matcher.operator.startsWith('!') || matcher.value === '' || !passesEmpty(matcher))
        continue;
      const query = `count by (${matcher.name}) (${print({ ...unshifted(selector), matchers: [] })})`;
      const rows = await context.ask(query);
      if (rows === undefined || rows.length === 0 || valuesOfLabel(rows, matcher.name).length > 0) continue;
      const labels = labelNamesOf((await context.ask(print({ ...unshifted(selector), matchers: [] }))) ?? []);
      const meant = nearest(matcher.name, labels, 1)[0];
      return {
        span: matcher.span,
        sentence: `\`${metricOf(selector)}\` has no label \`${matcher.name}\`. A missing label counts as empty, and empty is not "${matcher.value}": the filter keeps all ${numberText(numberOf(rows[0]))} rows.${meant === undefined ? '' : ` Did you mean \`${meant}\`?`}`,
        evidence: [{ query, timeMs: context.timeMs, rows: rows.slice(0, 1) }],
        facts: [`labels: ${shortList(labels)}`],
      };
    }
  }
  return undefined;
}

function passesEmpty(matcher: LabelMatcher): boolean {
  try {
    return compileMatcher(matcher).matches('');
  } catch {
    return false;
  }
}

/** `sum by (nolabel) (x)` is one row for everything. */
async function groupedByNothing(context: AdviceContext): Promise<Found | undefined> {
  for (const { node } of nodesOf(context.expr, 'aggregation')) {
    if (node.without || node.grouping.length === 0) continue;
    const rows = (await context.ask(print(node.expr))) ?? [];
    const known = labelNamesOf(rows);
    const unknown = node.grouping.filter((name) => !known.includes(name) && name !== 'le');
    if (rows.length === 0 || unknown.length === 0 || known.length === 0) continue;
    const meant = nearest(unknown[0] ?? '', known, 1)[0];
    return {
      ...(node.modifierSpan === undefined ? {} : { span: node.modifierSpan }),
      sentence: `No row inside has ${listedCode(unknown, 'or')}, so grouping by it parts nothing.${meant === undefined ? ` These labels are there: ${listedCode(known)}.` : ` Did you mean \`${meant}\`?`}`,
      evidence: [{ query: print(node.expr), timeMs: context.timeMs, rows: rows.slice(0, 1) }],
      ...(meant === undefined || node.modifierSpan === undefined
        ? {}
        : {
            fix: {
              text: 'The label that is there.',
              query: spliced(
                context.query,
                node.modifierSpan,
                `by (${node.grouping.map((name) => (name === unknown[0] ? meant : name)).join(', ')})`,
              ),
            },
          }),
    };
  }
  return undefined;
}

/** M28: series whose samples have ended. */
export async function staleSeries(context: AdviceContext): Promise<Found | undefined> {
  const culprit = (await context.culprits()).find(({ kind }) => kind === 'elsewhen');
  if (culprit !== undefined) {
    const { sentence, evidence, node } = culprit;
    return { sentence, evidence, voice: 'empty', span: node.span };
  }
  return (await agedSamples(context)) ?? downInstance(context);
}

/** Rows that are still shown although no sample has come for a while. */
async function agedSamples(context: AdviceContext): Promise<Found | undefined> {
  const interval = await context.intervalMs();
  for (const { node: selector, path } of nodesOf(context.expr, 'vector')) {
    if (path.at(-1)?.kind === 'matrix' || selector.offset !== undefined || selector.at !== undefined) continue;
    if (path.some((above) => above.kind === 'call' && above.name === 'timestamp') || interval === undefined) continue;
    const age = await one(context, `max(time() - timestamp(${print(selector)}))`);
    if (age === undefined || age.value * 1000 <= 2 * interval) continue;
    return {
      sentence: `Some of these rows are old: no sample has come for ${numberText(Math.round(age.value))} seconds, where one comes every ${numberText(interval / 1000)}. The last one is shown for five minutes, unless Prometheus noticed that the series ended.`,
      evidence: [age.evidence],
    };
  }
  return undefined;
}

/** Rows are missing because their target was down. */
async function downInstance(context: AdviceContext): Promise<Found | undefined> {
  const instances = valuesOfLabel(context.rows, 'instance');
  if (instances.length === 0) return undefined;
  const query = 'up == 0';
  for (const row of (await context.ask(query)) ?? []) {
    const { instance } = row.labels;
    if (instance === undefined || instances.includes(instance) || !(await hadSeries(context, row.labels))) continue;
    return {
      sentence: `\`${instance}\` has no row here: its last scrape failed, so \`up\` is 0 and its series have ended.`,
      evidence: [{ query, timeMs: context.timeMs, rows: [row] }],
    };
  }
  return undefined;
}

/** Whether a target has had series that the query selects: one of another kind never had, and is not missing. */
async function hadSeries(context: AdviceContext, { job, instance }: Labels): Promise<boolean> {
  for (const { node } of nodesOf(context.expr, 'vector')) {
    const { span } = node;
    const own = Object.entries({ job, instance }).flatMap(([name, value]) =>
      value === undefined ? [] : [{ name, operator: '=' as const, value, span, valueSpan: span }],
    );
    const selector = { ...unshifted(node), matchers: [...node.matchers, ...own] };
    const rows = await context.ask(`count(last_over_time(${print(selector)}[1d]))`);
    if (rows !== undefined && rows.length > 0) return true;
  }
  return false;
}
