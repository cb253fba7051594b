import { type Answer, type Body, isMatrixOrVector, type Row } from './compare.ts';
import type { Moment } from './question.ts';
import { START } from './samples.ts';

/** One request: what, and when. */
export type Asked = { readonly query: string; readonly moment: Moment };

/** A difference that is meant to be. The suite fails when its witness no longer shows it. */
export type Exception = {
  readonly name: string;
  /** Why ours is right, or why neither is wrong. */
  readonly reason: string;
  /** What changed Prometheus after the 3.5 we compare with, when that is why. */
  readonly change?: string;
  readonly witness: Asked;
  /** Prometheus decides by chance, so its witness shows the difference only now and then. */
  readonly chance?: true;
  /** Ours in the words of 3.5, or both in words in which this difference is gone; nothing else may be lost. */
  readonly ours?: (answer: Answer, asked: Asked) => Answer;
  readonly theirs?: (answer: Answer, asked: Asked) => Answer;
  /** Differences in numbers that no rewriting can undo. `what` are the sentences of `differences`. */
  readonly excuses?: (asked: Asked, what: readonly string[]) => boolean;
};

const INSTANT: Moment = { kind: 'instant', time: START + 600 };
const RANGE: Moment = { kind: 'range', start: START + 600, end: START + 720, step: 60 };

export const EXCEPTIONS: readonly Exception[] = [
  {
    name: 'pair of duplicates',
    reason: 'The two series of a failed match are told in the order of their labels; before they came in any order.',
    change: 'https://github.com/prometheus/prometheus/pull/18810',
    witness: { query: 'lonely + on () target_up', moment: INSTANT },
    ours: inError(sortedPair),
    theirs: inError(sortedPair),
  },
  {
    name: 'which duplicates',
    reason:
      'Over a range the rows between two operators are in no order; of several duplicates Prometheus finds any first.',
    witness: { query: '(jobs_total + 1) + on () (jobs_total + 1)', moment: RANGE },
    chance: true,
    ours: withoutPair,
    theirs: withoutPair,
  },
  {
    name: 'sort over a range',
    reason: 'A range query that sorts is warned that its result is ordered by labels all the same.',
    change: 'https://github.com/prometheus/prometheus/pull/18498',
    witness: { query: 'sort(target_up)', moment: RANGE },
    ours: inWarnings((text) =>
      text.startsWith('PromQL warning: sort is ineffective for range queries') ? undefined : text,
    ),
  },
  {
    name: 'metric of a bad bucket',
    reason: 'Without delayed name removal the metric of a bad bucket is not named any more; it was often empty.',
    change: 'https://github.com/prometheus/prometheus/issues/15411',
    witness: { query: 'histogram_quantile(0.5, odd_bucket)', moment: INSTANT },
    theirs: inWarnings((text) =>
      text.startsWith('PromQL warning: bucket label "le"') ? text.replace(/ for metric name "[^"]*"/, '') : text,
    ),
    // The same bucket of more than ten metrics.
    excuses: (_, what) =>
      what.every((line) => /^warnings: ours .*bucket label.*theirs .*more warning annotations omitted"]$/.test(line)),
  },
  {
    name: 'details of lifted buckets',
    reason: 'The info about buckets that go down tells which, how far and how often.',
    change: 'after 3.5',
    witness: { query: 'histogram_quantile(0.5, odd_bucket{kind="shrinking"})', moment: INSTANT },
    ours: inInfos((text) => text.replace(/, from buckets .* from \S+ to \S+(?= \()/, '')),
    theirs: inInfos((text) =>
      text.replace(/(needed to be fixed for monotonicity \(.*?\)) for metric name "[^"]*"/, '$1'),
    ),
  },
  {
    name: 'what a duration may be',
    reason: 'Durations may be computed, so more may stand for one and the error says what.',
    change: 'after 3.5',
    witness: { query: 'lonely offset *', moment: INSTANT },
    ours: inError((text) =>
      text.replace(/number, duration, step\(\),( or)? range\(\)(,(?= or))?/, 'number or duration'),
    ),
  },
  {
    name: 'time of a parameter',
    reason: 'In 3.5 the time of an "@" in the parameter of an aggregation moves on with the steps of a range query.',
    change: 'after 3.5',
    witness: {
      query: 'quantile(scalar(lonely @ 1700000400), target_up)',
      moment: { kind: 'range', start: START + 890, end: START + 1490, step: 300 },
    },
    excuses: ({ query, moment }) => moment.kind === 'range' && /\b(topk|bottomk|quantile)\b.*\bscalar\b.*@/.test(query),
  },
  {
    name: 'what is in brackets',
    reason: 'Where brackets hold nothing it is not known yet whether they are of a subquery.',
    change: 'after 3.5',
    witness: { query: 'lonely[]', moment: INSTANT },
    ours: inError((text) => text.replace('in subquery or range selector', 'in subquery selector')),
    theirs: inError((text) => text.replace('in subquery or range selector', 'in subquery selector')),
  },
  {
    name: 'words in brackets',
    reason: '3.5 calls any letter behind the colon of a subquery a colon; and in its brackets there were no words.',
    change: 'after 3.5',
    witness: { query: 'lonely[5m:and]', moment: INSTANT },
    ours: inError((text) => text.replace(/unexpected character: ('.'), expected ':'/, 'unexpected colon $1')),
  },
  {
    name: 'comma in brackets',
    reason: 'A duration may be the smaller of two, so a comma in brackets is no unknown character any more.',
    change: 'after 3.5',
    witness: { query: 'lonely[,', moment: INSTANT },
    excuses: (_, what) =>
      what.every((line) =>
        /^error: .*unexpected \\",\\".* theirs .*unexpected character in duration expression: ','/.test(line),
      ),
  },
  {
    name: 'name of the at sign',
    reason: '3.5 has no word for "@" when it is in the wrong place and shows a number of its own.',
    witness: { query: 'lonely @@ 5', moment: INSTANT },
    theirs: inError((text) => text.replace(/"<Item \d+>" <op:@>/, '<op:@>')),
  },
  {
    name: 'end of a nested call',
    reason:
      'Prometheus loses where a call or aggregation behind other parentheses ends, and so where the operator after it stands.',
    witness: { query: 'sum by (a) (sum by (a) (lonely) + bool 1)', moment: INSTANT },
    ours: withoutPlaceOfOperator,
    theirs: withoutPlaceOfOperator,
  },
  {
    name: 'no number of rows',
    reason: 'What is no number of rows is refused before there are rows to count, and NaN by its name.',
    change: 'after 3.5',
    witness: { query: 'topk(NaN, target_up)', moment: INSTANT },
    excuses: ({ query }, what) =>
      /\b(topk|bottomk)\b/.test(query) &&
      what.some((line) =>
        /^error: ours "(Parameter value is NaN|Scalar value \S+ (over|under)flows int64)"/.test(line),
      ),
  },
  {
    name: 'fraction within the first bucket',
    reason: 'The first bucket of a histogram without negative bounds begins at zero; in 3.5 it gave NaN.',
    change: 'https://github.com/prometheus/prometheus/pull/17424',
    witness: { query: 'histogram_fraction(0, 0.05, wait_seconds_bucket)', moment: INSTANT },
    excuses: ({ query }) => query.includes('histogram_fraction'),
  },
  {
    name: 'dates beyond the calendar',
    reason: 'Go turns NaN and numbers beyond 64 bits into some whole number that depends on the processor; we say NaN.',
    witness: { query: 'year(vector(NaN))', moment: INSTANT },
    excuses: ({ query }, what) =>
      /\b(day_of_\w+|days_in_month|month|year|hour|minute)\b/.test(query) &&
      what.every((line) => /ours \[[\d.]+,"NaN"\]/.test(line)),
  },
  {
    name: 'logarithms of subnormal numbers',
    reason: 'Those of Go on amd64 are wrong below the smallest normal number.',
    witness: { query: 'log10(vector(5e-324))', moment: INSTANT },
    excuses: ({ query }) => /\b(ln|log2|log10)\b/.test(query) && query.includes('5e-324'),
  },
  {
    name: 'a constant in parentheses',
    reason: 'Prometheus evaluates what is constant beforehand, with its parentheses; only other arguments lose them.',
    witness: { query: 'quantile_over_time((1 + 1), lonely[5m])', moment: INSTANT },
    ours: withoutPlaceOfQuantile,
    theirs: withoutPlaceOfQuantile,
  },
  {
    name: 'text in parentheses',
    reason: '3.5 does not expect a text in parentheses and tells of its insides.',
    witness: { query: '("text")', moment: INSTANT },
    excuses: (_, what) => what.some((line) => line.includes('unexpected result in StepInvariantExpr evaluation')),
  },
  {
    name: 'start and end as functions',
    reason: 'There are experimental functions of these names, so their call is refused for that.',
    change: 'after 3.5',
    witness: { query: 'start()', moment: INSTANT },
    excuses: (_, what) =>
      what.some((line) => /^error: ours .*function \\"(start|end|range|step)\\" is not enabled/.test(line)),
  },
  {
    name: 'last bit of a large number',
    reason:
      'Exponentials and powers may differ in the last bit, and so by whole turns as angles or in the rest of a division.',
    witness: { query: 'sin(exp(vector(300.1)))', moment: INSTANT },
    excuses: ({ query }, what) =>
      /\b(sin|cos|tan)\b|%/.test(query) &&
      /\b(exp|sinh|cosh)\b|\^/.test(query) &&
      what.every((line) => line.includes(': ours [')),
  },
  {
    name: 'last digit counted',
    reason: 'Powers and the like may differ in the last bit; count_values() makes a label of all the digits.',
    witness: {
      query: 'count_values("value", retries_total ^ retries_total @ 1700001234.567)',
      moment: { kind: 'instant', time: START + 95 },
    },
    ours: roundedLabels,
    theirs: roundedLabels,
  },
];

function withoutPlaceOfQuantile(answer: Answer, { query }: Asked): Answer {
  if (!/quantile\w*\s*\(\s*\(/.test(query)) return answer;
  return inWarnings((text) => text.replace(/(^PromQL warning: quantile value .*) \(\d+:\d+\)$/, '$1'))(answer);
}

/** Complaints about an operator stand where its left side ends. */
function withoutPlaceOfOperator(answer: Answer, { query }: Asked): Answer {
  if (!/\b(by|without|on|ignoring)\b/.test(query)) return answer;
  const complaint =
    /\d+:\d+: (?=parse error: (bool modifier|comparisons between scalars|label "[^"]*" must not occur in ON))/;
  return inError((text) => text.replace(complaint, ''))(answer);
}

function sortedPair(text: string): string {
  const pair = /^(found duplicate series .*operation: \[)(\{.*\}), (\{.*\})(\];many-to-many.*)$/.exec(text);
  if (pair === null) return text;
  const [, head, first = '', second = '', tail] = pair;
  return `${head}${[first, second].sort().join(', ')}${tail}`;
}

function withoutPair(answer: Answer, { moment }: Asked): Answer {
  if (moment.kind === 'instant') return answer;
  return inError((text) => text.replace(/^(found duplicate series ).*(on the \w+ hand-side).*$/, '$1$2'))(answer);
}

function inError(change: (text: string) => string): (answer: Answer) => Answer {
  return (answer) =>
    answer.body.error === undefined ? answer : withBody(answer, { error: change(answer.body.error) });
}

function inWarnings(change: (text: string) => string | undefined): (answer: Answer) => Answer {
  return (answer) => inTexts(answer, 'warnings', change);
}

function inInfos(change: (text: string) => string | undefined): (answer: Answer) => Answer {
  return (answer) => inTexts(answer, 'infos', change);
}

function inTexts(answer: Answer, kind: 'warnings' | 'infos', change: (text: string) => string | undefined): Answer {
  const { [kind]: texts, ...rest } = answer.body;
  const changed = [...new Set(texts?.map(change).filter((text) => text !== undefined))];
  return { ...answer, body: changed.length === 0 ? rest : { ...rest, [kind]: changed } };
}

function withBody(answer: Answer, some: Partial<Body>): Answer {
  return { ...answer, body: { ...answer.body, ...some } };
}

/** Numbers in labels with ten digits, in queries that make labels of numbers; what was apart by less is counted together. */
function roundedLabels(answer: Answer, { query }: Asked): Answer {
  const { data } = answer.body;
  if (!query.includes('count_values') || !isMatrixOrVector(data)) return answer;
  const byLabels = new Map<string, Row>();
  for (const row of data.result) {
    const metric = Object.fromEntries(Object.entries(row.metric).map(([name, value]) => [name, rounded(value)]));
    const key = JSON.stringify(metric);
    byLabels.set(key, together({ ...row, metric }, byLabels.get(key)));
  }
  return withBody(answer, { data: { ...data, result: [...byLabels.values()] } });
}

function together(row: Row, other: Row | undefined): Row {
  if (other?.values === undefined || row.values === undefined) return row;
  const counts = new Map(other.values);
  for (const [time, count] of row.values) counts.set(time, String(Number(counts.get(time) ?? 0) + Number(count)));
  return { ...row, values: [...counts].sort(([a], [b]) => a - b) };
}

function rounded(text: string): string {
  return /^-?\d+\.?\d*(e[-+]\d+)?$/.test(text) ? Number(text).toPrecision(10) : text;
}
