import type { Binary, Expr, VectorMatching } from '../ast.ts';
import type { Diagnostic } from '../diagnostic.ts';
import type { ParseOptions } from '../features.ts';
import type { Span } from '../span.ts';
import { describeToken, type Token } from './tokens.ts';

/** A token nobody expected; the innermost construct that has words for it reports it. */
export class Unexpected extends Error {}

/** The text cannot be read any further; everything there is to say has been reported. */
export class Abort extends Error {}

/** Reads tokens one by one and collects what is wrong with them. */
export class Cursor {
  readonly diagnostics: Diagnostic[] = [];
  readonly options: ParseOptions;
  /** Matching written where it means nothing, between other than two vectors; the checker has something to say about it. */
  readonly idleMatching = new Map<Binary, VectorMatching>();
  /** Expressions whose brackets made no sense; what follows the brackets is not judged again. */
  readonly misplaced = new WeakSet<Expr>();
  private readonly tokens: readonly Token[];
  private at = 0;
  private depth = 0;
  private links = 0;

  constructor(tokens: readonly Token[], options: ParseOptions) {
    this.tokens = tokens;
    this.options = options;
  }

  get token(): Token {
    return this.tokenAt(this.at);
  }

  get following(): Token {
    return this.tokenAt(this.at + 1);
  }

  /** Where the token before this one ended. */
  get previousEnd(): number {
    return this.at === 0 ? 0 : this.tokenAt(this.at - 1).end;
  }

  /** True for a sign or a word that has a meaning here; never for strings or names inside braces. */
  is(word: string, token = this.token): boolean {
    return token.word === word && token.kind !== 'string' && token.kind !== 'identifier' && token.kind !== 'error';
  }

  advance(): Token {
    const token = this.token;
    if (token.kind !== 'eof' && token.kind !== 'error') this.at++;
    return token;
  }

  accept(word: string): Token | undefined {
    return this.is(word) ? this.advance() : undefined;
  }

  expect(word: string): Token {
    return this.accept(word) ?? this.unexpected();
  }

  unexpected(): never {
    throw new Unexpected();
  }

  report(span: Span, message: string): void {
    this.diagnostics.push({ span, message });
  }

  /** Reports the current token as unexpected, in Prometheus' words; a broken token speaks for itself. */
  reportUnexpected(context: string, expected: string): void {
    const { token } = this;
    const { start, end } = token;
    if (token.kind === 'error') {
      if (!this.diagnostics.some((known) => known.span.start === start && known.message === token.text)) {
        this.report({ start, end }, token.text);
      }
      return;
    }
    const where = context === '' ? '' : ` in ${context}`;
    const wanted = expected === '' ? '' : `, expected ${expected}`;
    this.report({ start, end }, `unexpected ${describeToken(token)}${where}${wanted}`);
  }

  /** Runs a part of the grammar; a token it does not expect is reported in this context and ends the parse. */
  within<T>(context: string, expected: string, parse: () => T): T {
    try {
      return parse();
    } catch (error) {
      if (!(error instanceof Unexpected)) throw error;
      this.reportUnexpected(context, expected);
      throw new Abort();
    }
  }

  /** Goes on to one of the signs after something unreadable; ends the parse when none comes. */
  skipTo(...words: readonly string[]): void {
    while (!words.some((word) => this.is(word))) {
      const { kind } = this.token;
      if (kind === 'error') this.reportUnexpected('', '');
      if (kind === 'eof' || kind === 'error') throw new Abort();
      this.advance();
    }
  }

  /** Counts how deep the grammar calls itself, so that no text can exhaust the stack. */
  nested<T>(parse: () => T): T {
    if (++this.depth > MAX_NESTING) {
      this.report(
        { start: this.token.start, end: this.token.end },
        `expression nests too deeply: more than ${MAX_NESTING} levels`,
      );
      throw new Abort();
    }
    const result = parse();
    this.depth--;
    return result;
  }

  /** Counts what makes the tree deeper without nesting: operators in a row, modifiers in a row. */
  link(): void {
    if (++this.links <= MAX_LINKS) return;
    this.report(
      { start: this.token.start, end: this.token.end },
      `expression is too long: more than ${MAX_LINKS} operators`,
    );
    throw new Abort();
  }

  private tokenAt(index: number): Token {
    const token = this.tokens[Math.min(index, this.tokens.length - 1)];
    if (token === undefined) throw new Error('a token list is never empty');
    return token;
  }
}

/** Levels of nesting, and operators altogether: together they bound the depth of the tree for every later pass. */
const MAX_NESTING = 500;
const MAX_LINKS = 1000;
