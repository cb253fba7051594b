import type { Aggregation, Binary, Expr } from '../../promql/ast.ts';
import { isSetOperator } from '../../promql/ast.ts';
import { print } from '../../promql/print.ts';
import type { Span } from '../../promql/span.ts';
import { bare, binaries, literal, metricOf, nodesOf, same, spliced } from '../ast-tools.ts';
import type { AdviceContext, Evidence, Found } from '../finding.ts';
import { matchGroups } from '../match-groups.ts';
import { labelNamesOf, numberOf, type Row } from '../rows.ts';
import { counted, labelText, listedCode, numberText } from '../words.ts';

/** M16: both sides have rows and no two match. */
export async function nothingMatches(context: AdviceContext): Promise<Found | undefined> {
  const culprit = (await context.culprits()).find(
    ({ kind, node }) => kind === 'pairs' && node.kind === 'binary' && !isSetOperator(node.operator),
  );
  if (culprit?.node.kind !== 'binary') return undefined;
  const fix = await pairingFix(context, culprit.node);
  const { sentence, evidence, node } = culprit;
  return { sentence, evidence, span: node.operatorSpan, ...(fix === undefined ? {} : { fix }) };
}

/** The smallest change that lets rows meet, tried on the server. */
async function pairingFix(context: AdviceContext, binary: Binary): Promise<Found['fix']> {
  const left = (await context.ask(print(binary.left))) ?? [];
  const right = (await context.ask(print(binary.right))) ?? [];
  const [leftNames, rightNames] = [labelNamesOf(left), labelNamesOf(right)];
  const apart = [
    ...leftNames.filter((name) => !rightNames.includes(name)),
    ...rightNames.filter((name) => !leftNames.includes(name)),
  ];
  const common = leftNames.filter((name) => rightNames.includes(name));
  const [a, b] = [sideText(context, binary.left), sideText(context, binary.right)];
  const bool = binary.bool ? ' bool' : '';
  const group = left.length >= right.length ? 'group_left' : 'group_right';
  const [whole, parts] = [bare(binary.left), bare(binary.right)];
  const sameGroups =
    binary.operator === '/' &&
    isWhole(whole) &&
    parts.kind === 'aggregation' &&
    !parts.without &&
    parts.grouping.length > 0
      ? [
          {
            text: `Group the left side by ${listedCode(parts.grouping)}, too.`,
            query: `${print({ ...whole, grouping: parts.grouping })} ${binary.operator}${bool} ${b}`,
          },
        ]
      : [];
  const candidates = [
    {
      text: `Leave ${listedCode(apart)} out of the matching.`,
      query: `${a} ${binary.operator}${bool} ignoring (${apart.join(', ')}) ${b}`,
    },
    {
      text: 'Several rows of one side meet one of the other: say so.',
      query: `${a} ${binary.operator}${bool} ignoring (${apart.join(', ')}) ${group} ${b}`,
    },
    {
      text: 'Aggregate both sides to the same labels.',
      query: `sum by (${common.join(', ')}) (${a}) ${binary.operator}${bool} sum by (${common.join(', ')}) (${b})`,
    },
  ].slice(apart.length === 0 ? 2 : 0);
  for (const { text, query } of [...sameGroups, ...candidates]) {
    if (((await context.ask(query)) ?? []).length > 0)
      return { text, query: spliced(context.query, binary.span, query) };
  }
  return undefined;
}

/** All rows in one: over the rows of a group it is hardly ever what somebody wants to divide. */
function isWhole(side: Expr): side is Aggregation {
  return side.kind === 'aggregation' && !side.without && side.grouping.length === 0;
}

function sideText({ query }: AdviceContext, side: Expr): string {
  return query.slice(side.span.start, side.span.end);
}

/** M17: the "one" side has several rows in a match group, or `group_left` is missing. */
export async function manyToMany(context: AdviceContext): Promise<Found | undefined> {
  const { error } = context;
  if (error === undefined) return undefined;
  const duplicate = /^found duplicate series for the match group (\{.*?\}) on the (left|right) hand-side/.exec(error);
  if (duplicate !== null)
    return explainDuplicates(context, duplicate[1] ?? '', duplicate[2] === 'left' ? 'left' : 'right');
  if (/^multiple matches for labels: many-to-one matching must be explicit/.test(error))
    return explainMissingGroup(context);
  return /duplicate (?:time )?series|many-to-many|matching labels/i.test(error) ? inOtherWords(context) : undefined;
}

/** A server that refuses a matching in words of its own: the rows of both sides tell what it is. */
async function inOtherWords(context: AdviceContext): Promise<Found | undefined> {
  for (const { node } of binaries(context.expr).filter((placed) => placed.node.matching !== undefined)) {
    const [left, right] = [await context.ask(print(node.left)), await context.ask(print(node.right))];
    if (left === undefined || right === undefined) continue;
    const groups = matchGroups(node, left.map(numbered), right.map(numbered), undefined);
    const clash = groups.find(({ fate }) => fate === 'several-right' || fate === 'several-left');
    if (clash === undefined) continue;
    if (clash.fate === 'several-right') return explainDuplicates(context, labelText(clash.key), 'right');
    return node.matching?.cardinality === 'one-to-one'
      ? explainMissingGroup(context)
      : explainDuplicates(context, labelText(clash.key), 'left');
  }
  return undefined;
}

/** Which rows meet is a matter of labels alone. */
function numbered({ labels, value }: Row): { readonly labels: Row['labels']; readonly value: number } {
  return { labels, value: typeof value === 'number' ? value : Number.NaN };
}

async function explainDuplicates(
  context: AdviceContext,
  group: string,
  side: 'left' | 'right',
): Promise<Found | undefined> {
  const wanted = labelsOfText(group);
  for (const { node } of binaries(context.expr).filter((placed) => placed.node.matching !== undefined)) {
    const rows = ((await context.ask(print(node[side]))) ?? []).filter(({ labels }) =>
      wanted.every(([name, value]) => (labels[name] ?? '') === value),
    );
    const { matching } = node;
    if (rows.length < 2 || matching === undefined) continue;
    const names = labelNamesOf(rows);
    const apart = names.filter((name) => new Set(rows.map(({ labels }) => labels[name])).size > 1);
    const evidence: Evidence[] = [{ query: print(node[side]), timeMs: context.timeMs, rows: rows.slice(0, 5) }];
    const fix = await duplicateFix(context, node, side, apart);
    return {
      span: matchingPlace(node),
      sentence: `On the ${side} ${counted(rows.length, 'row')} share \`${group}\` and differ in ${listedCode(apart)}, so Prometheus cannot tell which of them to pair. Aggregate that side until one row is left for each${fix?.text.includes('group_') ? `, or give the many their side` : ''}.`,
      evidence,
      ...(fix === undefined ? {} : { fix }),
    };
  }
  return undefined;
}

/** `* on (job)` with its operator, or the operator alone. */
function matchingPlace({ matchingSpan, operatorSpan }: Binary): Span {
  return matchingSpan ?? operatorSpan;
}

async function duplicateFix(
  context: AdviceContext,
  node: Binary,
  side: 'left' | 'right',
  apart: readonly string[],
): Promise<Found['fix']> {
  const matching = context.query.slice(node.matchingSpan?.start, node.matchingSpan?.end);
  const turned = /\bgroup_(left|right)\b/.test(matching)
    ? matching.replace(/\bgroup_(left|right)\b/, (word) => (word === 'group_left' ? 'group_right' : 'group_left'))
    : undefined;
  const candidates = [
    ...(turned === undefined || node.matchingSpan === undefined
      ? []
      : [
          {
            text: 'The side with more rows is the other one: turn `group_left` and `group_right`.',
            query: spliced(context.query, node.matchingSpan, turned),
          },
        ]),
    {
      text: 'Aggregate that side.',
      query: spliced(
        context.query,
        node[side].span,
        `sum without (${apart.join(', ')}) (${sideText(context, bare(node[side]))})`,
      ),
    },
  ];
  for (const candidate of candidates) if (((await context.ask(candidate.query)) ?? []).length > 0) return candidate;
  return undefined;
}

async function explainMissingGroup(context: AdviceContext): Promise<Found | undefined> {
  for (const { node } of binaries(context.expr).filter((placed) => placed.node.matching !== undefined)) {
    const { matching, matchingSpan } = node;
    if (matching?.cardinality !== 'one-to-one') continue;
    const [left, right] = [
      await context.ask(`count(${print(node.left)})`),
      await context.ask(`count(${print(node.right)})`),
    ];
    const counts = [numberOf(left?.[0]), numberOf(right?.[0])] as const;
    const at = matchingSpan?.end ?? node.operatorSpan.end;
    for (const word of ['group_left', 'group_right'] as const) {
      const written = matchingSpan === undefined ? ' ignoring () ' : ' ';
      const query = `${context.query.slice(0, at)}${written}${word}${context.query.slice(at)}`;
      if (((await context.ask(query)) ?? []).length === 0) continue;
      const many = word === 'group_left' ? 'left' : 'right';
      return {
        span: matchingPlace(node),
        sentence: `Several rows on the ${many} meet one row on the other side (${numberText(counts[0])} on the left, ${numberText(counts[1])} on the right). Say which side has the many: \`${word}\`.`,
        evidence: [
          { query: `count(${print(node.left)})`, timeMs: context.timeMs, rows: (left ?? []).slice(0, 1) },
          { query: `count(${print(node.right)})`, timeMs: context.timeMs, rows: (right ?? []).slice(0, 1) },
        ],
        fix: { text: `Add \`${word}\`.`, query },
      };
    }
  }
  return undefined;
}

/** `{a="1", b="2"}` as Prometheus writes it in its messages. */
function labelsOfText(text: string): readonly (readonly [string, string])[] {
  return [...text.matchAll(/([\w.:]+)="((?:\\.|[^"\\])*)"/g)].map(([, name = '', value = '']) => [
    name,
    value.replace(/\\(.)/g, '$1'),
  ]);
}

/** M18: a filtered series meets only itself, or a part is divided by another part and not by the whole. */
export async function ratioOfOne(context: AdviceContext): Promise<Found | undefined> {
  for (const { node } of binaries(context.expr, '/')) {
    if (node.matching === undefined) continue;
    const found = (await meetsItself(context, node)) ?? (await dividedByPart(context, node));
    if (found !== undefined) return found;
  }
  return undefined;
}

async function meetsItself(context: AdviceContext, node: Binary): Promise<Found | undefined> {
  const [left] = nodesOf(node.left, 'vector');
  const [right] = nodesOf(node.right, 'vector');
  if (left === undefined || right === undefined || metricOf(left.node) !== metricOf(right.node)) return undefined;
  const rows = (await context.ask(print(node))) ?? [];
  const numbers = rows.filter(({ value }) => !Number.isNaN(value));
  if (numbers.length === 0 || !numbers.every(({ value }) => value === 1)) return undefined;
  const filter = left.node.matchers.find(
    ({ name, value, operator }) =>
      !right.node.matchers.some(
        (other) => other.name === name && other.value === value && other.operator === operator,
      ) && numbers.every(({ labels }) => labels[name] !== undefined),
  );
  const identical = same(node.left, node.right);
  if (filter === undefined && !identical) return undefined;
  const evidence = [{ query: print(node), timeMs: context.timeMs, rows: numbers.slice(0, 3) }];
  if (filter === undefined)
    return {
      sentence: 'Both sides are the same, so every row is divided by itself: 1.',
      evidence,
      span: node.operatorSpan,
    };
  const sides = [node.left, node.right].map(
    (side) => `sum without (${filter.name}) (${sideText(context, bare(side))})`,
  );
  return {
    span: node.operatorSpan,
    sentence: `Every row is 1: the rows on the left have \`${filter.name}="${filter.value}"\`, and so each meets only itself on the right. The whole is there when \`${filter.name}\` is aggregated away on both sides.`,
    evidence,
    fix: { text: 'Aggregate the label away.', query: spliced(context.query, node.span, sides.join(' / ')) },
  };
}

async function dividedByPart(context: AdviceContext, node: Binary): Promise<Found | undefined> {
  const whole = binaries(context.task?.expr, '/')[0]?.node;
  const [given] = nodesOf(node.right, 'vector');
  const [asked] = whole === undefined ? [] : nodesOf(whole.right, 'vector');
  if (given === undefined || asked === undefined || metricOf(given.node) !== metricOf(asked.node)) return undefined;
  const extra = given.node.matchers.find(({ name }) => !asked.node.matchers.some((other) => other.name === name));
  if (extra === undefined) return undefined;
  const full = print(node.right).replace(
    print(given.node),
    print({ ...given.node, matchers: given.node.matchers.filter((matcher) => matcher !== extra) }),
  );
  const [part, all] = [await context.ask(`sum(${print(node.right)})`), await context.ask(`sum(${full})`)];
  const [less, more] = [numberOf(part?.[0]), numberOf(all?.[0])];
  if (!(less < more)) return undefined;
  return {
    sentence: `What you divide by is filtered to \`${extra.name}${extra.operator}"${extra.value}"\`: that is ${numberText(less)} of ${numberText(more)} in all. A share is a part of the whole.`,
    evidence: [
      { query: `sum(${print(node.right)})`, timeMs: context.timeMs, rows: (part ?? []).slice(0, 1) },
      { query: `sum(${full})`, timeMs: context.timeMs, rows: (all ?? []).slice(0, 1) },
    ],
  };
}

/** M26: `and`, `or` and `unless` look at labels, and `and` keeps the left side. */
export async function setOperators(context: AdviceContext): Promise<Found | undefined> {
  const culprit = (await context.culprits()).find(
    ({ kind, node }) => kind === 'pairs' && node.kind === 'binary' && isSetOperator(node.operator),
  );
  if (culprit?.node.kind === 'binary') {
    const fix = await sharedLabels(context, culprit.node);
    return {
      sentence: culprit.sentence,
      evidence: culprit.evidence,
      span: culprit.node.operatorSpan,
      voice: 'first',
      ...(fix === undefined ? {} : { fix }),
    };
  }
  const removed = (await context.culprits()).find(({ kind }) => kind === 'removed');
  if (removed !== undefined) return { sentence: removed.sentence, evidence: removed.evidence, voice: 'empty' };
  return (await matchedOnNothing(context)) ?? (await sidesSwapped(context));
}

async function sharedLabels(context: AdviceContext, node: Binary): Promise<Found['fix']> {
  const left = labelNamesOf((await context.ask(print(node.left))) ?? []);
  const right = labelNamesOf((await context.ask(print(node.right))) ?? []);
  const common = left.filter((name) => right.includes(name));
  if (common.length === 0) return undefined;
  const query = `${sideText(context, node.left)} ${node.operator} on (${common.join(', ')}) ${sideText(context, node.right)}`;
  const rows = await context.ask(query);
  return rows === undefined || rows.length === 0
    ? undefined
    : {
        text: `Match on what both sides have: ${listedCode(common)}.`,
        query: spliced(context.query, node.span, query),
      };
}

/** `on (x)` where no row has x: all rows of a side count as equal. */
async function matchedOnNothing(context: AdviceContext): Promise<Found | undefined> {
  for (const { node } of binaries(context.expr)) {
    const { matching } = node;
    if (matching?.on !== true || matching.labels.length === 0) continue;
    const [left, right] = [await context.ask(print(node.left)), await context.ask(print(node.right))];
    if (left === undefined || right === undefined || left.length === 0 || right.length === 0) continue;
    const known = new Set([...labelNamesOf(left), ...labelNamesOf(right)]);
    const unknown = matching.labels.filter((name) => !known.has(name));
    if (unknown.length < matching.labels.length) continue;
    return {
      span: matchingPlace(node),
      sentence: `No row of either side has ${listedCode(unknown, 'or')}, so for \`on (${matching.labels.join(', ')})\` all rows are the same, and everything meets everything.`,
      evidence: [
        { query: print(node.left), timeMs: context.timeMs, rows: left.slice(0, 1) },
        { query: print(node.right), timeMs: context.timeMs, rows: right.slice(0, 1) },
      ],
    };
  }
  return undefined;
}

async function sidesSwapped(context: AdviceContext): Promise<Found | undefined> {
  const [given] = binaries(context.expr, 'and');
  const [asked] = binaries(context.task?.expr, 'and');
  if (given === undefined || asked === undefined) return undefined;
  if (!same(given.node.left, asked.node.right) || !same(given.node.right, asked.node.left)) return undefined;
  const rows: readonly Row[] = (await context.ask(print(given.node))) ?? [];
  if (rows.length === 0) return undefined;
  return {
    sentence:
      '`and` keeps rows of the LEFT side, with their values; the right side only says which. The condition is right, the sides are the wrong way round.',
    evidence: [{ query: print(given.node), timeMs: context.timeMs, rows: rows.slice(0, 2) }],
  };
}

/** M38: `/` binds before `-`, and brackets decide. */
export async function precedence(context: AdviceContext): Promise<Found | undefined> {
  for (const { node } of binaries(context.expr, '-', '+')) {
    const left = node.left;
    const right = literal(node.right);
    if (left.kind !== 'binary' || left.operator !== '/' || right === undefined) continue;
    if (literal(left.right) !== 1 || literal(left.left) !== undefined) continue;
    const text = (expr: Expr) => context.query.slice(expr.span.start, expr.span.end);
    const fixed = `${text(left.left)} / (${text(left.right)} ${node.operator} ${text(node.right)})`;
    const [given, meant] = [await context.ask(print(node)), await context.ask(fixed)];
    if (given?.[0] === undefined || meant?.[0] === undefined) continue;
    return {
      sentence: `\`/\` binds before \`${node.operator}\`: this divides by 1 and then takes ${numberText(right)} ${node.operator === '-' ? 'away' : 'more'}, which gives ${numberText(numberOf(given[0]))}. With \`(${text(left.right)} ${node.operator} ${text(node.right)})\` in brackets it is ${numberText(numberOf(meant[0]))}.`,
      evidence: [
        { query: print(node), timeMs: context.timeMs, rows: given.slice(0, 1) },
        { query: fixed, timeMs: context.timeMs, rows: meant.slice(0, 1) },
      ],
      fix: { text: 'Brackets around the second half.', query: spliced(context.query, node.span, fixed) },
    };
  }
  return bracketsElsewhere(context);
}

/** The same words in the same order as what was asked for; only the brackets stand elsewhere. */
function bracketsElsewhere(context: AdviceContext): Found | undefined {
  const { task, expr } = context;
  if (task?.expr === undefined || expr === undefined) return undefined;
  const words = (text: string) => text.replace(/[()\s]+/g, '');
  if (words(print(expr)) !== words(print(task.expr)) || same(expr, task.expr)) return undefined;
  return {
    sentence:
      'All the parts are there, in the right order; only the brackets stand elsewhere, and so it is worked out in another order.',
    evidence: [{ query: context.query, timeMs: context.timeMs, rows: context.rows.slice(0, 2) }],
  };
}
