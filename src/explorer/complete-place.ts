import {
  analyzeCompletion,
  type Context,
  ContextKind,
} from '@prometheus-io/codemirror-promql/dist/cjs/complete/hybrid.js';
import {
  AggregateExpr,
  BinaryExpr,
  Identifier,
  LabelMatchers,
  parser,
  QuotedLabelMatcher,
  QuotedLabelName,
  UnquotedLabelMatcher,
  VectorSelector,
} from '@prometheus-io/lezer-promql';
import { parseSelector } from '../promql/parse.ts';
import { unquote } from '../promql/syntax/quote.ts';
import { wordKind } from '../promql/syntax/tokens.ts';
import { closers, type Scan, scan } from './complete-scan.ts';

type Typed = {
  /** Where the word that is being typed begins. */
  readonly from: number;
  /** What is typed of it, up to the cursor. */
  readonly word: string;
};

/** Which argument of which function or aggregation the cursor is in; positions count from 0. */
export type Argument = { readonly name: string; readonly position: number };

/** What can stand at the cursor. `match` is the selector whose series are meant, absent where none is known. */
export type Place =
  | { readonly kind: 'nothing' }
  | (Typed & {
      readonly kind: 'expression';
      /** Whether a metric, a function or an aggregation can begin here. */
      readonly operand: boolean;
      readonly keywords: readonly string[];
      readonly argument: Argument | undefined;
    })
  | (Typed & {
      readonly kind: 'label';
      readonly match: string | undefined;
      readonly mark: string | undefined;
      readonly list: 'matchers' | 'grouping';
    })
  | (Typed & {
      readonly kind: 'value';
      readonly label: string;
      readonly match: string | undefined;
      /** The quote around it; `opened` tells whether it is typed already. */
      readonly mark: string;
      readonly opened: boolean;
      readonly regex: boolean;
    })
  | (Typed & { readonly kind: 'name-text'; readonly mark: string })
  | (Typed & { readonly kind: 'range'; readonly needsSubquery: boolean })
  | (Typed & { readonly kind: 'step' })
  | (Typed & { readonly kind: 'offset' })
  | (Typed & { readonly kind: 'instant' });

type Node = ReturnType<ReturnType<typeof parser.parse>['resolve']>;

/** A text the grammar can make sense of, the cursor in it, and what the grammar says of that place. */
type Reading = { readonly text: string; readonly node: Node; readonly contexts: readonly Context[] };

/**
 * Finds out what can stand at the cursor. The grammar of Prometheus' own editor tells it; as that editor closes every
 * bracket at once and a prompt does not, it is shown a text in which what is open has been closed.
 */
export function placeAt(text: string, cursor: number): Place {
  const before = text.slice(0, cursor);
  const open = scan(before);
  if (open.inComment) return NOTHING;
  if (open.string !== undefined) return inString(text, cursor, open, open.string);
  const inner = open.brackets.at(-1);
  if (inner?.sign === '[') return inBracket(before, inner.at);
  if (inner?.sign === '{') return inBraces(text, cursor, open);
  return timeModifier(before) ?? inExpression(text, cursor, open);
}

const NOTHING = { kind: 'nothing' } as const;

function inString(text: string, cursor: number, open: Scan, string: { readonly mark: string; at: number }): Place {
  const from = string.at + 1;
  const word = text.slice(from, cursor);
  const { mark } = string;
  const reading = read(text, cursor, '', open);
  const [context] = reading.contexts;
  if (context?.kind === ContextKind.LabelValue) return valuePlace(reading, context, { from, word, mark, opened: true });
  if (context?.kind === ContextKind.MetricName) return { kind: 'name-text', from, word, mark };
  if (context?.kind !== ContextKind.LabelName) return NOTHING;
  return { kind: 'label', from, word, mark, match: groupMatch(reading), list: 'grouping' };
}

function inBraces(text: string, cursor: number, open: Scan): Place {
  const before = text.slice(0, cursor);
  const [word] = /[a-zA-Z_]\w*$|$/.exec(before) ?? [''];
  const from = cursor - word.length;
  const ahead = before.slice(0, from);
  if (word === '' && /(?:=~|!~|!=|=)\s*$/.test(ahead)) {
    const reading = read(`${before}""`, cursor + 1, '', scan(`${before}"`));
    const [context] = reading.contexts;
    if (context?.kind !== ContextKind.LabelValue) return NOTHING;
    return valuePlace(reading, context, { from, word, mark: '"', opened: false });
  }
  if (/[{,]\s*$/.test(ahead)) {
    const { node, text: read_ } = read(text, cursor, word === '' ? PLACEHOLDER : '', open);
    return { kind: 'label', from, word, mark: undefined, match: selectorMatch(read_, node), list: 'matchers' };
  }
  const operator = /[a-zA-Z_]\w*\s*([!=]?)$/.exec(before);
  if (operator === null || (operator[1] === '' && word !== '')) return NOTHING;
  const signs = ['=', '!=', '=~', '!~'];
  const typed = operator[1] ?? '';
  return {
    kind: 'expression',
    from: cursor - typed.length,
    word: typed,
    operand: false,
    keywords: signs,
    argument: undefined,
  };
}

/** The range, and after a colon the step of a subquery. */
function inBracket(before: string, at: number): Place {
  const inside = before.slice(at + 1);
  const [word] = /[0-9][0-9a-z]*$|$/.exec(inside) ?? [''];
  const from = before.length - word.length;
  const ahead = inside.slice(0, inside.length - word.length);
  if (/^\s*$/.test(ahead)) {
    return { kind: 'range', from, word, needsSubquery: /[)\]]\s*$/.test(before.slice(0, at)) };
  }
  return /:\s*$/.test(ahead) ? { kind: 'step', from, word } : NOTHING;
}

function timeModifier(before: string): Place | undefined {
  const typed = (match: RegExpExecArray) => ({ from: before.length - (match[1] ?? '').length, word: match[1] ?? '' });
  const offset = /\boffset\s+-?\s*([0-9]?[0-9a-z]*)$/i.exec(before);
  if (offset !== null) return { kind: 'offset', ...typed(offset) };
  const instant = /@\s*([\w.]*)$/.exec(before);
  return instant === null ? undefined : { kind: 'instant', ...typed(instant) };
}

/** Stands for the word that has not been begun, so that the grammar sees one there. */
const PLACEHOLDER = 'p';

function inExpression(text: string, cursor: number, open: Scan): Place {
  const before = text.slice(0, cursor);
  const [word] = /(?<![\w.])[a-zA-Z_:][\w:.]*$|$/.exec(before) ?? [''];
  if (word === '' && /[\w.]$/.test(before)) return NOTHING;
  const from = cursor - word.length;
  const reading = read(text, cursor, word === '' ? PLACEHOLDER : '', open);
  const kinds = new Set(reading.contexts.map(({ kind }) => kind));
  if (kinds.has(ContextKind.LabelName)) {
    return { kind: 'label', from, word, mark: undefined, match: groupMatch(reading), list: 'grouping' };
  }
  const ahead = before.slice(0, from);
  const operand = kinds.has(ContextKind.MetricName) || kinds.has(ContextKind.Function);
  const keywords = keywordsFor(kinds, ahead);
  return { kind: 'expression', from, word, operand, keywords, argument: argumentAt(before, open) };
}

function keywordsFor(kinds: ReadonlySet<ContextKind>, ahead: string): readonly string[] {
  const last = /([a-zA-Z_]\w*)\s+$/.exec(ahead)?.[1];
  if (last !== undefined && wordKind(last.toLowerCase()) === 'aggregator') return ['by', 'without'];
  const afterMatching = /\b(?:on|ignoring)\s*\([^()]*\)\s*$/i.test(ahead);
  return [
    ...(kinds.has(ContextKind.AggregateOpModifier) && /\)\s*$/.test(ahead) ? ['by', 'without'] : []),
    ...(kinds.has(ContextKind.BinOpModifier)
      ? afterMatching
        ? ['group_left', 'group_right']
        : ['on', 'ignoring']
      : []),
    ...(kinds.has(ContextKind.Bool) && !afterMatching ? ['bool'] : []),
    ...(kinds.has(ContextKind.BinOp) ? [...WORD_OPERATORS, ...SIGNS] : []),
    // Only a selector or a subquery can be moved in time.
    ...(kinds.has(ContextKind.Offset) && /[\w\]}:]\s*$/.test(ahead) ? ['offset', '@'] : []),
  ];
}

const WORD_OPERATORS = ['and', 'or', 'unless', 'atan2'];
const SIGNS = ['+', '-', '*', '/', '%', '^', '==', '!=', '>', '<', '>=', '<='];

/** The call around the cursor, from what stands before its bracket. */
function argumentAt(before: string, { brackets }: Scan): Argument | undefined {
  const inner = brackets.at(-1);
  if (inner?.sign !== '(') return undefined;
  const name = /([a-zA-Z_]\w*)\s*(?:\b(?:by|without)\s*\([^()]*\)\s*)?$/i.exec(before.slice(0, inner.at))?.[1];
  if (name === undefined) return undefined;
  const typed = before.slice(inner.at + 1);
  let position = 0;
  for (let at = typed.indexOf(','); at >= 0; at = typed.indexOf(',', at + 1)) {
    const here = scan(typed.slice(0, at));
    if (here.string === undefined && !here.inComment && here.brackets.length === 0) position++;
  }
  return { name, position };
}

function valuePlace(
  reading: Reading,
  { labelName = '' }: Context,
  typed: Typed & { readonly mark: string; readonly opened: boolean },
): Place {
  const regex = /[=!]~\s*$/.test(reading.text.slice(0, typed.opened ? typed.from - 1 : typed.from));
  const match = selectorMatch(reading.text, reading.node);
  // Alternatives of a regular expression are typed one after the other.
  const begun = regex ? typed.word.lastIndexOf('|') + 1 : 0;
  const { mark, opened } = typed;
  const raw = typed.word.slice(begun);
  const value = unquote(mark + raw + mark);
  const word = value.kind === 'ok' ? value.value : raw;
  return { kind: 'value', from: typed.from + begun, word, label: labelName, match, mark, opened, regex };
}

/** Shows the grammar the whole text where its brackets close, and otherwise what stands before the cursor, closed. */
function read(text: string, cursor: number, placeholder: string, open: Scan): Reading {
  const before = text.slice(0, cursor) + placeholder;
  const whole = before + text.slice(cursor);
  const all = scan(whole);
  const closed = all.sound && all.brackets.length === 0 && all.string === undefined;
  const shown = plain(closed ? whole : before + closers(open), before.length);
  const node = parser.parse(shown).resolve(before.length, -1);
  const state = {
    sliceDoc: (from: number, to: number) => shown.slice(from, to),
    doc: { slice: shown.slice.bind(shown) },
  };
  // It reads nothing of the editor but slices of its text.
  const contexts = analyzeCompletion(state as never, node as never, before.length);
  return { text: shown, node, contexts };
}

/** A name with dots is one word to a person, and three to a grammar that wants it in quotes. */
function plain(text: string, cursor: number): string {
  const word = /[a-zA-Z_:][\w:.]*$/.exec(text.slice(0, cursor))?.[0] ?? '';
  return text.slice(0, cursor - word.length) + word.replaceAll('.', '_') + text.slice(cursor);
}

/** The selector around the node, without the matcher that is being typed. */
function selectorMatch(text: string, node: Node): string | undefined {
  const selector = ancestor(node, [VectorSelector]);
  if (selector === null) return undefined;
  const name = selector.getChild(Identifier);
  const metric = name === null ? '' : text.slice(name.from, name.to);
  const list = selector.getChild(LabelMatchers);
  const others = [UnquotedLabelMatcher, QuotedLabelMatcher, QuotedLabelName]
    .flatMap((kind) => list?.getChildren(kind) ?? [])
    .filter(({ from, to }) => to < node.from || from > node.to)
    .map(({ from, to }) => text.slice(from, to));
  return usable(`${metric}{${others.join(',')}}`) ?? usable(metric);
}

/** The selector that the labels of `by (…)` or `on (…)` are about: the first inside the same expression. */
function groupMatch({ text, node }: Reading): string | undefined {
  const around = ancestor(node, [AggregateExpr, BinaryExpr]);
  const selector = around === null ? null : descendant(around, VectorSelector);
  return selector === null ? undefined : usable(text.slice(selector.from, selector.to));
}

function ancestor(node: Node, kinds: readonly number[]): Node | null {
  let at: Node | null = node;
  while (at !== null && !kinds.includes(at.type.id)) at = at.parent;
  return at;
}

function descendant(node: Node, kind: number): Node | null {
  const cursor = node.cursor();
  do {
    if (cursor.type.id === kind) return cursor.node;
  } while (cursor.next() && cursor.from < node.to);
  return null;
}

function usable(selector: string): string | undefined {
  return parseSelector(selector).kind === 'ok' ? selector : undefined;
}
