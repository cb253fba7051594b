import { nearest } from '../lib/nearest.ts';
import type { Matcher } from '../model/matcher.ts';
import type { Expr, VectorSelector } from '../promql/ast.ts';
import { compileMatcher, matchersOf } from '../promql/matcher.ts';
import { print, printMatcher } from '../promql/print.ts';
import { walk } from '../promql/walk.ts';
import type { Source } from '../source/source.ts';
import type { EmptyFinding } from './empty.ts';
import { type ProbeTimes, presence } from './empty-probe.ts';

type Probe = { readonly source: Source; readonly times: ProbeTimes; readonly signal: AbortSignal };

/** What is wrong with one selector of a query; nothing when it finds series at the query's times. */
export async function examineSelector(
  selector: VectorSelector,
  root: Expr,
  probe: Probe,
): Promise<readonly EmptyFinding[]> {
  const window = windowOf(selector, root);
  if (window === undefined ? await presence(selector, probe) : await windowPresence(window, probe)) return [];
  const { offset: _offset, at: _at, extension: _extension, ...plain } = selector;
  const text = print(plain);
  if (await anySeries([text], probe)) return otherTime(text, selector, probe);
  return examineMatchers(plain, text, probe);
}

/** The brackets around a selector: `x[5m]`, or the subquery it is in, which look at more than one moment. */
function windowOf(selector: VectorSelector, root: Expr): Expr | undefined {
  const wanted = print(selector);
  let found: Expr | undefined;
  walk(root, (node, path) => {
    if (node.kind !== 'vector' || print(node) !== wanted || found !== undefined) return;
    const parent = path.at(-1);
    const subquery = path.find((ancestor) => ancestor.kind === 'subquery');
    found =
      subquery?.kind === 'subquery' ? { ...subquery, expr: selector } : parent?.kind === 'matrix' ? parent : undefined;
  });
  return found;
}

async function windowPresence(window: Expr, probe: Probe): Promise<boolean> {
  const counted: Expr = {
    kind: 'call',
    name: 'count_over_time',
    args: [window],
    span: window.span,
    nameSpan: window.span,
  };
  return presence(counted, probe);
}

async function anySeries(match: readonly string[], { source, signal }: Probe): Promise<boolean> {
  return (await source.series({ match, limit: 1, signal })).items.length > 0;
}

/** How far around the asked time is searched, and with how many points. */
const SEARCH_MS = 24 * 3_600_000;
const SEARCH_POINTS = 500;

/** The series exist at some time, not at the asked one: the nearest moments before and after it. */
async function otherTime(text: string, selector: VectorSelector, probe: Probe): Promise<readonly EmptyFinding[]> {
  const { times, source, signal } = probe;
  const shiftMs = selector.offset?.ms ?? 0;
  const first = (times.kind === 'instant' ? times.timeMs : times.startMs) - shiftMs;
  const last = (times.kind === 'instant' ? times.timeMs : times.endMs) - shiftMs;
  if (selector.at !== undefined)
    return [{ kind: 'other-time', selector: text, beforeMs: undefined, afterMs: undefined }];
  const startMs = first - SEARCH_MS;
  const endMs = last + SEARCH_MS;
  const stepMs = Math.ceil((endMs - startMs) / SEARCH_POINTS / 1000) * 1000;
  const { data } = await source.range(`count(${text})`, { startMs, endMs, stepMs, signal });
  const seen = data.kind === 'matrix' ? data.series.flatMap(({ samples }) => samples.map(({ ms }) => ms)) : [];
  return [
    {
      kind: 'other-time',
      selector: text,
      beforeMs: seen.filter((ms) => ms <= first).at(-1),
      afterMs: seen.find((ms) => ms >= last),
    },
  ];
}

/** No series at any time: the metric's name, or the first matcher that nothing passes. */
async function examineMatchers(selector: VectorSelector, text: string, probe: Probe): Promise<readonly EmptyFinding[]> {
  const { source, signal } = probe;
  const matchers = matchersOf(selector);
  const name = matchers.find(({ name: label, operator }) => label === '__name__' && operator === '=')?.value;
  if (name === undefined) return [{ kind: 'no-combination', selector: text }];
  const metric = `{${printMatcher({ name: '__name__', operator: '=', value: name })}}`;
  if (!(await anySeries([metric], probe))) {
    const names = (await source.labelValues('__name__', { signal })).items;
    return [{ kind: 'unknown-metric', metric: name, near: nearest(name, names) }];
  }
  const labels = (await source.labelNames({ match: [metric], signal })).items.filter((label) => label !== '__name__');
  for (const matcher of matchers) {
    if (matcher.name === '__name__') continue;
    const finding = await examineMatcher(matcher, name, metric, labels, probe);
    if (finding !== undefined) return [finding];
  }
  return [{ kind: 'no-combination', selector: text }];
}

async function examineMatcher(
  matcher: Matcher,
  name: string,
  metric: string,
  labels: readonly string[],
  { source, signal }: Probe,
): Promise<EmptyFinding | undefined> {
  const passes = compileMatcher(matcher).matches;
  if (!labels.includes(matcher.name)) {
    if (passes('')) return undefined;
    const near = nearest(matcher.name, labels);
    return { kind: 'unknown-label', metric: name, label: matcher.name, labels: [...new Set([...near, ...labels])] };
  }
  const values = (await source.labelValues(matcher.name, { match: [metric], signal })).items;
  // A series without the label counts as one with the empty value, and some may be such.
  if (values.some(passes) || passes('')) return undefined;
  return {
    kind: 'no-such-value',
    metric: name,
    matcher: printMatcher(matcher),
    label: matcher.name,
    near: nearest(matcher.value, values),
    values,
    meant: meantMatcher(matcher, values),
  };
}

/** `="5.."` for `=~"5.."`, and `=~"prom"` for `=~".*prom.*"`: only when the other form finds values. */
function meantMatcher(matcher: Matcher, values: readonly string[]): string | undefined {
  const candidates: readonly Matcher[] =
    matcher.operator === '='
      ? [{ ...matcher, operator: '=~' }]
      : matcher.operator === '=~'
        ? [
            { ...matcher, value: `.*(?:${matcher.value}).*` },
            { ...matcher, value: `(?i:${matcher.value})` },
          ]
        : [];
  const fitting = candidates.find((candidate) => {
    try {
      return values.some(compileMatcher(candidate).matches);
    } catch {
      // The text is no pattern at all, so it was not meant as one.
      return false;
    }
  });
  if (fitting === undefined) return undefined;
  const plainText = /^[\w-]+$/.test(matcher.value);
  return printMatcher(
    plainText && fitting.value.startsWith('.*(?:') ? { ...fitting, value: `.*${matcher.value}.*` } : fitting,
  );
}
