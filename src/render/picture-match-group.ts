import type { Fate, MatchGroup, MatchResult } from '../advise/match-groups.ts';
import type { Row } from '../advise/picture-ask.ts';
import type { MatchingPicture } from '../advise/picture-matching.ts';
import { type Labels, METRIC_NAME } from '../model/labels.ts';
import { formatNumber } from './format.ts';
import { labelPairs, renderLabels } from './labels.ts';
import { sentence, spoken } from './picture-words.ts';
import { safe } from './safe.ts';
import { paint, type Role, type Style } from './style.ts';
import { columnsOf, counted, padEnd, padStart, wrapText } from './text.ts';

/** The labels that were compared, then a line a pair: the rest of both rows' labels, their values, and the result. */
export function drawnGroup(group: MatchGroup, picture: MatchingPicture, style: Style): readonly string[] {
  const title = wrapText(keyText(group, picture), style.width, '  ').map((line) => paint(style, 'title', line));
  const pairs = pairsOf(group, picture, style);
  const lines = pairs === undefined ? undefined : pairLines(pairs, safe(picture.operator), style);
  return [
    ...title,
    ...(lines ?? listedRows(group, picture, style)),
    ...hiddenRows(group)
      .flatMap((line) => wrapText(`  ${line}`, style.width))
      .map((line) => paint(style, 'dim', line)),
  ];
}

type Cell = { readonly name: string; readonly value: string };
type Pair = { readonly left: Cell; readonly right: Cell; readonly result: string; readonly role: Role };

/** What stands on one line each; undefined where a side has several rows of which no pair comes. */
function pairsOf(group: MatchGroup, picture: MatchingPicture, style: Style): readonly Pair[] | undefined {
  const { key, left, right, fate, results } = group;
  const cell = (row: Row | undefined): Cell =>
    row === undefined
      ? { name: '', value: NOTHING }
      : { name: ownLabels(row.labels, key), value: formatNumber(row.value) };
  if (fate === 'paired') {
    return results.slice(0, MOST_ROWS).map((result) => ({
      left: cell(rowAt(left, result.left)),
      right: cell(rowAt(right, result.right)),
      ...resultText(result, picture, style),
    }));
  }
  if (left.length > 1 || right.length > 1) return undefined;
  const result = `${arrow(style)} ${reasonOf(group, picture)}`;
  return [{ left: cell(left[0]), right: cell(right[0]), result, role: FATE_ROLES[fate] }];
}

/** As a table; undefined when it is wider than the screen. */
function pairLines(pairs: readonly Pair[], operator: string, style: Style): readonly string[] | undefined {
  const width = (pick: (pair: Pair) => string) => Math.max(...pairs.map((pair) => columnsOf(pick(pair))));
  const [leftName, leftValue] = [width(({ left }) => left.name), width(({ left }) => left.value)];
  const [rightName, rightValue] = [width(({ right }) => right.name), width(({ right }) => right.value)];
  const rows = pairs.map(({ left, right, result, role }) => {
    const cells = [
      padEnd(left.name, leftName),
      padStart(left.value, leftValue),
      operator,
      padStart(right.value, rightValue),
      padEnd(right.name, rightName),
    ].filter((part) => part !== '');
    return { text: `  ${cells.join('  ')}`, result, role };
  });
  if (rows.some(({ text, result }) => columnsOf(text) + columnsOf(result) + 2 > style.width)) return undefined;
  return rows.map(({ text, result, role }) => `${text}  ${paint(style, role, result)}`);
}

/** Rows of a group that are shown. */
const MOST_ROWS = 6;
const NOTHING = '(none)';

/** The rows of both sides one under another, and what comes of them at the end. */
function listedRows(group: MatchGroup, picture: MatchingPicture, style: Style): readonly string[] {
  const { key, left, right, fate, results } = group;
  const valueWidth = Math.max(
    ...[...left, ...right].slice(0, 4 * MOST_ROWS).map(({ value }) => formatNumber(value).length),
  );
  const row = (side: string, { labels, value }: Row) => {
    const head = `  ${padEnd(side, 5)}  ${padStart(formatNumber(value), valueWidth)}  `;
    return wrapText(ownLabels(labels, key), style.width - head.length).map((line, index) =>
      `${index === 0 ? head : ' '.repeat(head.length)}${line}`.trimEnd(),
    );
  };
  const none = (side: string) => [`  ${padEnd(side, 5)}  ${NOTHING}`];
  const result = (text: string, role: Role) =>
    wrapText(text, style.width - 2, '  ').map((line) => `  ${paint(style, role, line)}`);
  if (fate === 'paired') {
    return results.slice(0, MOST_ROWS).flatMap((each) => {
      const [one, other] = [rowAt(left, each.left), rowAt(right, each.right)];
      const { result: text, role } = resultText(each, picture, style);
      return [
        ...(one === undefined ? [] : row('left', one)),
        ...(other === undefined ? [] : row('right', other)),
        ...result(text, role),
      ];
    });
  }
  return [
    ...(left.length === 0 ? none('left') : left.slice(0, MOST_ROWS).flatMap((each) => row('left', each))),
    ...(right.length === 0 ? none('right') : right.slice(0, MOST_ROWS).flatMap((each) => row('right', each))),
    ...result(`${arrow(style)} ${reasonOf(group, picture)}`, FATE_ROLES[fate]),
  ];
}

function rowAt(rows: readonly Row[], index: number | undefined): Row | undefined {
  return index === undefined ? undefined : rows[index];
}

function resultText(
  result: MatchResult,
  { operator }: MatchingPicture,
  style: Style,
): { readonly result: string; readonly role: Role } {
  if (result.value === undefined)
    return { result: `${arrow(style)} removed: ${safe(operator)} does not hold`, role: 'warn' };
  return { result: `= ${formatNumber(result.value)}`, role: 'ok' };
}

const FATE_ROLES: { readonly [K in Fate]: Role } = {
  paired: 'ok',
  kept: 'ok',
  removed: 'warn',
  'no-left': 'warn',
  'no-right': 'warn',
  'several-left': 'wrong',
  'several-right': 'wrong',
};

function reasonOf({ fate, left, right }: MatchGroup, { operator, cardinality }: MatchingPicture): string {
  const reasons: { readonly [K in Fate]: string } = {
    paired: 'paired',
    'no-left': operator === 'unless' ? 'nothing to keep: no left row' : 'dropped: no left row',
    'no-right': 'dropped: no right row',
    'several-left':
      cardinality === 'one-to-one'
        ? `refused: ${left.length} left rows for one right row need group_left`
        : `refused: ${left.length} left rows where one may stand`,
    'several-right': `refused: ${right.length} right rows where one may stand`,
    kept: KEPT[operator] ?? (left.length > 0 ? 'the left side is kept' : 'kept: there is no left row'),
    removed: 'removed: there is a right row',
  };
  return reasons[fate];
}

const KEPT: { readonly [operator: string]: string } = {
  and: 'kept: there is a right row',
  unless: 'kept: there is no right row',
};

function arrow(style: Style): string {
  return style.ascii ? '->' : '→';
}

/** The labels of a row that its group does not say. */
function ownLabels(labels: Labels, key: Labels): string {
  return labelPairs(labels, [METRIC_NAME, ...Object.keys(key)])
    .map(([name, value]) => `${safe(name)}="${safe(value)}"`)
    .join(', ');
}

function keyText({ key, left, right }: MatchGroup, { on, labels }: MatchingPicture): string {
  const text = renderLabels(key);
  if (Object.keys(key).length > 0) return text;
  return on && labels.length === 0
    ? 'all rows'
    : `the group without labels (${left.length} left, ${right.length} right)`;
}

function hiddenRows({ fate, results, left, right }: MatchGroup): readonly string[] {
  const sides: readonly (readonly [string, number])[] =
    fate === 'paired'
      ? [['', results.length]]
      : [
          ['left ', left.length],
          ['right ', right.length],
        ];
  return sides.flatMap(([side, count]) =>
    count > MOST_ROWS ? [`and ${counted(count - MOST_ROWS, `more ${side}row`)} in this group`] : [],
  );
}

/** The same in sentences. */
export function spokenGroup(group: MatchGroup, picture: MatchingPicture, style: Style): readonly string[] {
  const { key, left, right, fate, results } = group;
  const name = (row: Row | undefined) => {
    if (row === undefined) return 'no row';
    const own = ownLabels(row.labels, key).replace(/="([^"]*)"/g, ' $1');
    return own === '' ? formatNumber(row.value) : `${own}: ${formatNumber(row.value)}`;
  };
  const head = Object.keys(key).length === 0 ? keyText(group, picture) : spoken(key);
  const said = (row: string) => sentence(row, style);
  if (fate === 'paired') {
    return [
      ...said(`Group ${head}:`),
      ...results.slice(0, MOST_ROWS).flatMap((result) => {
        const value =
          result.value === undefined
            ? `removed, because ${picture.operator} does not hold`
            : `result ${formatNumber(result.value)}`;
        return said(
          `left ${name(result.left === undefined ? undefined : left[result.left])}, right ${name(result.right === undefined ? undefined : right[result.right])}, ${value}.`,
        );
      }),
      ...hiddenRows(group).flatMap(said),
    ];
  }
  const reason = reasonOf(group, picture);
  const rows = (side: readonly Row[]) => (side.length === 0 ? 'no row' : side.slice(0, MOST_ROWS).map(name).join('; '));
  return said(`Group ${head}: left ${rows(left)}; right ${rows(right)}; ${reason}.`);
}
