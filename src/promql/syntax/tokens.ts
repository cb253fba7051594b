import { quote } from './quote.ts';

/** What a piece of the text is. Keywords have their own kind, so that the parser and its messages can tell them from names. */
export type TokenKind =
  | 'eof'
  | 'error'
  | 'identifier'
  | 'metric-identifier'
  | 'number'
  | 'duration'
  | 'string'
  | 'keyword'
  | 'word-operator'
  | 'aggregator'
  | 'preprocessor'
  | 'operator'
  | 'punctuation';

/** `text` is as written; for `error` it is the message. `word` is the lower-cased text of words and the text of signs. */
export type Token = {
  readonly kind: TokenKind;
  readonly text: string;
  readonly word: string;
  readonly start: number;
  readonly end: number;
};

export const AGGREGATORS = [
  'sum',
  'avg',
  'count',
  'min',
  'max',
  'group',
  'stddev',
  'stdvar',
  'topk',
  'bottomk',
  'count_values',
  'quantile',
  'limitk',
  'limit_ratio',
] as const;

/** The words the lexer knows, by kind; everything else that looks like a word is an identifier. */
const WORDS: ReadonlyMap<string, TokenKind> = new Map<string, TokenKind>([
  ...(['and', 'or', 'unless', 'atan2'] as const).map((word) => [word, 'word-operator'] as const),
  ...AGGREGATORS.map((word) => [word, 'aggregator'] as const),
  ...(
    [
      'offset',
      'smoothed',
      'anchored',
      'by',
      'without',
      'on',
      'ignoring',
      'group_left',
      'group_right',
      'fill',
      'fill_left',
      'fill_right',
      'bool',
    ] as const
  ).map((word) => [word, 'keyword'] as const),
  ...(['start', 'end', 'step', 'range'] as const).map((word) => [word, 'preprocessor'] as const),
  ['inf', 'number'],
  ['nan', 'number'],
]);

export const FILL_WORDS: ReadonlySet<string> = new Set(['fill', 'fill_left', 'fill_right']);

export function wordKind(lowerCased: string): TokenKind | undefined {
  return WORDS.get(lowerCased);
}

/** How Prometheus names a token in "unexpected …". */
export function describeToken(token: Token): string {
  switch (token.kind) {
    case 'eof':
      return 'end of input';
    case 'identifier':
      return `identifier ${quote(token.text)}`;
    case 'metric-identifier':
      return `metric identifier ${quote(token.text)}`;
    case 'number':
    case 'duration':
    case 'string':
      return `${token.kind} ${shortened(token.text)}`;
    case 'keyword':
      return `<${token.text}>`;
    case 'operator':
    case 'word-operator':
      return `<op:${token.text}>`;
    case 'aggregator':
      return `<aggr:${token.text}>`;
    case 'preprocessor':
    case 'punctuation':
    case 'error':
      return shortened(token.text);
  }
}

function shortened(text: string): string {
  const characters = [...text];
  return new TextEncoder().encode(text).length > 10 ? `${quote(characters.slice(0, 10).join(''))}...` : quote(text);
}
