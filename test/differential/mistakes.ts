import { type Node, textOf } from './grammar.ts';
import type { Random } from './random.ts';

const STRAY = [
  '(',
  ')',
  '{',
  '}',
  '[',
  ']',
  ',',
  '"',
  "'",
  '=',
  '=~',
  '!',
  'by',
  'on',
  'bool',
  'offset',
  '@',
  '5m',
  '1',
  'foo',
  '-',
  '+',
  ':',
  '#',
  'and',
  'é',
  '\\',
  '$',
  'group_left',
  '[5m]',
  ' ignoring (a)',
  '0x',
  '1.2.3',
  '\n',
];

/** The query as someone would mistype it: something is missing, too much, twice, or cut off. */
export function mistyped(random: Random, node: Node): string {
  const text = textOf(node);
  const words = text.match(/\w+|\s+|[^\w\s]/gu) ?? [text];
  const at = random.int(words.length);
  return random.weighted<() => string>([
    [3, () => words.toSpliced(at, 1).join('')],
    [4, () => words.toSpliced(at, 0, random.pick(STRAY)).join('')],
    [3, () => words.toSpliced(at, 1, random.pick(STRAY)).join('')],
    [1, () => words.toSpliced(at, 0, words[at] ?? '').join('')],
    [2, () => words.slice(0, at + 1).join('')],
    [1, () => words.slice(at).join('')],
  ])();
}

/** The query with a part of another type where one does not belong. */
export function misplaced(random: Random, node: Node): string {
  const places = node.parts.flatMap((part, i) => (typeof part === 'string' ? [] : [i]));
  if (places.length === 0)
    return `${random.pick(['rate', 'sum', 'abs', 'nosuch', 'histogram_quantile'])}(${textOf(node)})`;
  const chosen = random.pick(places);
  const wrong = random.pick([
    '5',
    '"text"',
    'lonely',
    'lonely[5m]',
    '(lonely > 1)[5m:1m]',
    'nosuch(1)',
    'lonely[5m] offset 1m',
    'rate(lonely)',
    'sum(1, lonely)',
    'lonely + on(a) group_left(a) lonely',
    'abs()',
    'label_replace(lonely, "a")',
    '1 > 2',
    'lonely and 1',
    '-"x"',
    'lonely{a=~"["}',
    '{x=""}',
    'lonely{__name__="y"}',
    'topk("x", lonely)',
    'count_values(1, lonely)',
    'count_values("", lonely)',
    'lonely @ 1 @ 2',
    'lonely offset 1m offset 2m',
    '1 @ 5',
    'lonely[0s]',
    'lonely + bool 1',
    'lonely == bool lonely[1m]',
    '1 offset 5m',
    'label_join(lonely, "", "-", "a")',
    'label_replace(lonely, "a", "$1", "b", "(")',
  ]);
  return node.parts.map((part, i) => (typeof part === 'string' ? part : i === chosen ? wrong : textOf(part))).join('');
}
