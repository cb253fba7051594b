import { goQuote } from '../../../exposition/parse-error.ts';

/** What a template is made of. The words of actions are tokens of their own; blanks show as `spaced` on what follows. */
export type TokenKind =
  | 'text'
  | 'left'
  | 'right'
  | 'assign'
  | 'declare'
  | 'pipe'
  | 'comma'
  /** Any other sign, which means nothing in a template. */
  | 'sign'
  | 'open'
  | 'close'
  | 'dot'
  | 'field'
  | 'variable'
  | 'identifier'
  | 'keyword'
  | 'bool'
  | 'nil'
  | 'number'
  | 'string'
  | 'char'
  | 'end'
  | 'error';

export type Token = {
  readonly kind: TokenKind;
  /** As it is written; the message of an error. */
  readonly text: string;
  /** Offset in the template. */
  readonly at: number;
  /** From 1 on. */
  readonly line: number;
  readonly spaced: boolean;
};

/** Takes a template apart as Go's text/template does; an error ends the list. https://pkg.go.dev/text/template */
export function tokenize(template: string): readonly Token[] {
  const tokens: Token[] = [];
  let line = 1;
  let counted = 0;
  const push = (kind: TokenKind, text: string, at: number, spaced = false) => {
    for (; counted < at; counted++) if (template[counted] === '\n') line++;
    tokens.push({ kind, text, at, line, spaced });
  };
  let at = 0;
  let trimNext = false;
  while (at < template.length) {
    const open = template.indexOf('{{', at);
    const end = open < 0 ? template.length : open;
    const trimBefore = open >= 0 && /^\{\{-[ \t\r\n]/.test(template.slice(open, open + 4));
    const text = trimmed(template.slice(at, end), trimNext, trimBefore);
    if (text !== '') push('text', text, at);
    if (open < 0) break;
    const inside = open + (trimBefore ? 3 : 2);
    if (template.startsWith('/*', trimBefore ? inside + 1 : inside)) {
      const close = /\*\/([ \t\r\n]-)?\}\}/g;
      close.lastIndex = inside + 2;
      const commentEnd = template.indexOf('*/', inside);
      const found = close.exec(template);
      if (commentEnd < 0) return [...tokens, errorAt(template, open, 'unclosed comment')];
      if (found === null || found.index !== commentEnd) {
        return [...tokens, errorAt(template, open, 'comment ends before closing delimiter')];
      }
      trimNext = found[1] !== undefined;
      at = found.index + found[0].length;
      continue;
    }
    push('left', '{{', open);
    const action = readAction(template, inside, push);
    if (action.problem !== undefined) return [...tokens, errorAt(template, action.at, action.problem)];
    at = action.at;
    trimNext = action.trim;
  }
  push('end', '', template.length);
  return tokens;
}

function trimmed(text: string, start: boolean, end: boolean): string {
  const left = start ? text.replace(/^[ \t\r\n]+/, '') : text;
  return end ? left.replace(/[ \t\r\n]+$/, '') : left;
}

function errorAt(template: string, at: number, message: string): Token {
  const line = template.slice(0, at).split('\n').length;
  return { kind: 'error', text: message, at, line, spaced: false };
}

type Push = (kind: TokenKind, text: string, at: number, spaced?: boolean) => void;

type ReadAction = { readonly at: number; readonly trim: boolean; readonly problem?: string };

const KEYWORDS = ['if', 'else', 'end', 'range', 'with', 'define', 'template', 'block', 'break', 'continue'];

/** The forms of tokens inside an action, tried in this order. */
const FORMS: readonly { readonly kind: TokenKind; readonly pattern: RegExp }[] = [
  { kind: 'declare', pattern: /:=/y },
  { kind: 'assign', pattern: /=/y },
  { kind: 'pipe', pattern: /\|/y },
  { kind: 'comma', pattern: /,/y },
  { kind: 'string', pattern: /"(?:\\.|[^"\\\n])*"|`[^`]*`/y },
  { kind: 'char', pattern: /'(?:\\.|[^'\\\n])*'/y },
  {
    kind: 'number',
    pattern: /[+-]?(?:0[xX][\da-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?)/y,
  },
  { kind: 'variable', pattern: /\$[\p{L}\p{N}_]*/uy },
  { kind: 'field', pattern: /\.[\p{L}\p{N}_]+/uy },
  { kind: 'dot', pattern: /\./y },
  { kind: 'identifier', pattern: /[\p{L}\p{N}_]+/uy },
  { kind: 'sign', pattern: /[!#%&*/;<>?@[\\\]^{}~+-]/y },
];

/** Reads up to behind the closing braces. */
function readAction(template: string, from: number, push: Push): ReadAction {
  let at = from;
  let depth = 0;
  let spaced = false;
  for (;;) {
    const closing = /^(?:[ \t\r\n]+(-\}\})|(\}\}))/.exec(template.slice(at));
    if (closing !== null) {
      if (depth > 0) return { at, trim: false, problem: 'unclosed left paren' };
      const start = closing[1] === undefined ? at : at + closing[0].length - 3;
      push('right', '}}', start, spaced);
      return { at: at + closing[0].length, trim: closing[1] !== undefined };
    }
    const character = template[at];
    if (character === undefined) return { at, trim: false, problem: 'unclosed action' };
    if (/[ \t\r\n]/.test(character)) {
      spaced = true;
      at++;
      continue;
    }
    if (character === '(' || character === ')') {
      depth += character === '(' ? 1 : -1;
      if (depth < 0) return { at, trim: false, problem: 'unexpected right paren' };
      push(character === '(' ? 'open' : 'close', character, at, spaced);
      at++;
      spaced = false;
      continue;
    }
    const token = readToken(template, at);
    if ('problem' in token) return { at, trim: false, problem: token.problem };
    push(token.kind, token.text, at, spaced);
    at += token.text.length;
    spaced = false;
  }
}

function readToken(
  template: string,
  at: number,
): { readonly kind: TokenKind; readonly text: string } | { readonly problem: string } {
  for (const { kind, pattern } of FORMS) {
    pattern.lastIndex = at;
    const text = pattern.exec(template)?.[0];
    if (text === undefined) continue;
    const next = template[at + text.length] ?? '';
    if (kind === 'number' && /[\p{L}\p{N}_.]/u.test(next))
      return { problem: `bad number syntax: ${goQuote(text + next)}` };
    const word = kind === 'identifier' || kind === 'field' || kind === 'variable';
    if (word && next !== '' && !ENDS_WORD.test(next)) {
      return { problem: `bad character ${unicodeName(template, at + text.length)}` };
    }
    return { kind: kind === 'identifier' ? wordKind(text) : kind, text };
  }
  const character = template[at];
  if (character === '"') return { problem: 'unterminated quoted string' };
  if (character === '`') return { problem: 'unterminated raw quoted string' };
  if (character === "'") return { problem: 'unterminated character constant' };
  if (character === ':') return { problem: 'expected :=' };
  return { problem: `unrecognized character in action: ${unicodeName(template, at)}` };
}

/** What may follow a word. */
const ENDS_WORD = /[\s.,|:()}=]/;

function wordKind(text: string): TokenKind {
  if (KEYWORDS.includes(text)) return 'keyword';
  if (text === 'true' || text === 'false') return 'bool';
  return text === 'nil' ? 'nil' : 'identifier';
}

/** Go's `%#U`: the code point and the character. */
function unicodeName(template: string, at: number): string {
  const code = template.codePointAt(at) ?? 0;
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')} '${String.fromCodePoint(code)}'`;
}
