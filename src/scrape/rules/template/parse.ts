import { goQuote } from '../../../exposition/parse-error.ts';
import { unquote } from '../../../promql/syntax/quote.ts';
import { type Token, tokenize } from './tokens.ts';
import { GoInt } from './values.ts';

/** Something with a value in an action. `at` is where Go would point at in a message. */
export type Operand =
  | { readonly kind: 'dot'; readonly at: number }
  | { readonly kind: 'nil'; readonly at: number }
  | { readonly kind: 'bool'; readonly at: number; readonly value: boolean }
  | { readonly kind: 'number'; readonly at: number; readonly text: string; readonly value: number | GoInt }
  | { readonly kind: 'string'; readonly at: number; readonly text: string; readonly value: string }
  /** `.a.b` */
  | { readonly kind: 'field'; readonly at: number; readonly names: readonly string[] }
  /** `$x.a.b` */
  | { readonly kind: 'variable'; readonly at: number; readonly name: string; readonly names: readonly string[] }
  | { readonly kind: 'function'; readonly at: number; readonly name: string }
  /** `(…)`, with the fields behind it. */
  | { readonly kind: 'pipeline'; readonly at: number; readonly pipeline: Pipeline; readonly names: readonly string[] };

/** A function or a value, with arguments. */
export type Command = { readonly at: number; readonly operands: readonly [Operand, ...Operand[]] };

export type Pipeline = {
  readonly at: number;
  /** The variables that get its value; two only in `range`. */
  readonly variables: readonly string[];
  /** They are given a new value instead of being made. */
  readonly assigns: boolean;
  readonly commands: readonly Command[];
};

export type TemplateNode =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'action'; readonly pipeline: Pipeline }
  | {
      readonly kind: 'if' | 'with' | 'range';
      readonly pipeline: Pipeline;
      readonly body: readonly TemplateNode[];
      readonly otherwise: readonly TemplateNode[];
    }
  | { readonly kind: 'break' | 'continue' };

/** A template cannot be read; the message is Go's own: `template: NAME:1: unclosed action`. */
export class TemplateSyntaxError extends Error {
  override readonly name = 'TemplateSyntaxError';
}

/** What may be called; a reason where Go knows the function and this program does not. */
export type KnownFunctions = (name: string) => { readonly missing?: string } | undefined;

/** Reads a template. Throws `TemplateSyntaxError` at the first thing that is wrong, as Go does. */
export function parseTemplate(template: string, name: string, known: KnownFunctions): readonly TemplateNode[] {
  const parser = new Parser(tokenize(template), name, known);
  return parser.template();
}

const STARTS_TERM: ReadonlySet<Token['kind']> = new Set<Token['kind']>([
  'bool',
  'char',
  'dot',
  'field',
  'identifier',
  'number',
  'nil',
  'string',
  'variable',
  'open',
]);

type Closing = { readonly word: 'end' | 'else' | 'none'; readonly elseOf?: 'if' | 'with' | undefined };

class Parser {
  private readonly tokens: readonly Token[];
  private readonly name: string;
  private readonly known: KnownFunctions;
  private index = 0;
  private variables: string[] = ['$'];
  private actionLine = 0;
  private loops = 0;

  constructor(tokens: readonly Token[], name: string, known: KnownFunctions) {
    this.tokens = tokens;
    this.name = name;
    this.known = known;
  }

  template(): readonly TemplateNode[] {
    const { nodes, closing } = this.nodes(true);
    if (closing.word !== 'none') this.fail(`unexpected {{${closing.word}}}`);
    return nodes;
  }

  private get token(): Token {
    return this.tokens[this.index] ?? (this.tokens.at(-1) as Token);
  }

  private next(): Token {
    const { token } = this;
    this.index++;
    return token;
  }

  /** Up to `{{end}}` or `{{else}}`; at the top also up to the end of the text. */
  private nodes(top: boolean): { readonly nodes: readonly TemplateNode[]; readonly closing: Closing } {
    const nodes: TemplateNode[] = [];
    for (;;) {
      const token = this.next();
      if (token.kind === 'end') {
        if (top) return { nodes, closing: { word: 'none' } };
        throw this.error('unexpected EOF', token);
      }
      if (token.kind === 'text') nodes.push({ kind: 'text', text: token.text });
      else if (token.kind === 'left') {
        this.actionLine = token.line;
        const node = this.action();
        this.actionLine = 0;
        if ('word' in node) return { nodes, closing: node };
        nodes.push(node);
      } else throw this.unexpected(token, 'input');
    }
  }

  private action(): TemplateNode | Closing {
    if (this.token.kind !== 'keyword') return { kind: 'action', pipeline: this.pipeline('command', 'right') };
    const keyword = this.next();
    switch (keyword.text) {
      case 'if':
      case 'with':
      case 'range':
        return this.control(keyword.text);
      case 'end':
        this.closed('end');
        return { word: 'end' };
      case 'else':
        return this.elseClosing();
      case 'break':
      case 'continue':
        if (this.loops === 0) throw this.error(`{{${keyword.text}}} outside {{range}}`, keyword);
        this.closed(`{{${keyword.text}}}`);
        return { kind: keyword.text };
      default:
        throw this.error(`prom-tutor does not expand {{${keyword.text}}}`, keyword);
    }
  }

  private elseClosing(): Closing {
    const { token } = this;
    if (token.kind === 'keyword' && (token.text === 'if' || token.text === 'with'))
      return { word: 'else', elseOf: token.text };
    this.closed('else');
    return { word: 'else' };
  }

  /** The closing braces must follow. */
  private closed(context: string): void {
    const token = this.next();
    if (token.kind !== 'right') throw this.unexpected(token, context);
  }

  private control(kind: 'if' | 'with' | 'range'): TemplateNode {
    const outer = this.variables.length;
    const pipeline = this.pipeline(kind, 'right');
    if (kind === 'range') this.loops++;
    const first = this.nodes(false);
    if (kind === 'range') this.loops--;
    let otherwise: readonly TemplateNode[] = [];
    if (first.closing.word === 'else') {
      const { elseOf } = first.closing;
      if (elseOf !== undefined && elseOf === kind) {
        // {{else if}} is an {{if}} inside the {{else}}, and one {{end}} closes both.
        this.next();
        otherwise = [this.control(kind)];
      } else {
        if (elseOf !== undefined) throw this.unexpected(this.token, 'else');
        const second = this.nodes(false);
        if (second.closing.word === 'else') throw this.error(`expected end; found {{else}}`, this.token);
        otherwise = second.nodes;
      }
    }
    this.variables.length = outer;
    return { kind, pipeline, body: first.nodes, otherwise };
  }

  private pipeline(context: string, end: 'right' | 'close'): Pipeline {
    const { at } = this.token;
    const { variables, assigns } = this.declarations(context);
    const commands: Command[] = [];
    for (;;) {
      if (this.token.kind === end) {
        const last = this.next();
        this.checkPipeline(commands, context, last);
        return { at, variables, assigns, commands };
      }
      if (!STARTS_TERM.has(this.token.kind)) throw this.unexpected(this.token, context);
      commands.push(this.command());
    }
  }

  private checkPipeline(commands: readonly Command[], context: string, token: Token): void {
    if (commands.length === 0) throw this.error(`missing value for ${context}`, token);
    const lazy = commands.findIndex(({ operands: [first] }, stage) => stage > 0 && VALUES.has(first.kind));
    if (lazy > 0) throw this.error(`non executable command in pipeline stage ${lazy + 1}`, token);
  }

  /** `$x :=`, `$x =`, and in a range `$i, $x :=`. */
  private declarations(context: string): Pick<Pipeline, 'variables' | 'assigns'> {
    const variables: string[] = [];
    while (this.token.kind === 'variable') {
      const following = this.tokens[this.index + 1]?.kind;
      if (following === 'assign' || following === 'declare') {
        variables.push(this.next().text);
        this.next();
        this.variables.push(...variables);
        return { variables, assigns: following === 'assign' };
      }
      if (following !== 'comma') break;
      variables.push(this.next().text);
      const comma = this.next();
      if (context !== 'range' || variables.length > 1) throw this.error(`too many declarations in ${context}`, comma);
      if (this.token.kind !== 'variable') throw this.error('range can only initialize variables', this.token);
    }
    return { variables, assigns: false };
  }

  private command(): Command {
    const { at } = this.token;
    const operands: Operand[] = [];
    for (;;) {
      const operand = this.operand();
      if (operand !== undefined) operands.push(operand);
      const { token } = this;
      if (token.spaced && STARTS_TERM.has(token.kind)) continue;
      if (token.kind === 'pipe') this.next();
      else if (token.kind !== 'right' && token.kind !== 'close') throw this.unexpected(token, 'operand');
      const [first, ...rest] = operands;
      if (first === undefined) throw this.error('empty command', token);
      return { at, operands: [first, ...rest] };
    }
  }

  private operand(): Operand | undefined {
    const term = this.term();
    if (term === undefined || this.token.kind !== 'field' || this.token.spaced) return term;
    const { at } = this.token;
    const names: string[] = [];
    while (this.token.kind === 'field' && !this.token.spaced) names.push(this.next().text.slice(1));
    switch (term.kind) {
      case 'field':
      case 'variable':
        return { ...term, at, names: [...term.names, ...names] };
      case 'pipeline':
        return { ...term, at, names };
      case 'function': {
        const command: Command = { at: term.at, operands: [term] };
        const pipeline: Pipeline = { at: term.at, variables: [], assigns: false, commands: [command] };
        return { kind: 'pipeline', at, pipeline, names };
      }
      default:
        throw this.error(`unexpected . after term ${goQuote(operandText(term))}`, this.token);
    }
  }

  private term(): Operand | undefined {
    const { token } = this;
    if (!STARTS_TERM.has(token.kind)) return undefined;
    this.next();
    const { at, text } = token;
    switch (token.kind) {
      case 'identifier': {
        const known = this.known(text);
        if (known === undefined) throw this.error(`function ${goQuote(text)} not defined`, token);
        if (known.missing !== undefined) throw this.error(known.missing, token);
        return { kind: 'function', at, name: text };
      }
      case 'dot':
        return { kind: 'dot', at };
      case 'nil':
        return { kind: 'nil', at };
      case 'bool':
        return { kind: 'bool', at, value: text === 'true' };
      case 'variable':
        if (!this.variables.includes(text)) throw this.error(`undefined variable ${goQuote(text)}`, token);
        return { kind: 'variable', at, name: text, names: [] };
      case 'field':
        return { kind: 'field', at, names: [text.slice(1)] };
      case 'open':
        return { kind: 'pipeline', at, pipeline: this.pipeline('parenthesized pipeline', 'close'), names: [] };
      case 'char':
      case 'number':
        return { kind: 'number', at, text, value: this.number(token) };
      default: {
        const value = unquote(text);
        if (value.kind === 'error') throw this.error('invalid syntax', token);
        return { kind: 'string', at, text, value: value.value };
      }
    }
  }

  private number(token: Token): number | GoInt {
    const { kind, text } = token;
    if (kind === 'char') {
      const character = unquote(text);
      const only = character.kind === 'ok' ? [...character.value] : [];
      if (only.length !== 1) throw this.error(`malformed character constant: ${text}`, token);
      return new GoInt(only[0]?.codePointAt(0) ?? 0);
    }
    const sign = text.startsWith('-') ? -1 : 1;
    const digits = text.replace(/^[+-]/, '').replaceAll('_', '');
    // Go reads 017 as octal.
    const value = sign * (/^0\d+$/.test(digits) ? Number.parseInt(digits, 8) : Number(digits));
    if (Number.isNaN(value)) throw this.error(`illegal number syntax: ${goQuote(text)}`, token);
    return /^0[xXbBoO]/.test(digits) || !/[.eE]/.test(digits) ? new GoInt(value) : value;
  }

  private unexpected(token: Token, context: string): TemplateSyntaxError {
    if (token.kind !== 'error') return this.error(`unexpected ${shown(token)} in ${context}`, token);
    const elsewhere = this.actionLine !== 0 && this.actionLine !== token.line;
    const where = token.text.endsWith(' action') ? ' started at' : ' in action started at';
    return this.error(`${token.text}${elsewhere ? `${where} ${this.name}:${this.actionLine}` : ''}`, token);
  }

  private fail(message: string): never {
    throw this.error(message, this.tokens[this.index - 1] ?? this.token);
  }

  private error(message: string, token: Token): TemplateSyntaxError {
    return new TemplateSyntaxError(`template: ${this.name}:${token.line}: ${message}`);
  }
}

const VALUES: ReadonlySet<Operand['kind']> = new Set<Operand['kind']>(['bool', 'dot', 'nil', 'number', 'string']);

/** A token as Go names it in errors. */
function shown({ kind, text }: Token): string {
  if (kind === 'end') return 'EOF';
  if (kind === 'keyword' || kind === 'dot' || kind === 'nil') return `<${text}>`;
  const characters = [...text];
  return characters.length > 10 ? `${goQuote(characters.slice(0, 10).join(''))}...` : goQuote(text);
}

/** An operand as Go writes it in messages. */
export function operandText(operand: Operand): string {
  switch (operand.kind) {
    case 'dot':
      return '.';
    case 'nil':
      return 'nil';
    case 'bool':
      return String(operand.value);
    case 'number':
    case 'string':
      return operand.text;
    case 'field':
      return operand.names.map((name) => `.${name}`).join('');
    case 'variable':
      return [operand.name, ...operand.names].join('.');
    case 'function':
      return operand.name;
    case 'pipeline':
      return `(${pipelineText(operand.pipeline)})${operand.names.map((name) => `.${name}`).join('')}`;
  }
}

export function commandText({ operands }: Command): string {
  return operands.map(operandText).join(' ');
}

export function pipelineText({ variables, assigns, commands }: Pipeline): string {
  const head = variables.length === 0 ? '' : `${variables.join(', ')} ${assigns ? '=' : ':='} `;
  return head + commands.map(commandText).join(' | ');
}
