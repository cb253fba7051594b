import type { Fate, MatchGroup } from '../advise/match-groups.ts';
import type { MatchingPicture } from '../advise/picture-matching.ts';
import { drawnGroup, spokenGroup } from './picture-match-group.ts';
import { type Fact, renderFacts, sentence } from './picture-words.ts';
import { safe, safeLines } from './safe.ts';
import type { Style } from './style.ts';
import { counted } from './text.ts';

/** Which rows of the two sides meet, what comes of each pair, and why the others are dropped. */
export function renderMatching(picture: MatchingPicture, style: Style): string {
  const shown = chosenGroups(picture.groups);
  return [
    ...renderFacts(headOf(picture), style),
    ...shown.flatMap((group) => [
      '',
      ...(style.accessible ? spokenGroup(group, picture, style) : drawnGroup(group, picture, style)),
    ]),
    ...restOf(picture, shown, style),
    '',
    ...outcome(picture, style),
  ].join('\n');
}

function headOf({
  left,
  right,
  leftRows,
  rightRows,
  on,
  labels,
  cardinality,
  include,
}: MatchingPicture): readonly Fact[] {
  const names = labels.map(safe).join(', ');
  const compared = on
    ? labels.length === 0
      ? 'nothing: every row meets every row'
      : names
    : labels.length === 0
      ? 'all labels'
      : `all labels but ${names}`;
  const many = MANY[cardinality];
  const copied =
    include.length === 0
      ? ''
      : `, and ${include.map(safe).join(', ')} ${include.length === 1 ? 'is' : 'are'} copied from it`;
  return [
    ['left', `${counted(leftRows, 'row')}: ${safe(left)}`],
    ['right', `${counted(rightRows, 'row')}: ${safe(right)}`],
    ['compared', `${compared}${many === undefined ? '' : `; ${many}${copied}`}`],
  ];
}

const MANY: { readonly [K in MatchingPicture['cardinality']]: string | undefined } = {
  'one-to-one': undefined,
  'many-to-many': undefined,
  'many-to-one': 'several left rows may share one right row',
  'one-to-many': 'several right rows may share one left row',
};

/** Of each fate the first groups: enough to see how it works, few enough to read. */
const MOST_OF_A_FATE: { readonly [K in Fate]: number } = {
  'several-left': 1,
  'several-right': 1,
  paired: 2,
  kept: 2,
  removed: 1,
  'no-left': 1,
  'no-right': 1,
};

function chosenGroups(groups: readonly MatchGroup[]): readonly MatchGroup[] {
  const taken = new Map<Fate, number>();
  return groups.filter(({ fate }) => {
    const count = (taken.get(fate) ?? 0) + 1;
    taken.set(fate, count);
    return count <= MOST_OF_A_FATE[fate];
  });
}

function restOf({ groups, fates }: MatchingPicture, shown: readonly MatchGroup[], style: Style): readonly string[] {
  const hidden = [...fates].flatMap(([fate, count]) => {
    const more = count - shown.filter((group) => group.fate === fate).length;
    return more === 0 ? [] : [`${more} more ${FATE_WORDS[fate]}`];
  });
  if (hidden.length === 0 || groups.length === shown.length) return [];
  return ['', ...sentence(`Not shown, groups: ${hidden.join('; ')}.`, style, 'dim')];
}

const FATE_WORDS: { readonly [K in Fate]: string } = {
  paired: 'that pair',
  kept: 'that stay',
  removed: 'that are removed',
  'no-left': 'without a left row',
  'no-right': 'without a right row',
  'several-left': 'with several left rows',
  'several-right': 'with several right rows',
};

function outcome({ rows, error, mismatch, operator }: MatchingPicture, style: Style): readonly string[] {
  const quoted = (names: readonly string[]) => names.map((name) => `\`${safe(name)}\``).join(', ');
  const { onlyLeft, onlyRight, disjoint } = mismatch;
  const why = [
    ...(onlyLeft.length === 0
      ? []
      : [
          `Only left rows have the ${onlyLeft.length === 1 ? 'label' : 'labels'} ${quoted(onlyLeft)}, so no right row can equal them.`,
        ]),
    ...(onlyRight.length === 0
      ? []
      : [
          `Only right rows have the ${onlyRight.length === 1 ? 'label' : 'labels'} ${quoted(onlyRight)}, so no left row can equal them.`,
        ]),
    ...(disjoint.length === 0 ? [] : [`The two sides have no value of ${quoted(disjoint)} in common.`]),
  ];
  if (error !== undefined) return sentence(`Prometheus refuses: ${safeLines(error)}`, style, 'wrong');
  const answer =
    rows === 0
      ? `Nothing is left of ${safe(operator)}: the answer is empty.`
      : `The answer has ${counted(rows ?? 0, 'row')}.`;
  return [...sentence(answer, style, rows === 0 ? 'warn' : 'ok'), ...why.flatMap((line) => sentence(line, style))];
}
