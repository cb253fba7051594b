import type { Span } from '../span.ts';
import { describeCharacter, quote, quoteCharacter } from './quote.ts';
import { scanDuration, scanNumber } from './scan-number.ts';
import { FILL_WORDS, type Token, type TokenKind, wordKind } from './tokens.ts';

/**
 * Cuts a query into tokens, comments left out. The last token is `eof`, or `error` with Prometheus' message where the
 * text stops making sense.
 */
export function tokenize(text: string): readonly Token[] {
  const lexer = new Lexer(text);
  while (!lexer.done) lexer.step();
  return lexer.tokens;
}

/** Where the comments of a query stand, from `#` to the end of the line. */
export function commentSpans(text: string): readonly Span[] {
  const lexer = new Lexer(text);
  while (!lexer.done) lexer.step();
  return lexer.comments;
}

/** What the characters mean here: an expression, the inside of `{}`, or the start of `[]` until its first number. */
type Mode = 'expression' | 'braces' | 'duration';

const SIGNS: ReadonlyMap<string, TokenKind> = new Map<string, TokenKind>([
  [',', 'punctuation'],
  ['(', 'punctuation'],
  [')', 'punctuation'],
  ['*', 'operator'],
  ['/', 'operator'],
  ['%', 'operator'],
  ['+', 'operator'],
  ['-', 'operator'],
  ['^', 'operator'],
  ['@', 'operator'],
]);

const SIGNS_OF_DURATIONS = ',()*/%+-^';
const DURATION_WORDS: ReadonlySet<string> = new Set(['step', 'range', 'min_of', 'max_of']);

class Lexer {
  readonly tokens: Token[] = [];
  readonly comments: Span[] = [];
  done = false;
  private readonly text: string;
  private position = 0;
  private start = 0;
  private mode: Mode = 'expression';
  private parentheses = 0;
  private inBracket = false;
  private sawColon = false;
  private sawDuration = false;

  constructor(text: string) {
    this.text = text;
  }

  step(): void {
    const code = this.text.charCodeAt(this.position);
    if (code === 32 || code === 9 || code === 10 || code === 13) {
      this.position++;
      return;
    }
    this.start = this.position;
    if (code === 35 && this.mode !== 'duration') this.skipComment();
    else if (this.mode === 'braces') this.insideBraces();
    else if (this.mode === 'duration') this.insideDuration();
    else this.expression();
  }

  private expression(): Token {
    const character = this.take();
    if (character === undefined) return this.end();
    if (isLetter(character) || character === ':') return this.inBracket ? this.wordInBracket(character) : this.word();
    if (isDigit(character) || (character === '.' && isDigit(this.peek()))) return this.number();
    if (character === '"' || character === "'" || character === '`') return this.string(character);
    const sign = SIGNS.get(character);
    if (sign !== undefined) return this.sign(character, sign);
    switch (character) {
      case '=':
        if (this.peek() === '=') return this.emitWith(1, 'operator');
        if (this.peek() === '~') return this.fail("unexpected character after '=': '~'");
        return this.emit('punctuation');
      case '!':
        if (this.peek() === '=') return this.emitWith(1, 'operator');
        return this.fail(`unexpected character after '!': ${this.describePeek()}`);
      case '<':
      case '>':
        return this.emitWith(this.peek() === '=' || this.peek() === '/' ? 1 : 0, 'operator');
      case '{':
        this.mode = 'braces';
        return this.emit('punctuation');
      case '[':
        if (this.inBracket) return this.fail("unexpected left bracket '['");
        this.inBracket = true;
        this.sawColon = false;
        this.mode = 'duration';
        return this.emit('punctuation');
      case ']':
        if (!this.inBracket) return this.fail("unexpected right bracket ']'");
        this.inBracket = false;
        return this.emit('punctuation');
      default:
        return this.fail(`unexpected character: ${quoteCharacter(character)}`);
    }
  }

  private insideBraces(): Token {
    const character = this.take();
    if (character === undefined) return this.fail('unexpected end of input inside braces');
    if (isLetter(character)) {
      while (isLetterOrDigit(this.peek())) this.position++;
      return this.emit('identifier');
    }
    switch (character) {
      case ',':
        return this.emit('punctuation');
      case '"':
      case "'":
      case '`':
        return this.string(character);
      case '=':
        return this.peek() === '~' ? this.emitWith(1, 'operator') : this.emit('punctuation');
      case '!':
        if (this.peek() === '~' || this.peek() === '=') return this.emitWith(1, 'operator');
        return this.fail(`unexpected character after '!' inside braces: ${this.describePeek()}`);
      case '{':
        return this.fail("unexpected left brace '{'");
      case '}':
        this.mode = 'expression';
        return this.emit('punctuation');
      default:
        return this.fail(`unexpected character inside braces: ${quoteCharacter(character)}`);
    }
  }

  /** Until the first number only arithmetic may follow `[`; after it the rules of expressions apply again. */
  private insideDuration(): Token {
    const character = this.take();
    if (character === undefined) return this.fail('unexpected end of input in duration expression');
    if (isDigit(character) || (character === '.' && isDigit(this.peek()))) {
      this.sawDuration = true;
      this.mode = 'expression';
      return this.number();
    }
    if (SIGNS_OF_DURATIONS.includes(character)) return this.sign(character, SIGNS.get(character) ?? 'operator');
    if (character === ']') {
      this.inBracket = false;
      this.sawColon = false;
      this.mode = 'expression';
      return this.emit('punctuation');
    }
    if (character === ':') {
      if (!this.sawDuration) return this.failBehind('unexpected colon before duration in duration expression');
      if (this.sawColon) return this.failBehind('unexpected repeated colon in duration expression');
      this.sawColon = true;
      return this.emit('punctuation');
    }
    const word = isLetter(character) ? this.durationWord() : undefined;
    return word ?? this.fail(`unexpected character in duration expression: ${quoteCharacter(character)}`);
  }

  private end(): Token {
    if (this.parentheses !== 0) return this.fail('unclosed left parenthesis');
    if (this.inBracket) return this.fail('unclosed left bracket');
    this.done = true;
    return this.emit('eof');
  }

  private sign(character: string, kind: TokenKind): Token {
    if (character === '(') this.parentheses++;
    if (character === ')' && --this.parentheses < 0) {
      return this.failBehind("unexpected right parenthesis ')'");
    }
    return this.emit(kind);
  }

  private word(): Token {
    while (isLetterOrDigit(this.peek()) || this.peek() === ':') this.position++;
    const word = this.text.slice(this.start, this.position);
    const lowerCased = word.toLowerCase();
    const kind = wordKind(lowerCased);
    // "fill" is a modifier only before "(", so that metrics of that name stay usable.
    if (kind !== undefined && !(FILL_WORDS.has(lowerCased) && !this.parenthesisFollows())) return this.emit(kind);
    return this.emit(word.includes(':') ? 'metric-identifier' : 'identifier');
  }

  private wordInBracket(character: string): Token {
    if (character === ':') {
      if (this.sawColon) return this.fail("unexpected colon ':'");
      this.sawColon = true;
      return this.emit('punctuation');
    }
    return this.durationWord() ?? this.fail(`unexpected character: ${quoteCharacter(character)}, expected ':'`);
  }

  private durationWord(): Token | undefined {
    let end = this.position;
    while (isLetter(this.text[end])) end++;
    const word = this.text.slice(this.start, end).toLowerCase();
    if (!DURATION_WORDS.has(word)) return undefined;
    this.position = end;
    return this.emit(wordKind(word) ?? 'identifier');
  }

  private number(): Token {
    const scanned = scanNumber(this.text, this.start);
    this.position = scanned.end;
    if (scanned.valid) return this.emit('number');
    const duration = scanDuration(this.text, scanned.end);
    if (duration.valid) {
      this.position = duration.end;
      return this.emit('duration');
    }
    return this.fail(`bad number or duration syntax: ${quote(this.text.slice(this.start, duration.end))}`);
  }

  private string(mark: string): Token {
    const raw = mark === '`';
    for (;;) {
      const character = this.take();
      if (character === undefined || (character === '\n' && !raw)) {
        return this.fail(raw ? 'unterminated raw string' : 'unterminated quoted string');
      }
      if (character === '\ufffd' || isLoneSurrogate(character)) return this.fail('invalid UTF-8 rune');
      if (character === mark) return this.emit('string');
      if (character === '\\' && !raw) {
        const problem = this.escape(mark);
        if (problem !== undefined) return this.fail(problem);
      }
    }
  }

  /** Checks the rest of an escape sequence; returns what is wrong with it. */
  private escape(mark: string): string | undefined {
    let character = this.take();
    if (character === undefined) return 'escape sequence not terminated';
    if ('abfnrtv\\'.includes(character) || character === mark) return undefined;
    const octal = character >= '0' && character <= '7';
    const digits = octal ? 3 : ({ x: 2, u: 4, U: 8 } as Readonly<Record<string, number>>)[character];
    if (digits === undefined) return `unknown escape sequence ${describeCharacter(character)}`;
    const base = octal ? 8 : 16;
    const limit = octal || character === 'x' ? 255 : 0x10ffff;
    let value = 0;
    for (let i = 0; i < digits; i++) {
      if (!(octal && i === 0)) character = this.take();
      if (character === undefined) return 'escape sequence not terminated';
      const digit = /^[0-9a-fA-F]$/.test(character) ? Number.parseInt(character, 16) : 16;
      if (digit >= base) return `illegal character ${describeCharacter(character)} in escape sequence`;
      value = value * base + digit;
    }
    const surrogate = value >= 0xd800 && value < 0xe000;
    return value > limit || surrogate ? 'escape sequence is an invalid Unicode code point' : undefined;
  }

  private skipComment(): void {
    while (this.position < this.text.length && !'\r\n'.includes(this.text[this.position] as string)) this.position++;
    this.comments.push({ start: this.start, end: this.position });
  }

  private parenthesisFollows(): boolean {
    let at = this.position;
    while (' \t\r\n'.includes(this.text[at] ?? '(')) {
      if (at >= this.text.length) return false;
      at++;
    }
    return this.text[at] === '(';
  }

  /** The next character as a whole code point. */
  private take(): string | undefined {
    const code = this.text.codePointAt(this.position);
    if (code === undefined) return undefined;
    const character = String.fromCodePoint(code);
    this.position += character.length;
    return character;
  }

  private peek(): string | undefined {
    return this.text[this.position];
  }

  private describePeek(): string {
    const code = this.text.codePointAt(this.position);
    // Prometheus prints the end of input as the character it stands for internally.
    return quoteCharacter(code === undefined ? '\ufffd' : String.fromCodePoint(code));
  }

  private emitWith(more: number, kind: TokenKind): Token {
    this.position += more;
    return this.emit(kind);
  }

  private emit(kind: TokenKind): Token {
    const text = this.text.slice(this.start, this.position);
    const token = { kind, text, word: text.toLowerCase(), start: this.start, end: this.position };
    this.tokens.push(token);
    return token;
  }

  /** As `fail`, but Prometheus has let the sign go by when it complains. */
  private failBehind(message: string): Token {
    this.start = this.position;
    return this.fail(message);
  }

  private fail(message: string): Token {
    const token: Token = { kind: 'error', text: message, word: '', start: this.start, end: this.text.length };
    this.tokens.push(token);
    this.done = true;
    return token;
  }
}

function isLetter(character: string | undefined): boolean {
  return character !== undefined && /^[A-Za-z_]$/.test(character);
}

function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= '0' && character <= '9';
}

function isLetterOrDigit(character: string | undefined): boolean {
  return isLetter(character) || isDigit(character);
}

function isLoneSurrogate(character: string): boolean {
  const code = character.charCodeAt(0);
  return character.length === 1 && code >= 0xd800 && code <= 0xdfff;
}
