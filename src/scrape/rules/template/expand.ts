import { goQuote } from '../../../exposition/parse-error.ts';
import { FUNCTIONS, knownFunction, LAZY_FUNCTIONS, type Parameter, type TemplateWorld } from './functions.ts';
import { goText } from './go-format.ts';
import {
  type Command,
  commandText,
  type Operand,
  operandText,
  type Pipeline,
  parseTemplate,
  type TemplateNode,
  TemplateSyntaxError,
} from './parse.ts';
import { GoInt, goType, isTrue, TemplateCallError, type TemplateData, type TemplateValue } from './values.ts';

/** The text of a label or annotation, read once and expanded as often as needed. */
export type AlertTemplate = {
  /** Prometheus' words for what is wrong with the text; it expands to them. */
  readonly problem: string | undefined;
  /** Expands to the same text whatever it is given. */
  readonly constant: boolean;
  /** Never rejects: what goes wrong shows in the result, as in Prometheus. */
  expand(data: TemplateData, world: TemplateWorld): Promise<string>;
};

/** Short names for what every template of a rule may use; they count in the positions that errors tell. */
const DEFINITIONS =
  '{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}{{$externalURL := .ExternalURL}}{{$value := .Value}}';

/** Reads the template of a label or an annotation of the alert with this name. */
export function alertTemplate(text: string, alert: string): AlertTemplate {
  if (!text.includes('{{')) return { problem: undefined, constant: true, expand: async () => text };
  const name = `__alert_${alert}`;
  const whole = DEFINITIONS + text;
  try {
    const nodes = parseTemplate(whole, name, knownFunction);
    return {
      problem: undefined,
      constant: false,
      expand: (data, world) => new Expansion(whole, name, data, world).run(nodes),
    };
  } catch (error) {
    if (!(error instanceof TemplateSyntaxError)) throw error;
    const { message } = error;
    return {
      problem: message,
      constant: true,
      expand: async () => `<error expanding template: error parsing template ${name}: ${message}>`,
    };
  }
}

class ExpansionError extends Error {
  override readonly name = 'ExpansionError';
}

type LoopWord = 'break' | 'continue' | undefined;

class Expansion {
  private readonly template: string;
  private readonly name: string;
  private readonly world: TemplateWorld;
  private readonly data: TemplateData;
  private readonly variables: { name: string; value: TemplateValue }[];
  private out = '';
  /** Where Go would say that an error happened. */
  private place: { at: number; text: string } = { at: 0, text: '' };

  constructor(template: string, name: string, data: TemplateData, world: TemplateWorld) {
    this.template = template;
    this.name = name;
    this.data = data;
    this.world = world;
    this.variables = [{ name: '$', value: data }];
  }

  async run(nodes: readonly TemplateNode[]): Promise<string> {
    try {
      await this.all(nodes, this.data);
      return this.out;
    } catch (error) {
      if (error instanceof ExpansionError) {
        return `<error expanding template: error executing template ${this.name}: ${error.message}>`;
      }
      // As in Prometheus the text of one annotation never ends the evaluation of rules.
      const message = error instanceof Error ? error.message : String(error);
      return `<error expanding template: panic expanding template ${this.name}: ${message}>`;
    }
  }

  private async all(nodes: readonly TemplateNode[], dot: TemplateValue): Promise<LoopWord> {
    for (const node of nodes) {
      const word = await this.one(node, dot);
      if (word !== undefined) return word;
    }
    return undefined;
  }

  private async one(node: TemplateNode, dot: TemplateValue): Promise<LoopWord> {
    switch (node.kind) {
      case 'text':
        this.out += node.text;
        return undefined;
      case 'action': {
        const value = await this.pipeline(node.pipeline, dot);
        if (node.pipeline.variables.length === 0) this.out += value === undefined ? '<no value>' : goText(value);
        return undefined;
      }
      case 'break':
      case 'continue':
        return node.kind;
      case 'if':
      case 'with':
        return this.scoped(async () => {
          const value = await this.pipeline(node.pipeline, dot);
          if (!isTrue(value)) return this.all(node.otherwise, dot);
          return this.all(node.body, node.kind === 'with' ? value : dot);
        });
      case 'range':
        return this.scoped(() => this.range(node.pipeline, node.body, node.otherwise, dot));
    }
  }

  private async range(
    pipeline: Pipeline,
    body: readonly TemplateNode[],
    otherwise: readonly TemplateNode[],
    dot: TemplateValue,
  ): Promise<LoopWord> {
    const value = await this.pipeline({ ...pipeline, variables: [] }, dot);
    const items = this.itemsOf(value);
    for (const [key, item] of items) {
      const word = await this.scoped(async () => {
        const [first, second] = pipeline.variables;
        const given =
          second === undefined
            ? [[first, item]]
            : [
                [first, key],
                [second, item],
              ];
        for (const [name, content] of given as [string | undefined, TemplateValue][]) {
          if (name === undefined) continue;
          if (pipeline.assigns) this.assign(name, content);
          else this.variables.push({ name, value: content });
        }
        return this.all(body, item);
      });
      if (word === 'break') break;
    }
    return items.length === 0 ? this.all(otherwise, dot) : undefined;
  }

  private itemsOf(value: TemplateValue): readonly (readonly [TemplateValue, TemplateValue])[] {
    if (value === undefined) return [];
    if (value instanceof GoInt) return Array.from({ length: value.value }, (_, i) => [new GoInt(i), new GoInt(i)]);
    if (typeof value === 'object' && 'samples' in value) {
      return value.samples.map((sample, index) => [new GoInt(index), sample] as const);
    }
    if (typeof value === 'object' && 'entries' in value) {
      return [...value.entries].sort(([a], [b]) => (a < b ? -1 : 1));
    }
    throw this.error(`range can't iterate over ${goText(value)}`);
  }

  private async scoped<T>(run: () => Promise<T>): Promise<T> {
    const outer = this.variables.length;
    const result = await run();
    this.variables.length = outer;
    return result;
  }

  private assign(name: string, value: TemplateValue): void {
    const variable = this.variables.findLast((one) => one.name === name);
    if (variable === undefined) throw this.error(`undefined variable: ${name}`);
    variable.value = value;
  }

  private async pipeline({ commands, variables, assigns }: Pipeline, dot: TemplateValue): Promise<TemplateValue> {
    let value: TemplateValue;
    for (const [stage, command] of commands.entries()) {
      value = await this.command(command, dot, stage === 0 ? [] : [value]);
    }
    for (const name of variables) {
      if (assigns) this.assign(name, value);
      else this.variables.push({ name, value });
    }
    return value;
  }

  /** `piped`: the value of the stage before, which comes as the last argument. */
  private async command(command: Command, dot: TemplateValue, piped: readonly TemplateValue[]): Promise<TemplateValue> {
    const [first, ...args] = command.operands;
    if (first.kind === 'function') {
      this.at(first.at, first.name);
      return this.call(command, first.name, args, dot, piped);
    }
    const given = args.length > 0 || piped.length > 0;
    const named =
      first.kind === 'field' || ((first.kind === 'variable' || first.kind === 'pipeline') && first.names.length > 0);
    if (given && !named) {
      this.at(first.at, operandText(first));
      throw this.error(`can't give argument to non-function ${operandText(first)}`);
    }
    if (first.kind === 'nil') {
      this.at(first.at, 'nil');
      throw this.error('nil is not a command');
    }
    const value = await this.operand(first, dot);
    if (!given) return value;
    throw this.error(`${'names' in first ? first.names.at(-1) : ''} is not a method but has arguments`);
  }

  private async operand(operand: Operand, dot: TemplateValue): Promise<TemplateValue> {
    switch (operand.kind) {
      case 'dot':
        return dot;
      case 'nil':
        return undefined;
      case 'bool':
      case 'number':
      case 'string':
        this.at(operand.at, operandText(operand));
        return operand.value;
      case 'field':
        return this.fields(dot, operand.names, operand);
      case 'variable': {
        this.at(operand.at, operandText(operand));
        const found = this.variables.findLast(({ name }) => name === operand.name);
        return this.fields(found?.value, operand.names, operand);
      }
      case 'pipeline': {
        // What goes wrong with its fields is told with the last place inside the parentheses.
        const value = await this.pipeline(operand.pipeline, dot);
        return operand.names.reduce((receiver, name) => this.field(receiver, name), value);
      }
      case 'function':
        this.at(operand.at, operand.name);
        return this.call({ at: operand.at, operands: [operand] }, operand.name, [], dot, []);
    }
  }

  private fields(receiver: TemplateValue, names: readonly string[], node: Operand): TemplateValue {
    this.at(node.at, operandText(node));
    return names.reduce((value, name) => this.field(value, name), receiver);
  }

  private field(receiver: TemplateValue, name: string): TemplateValue {
    if (receiver === undefined) return undefined;
    if (typeof receiver === 'object' && !(receiver instanceof GoInt)) {
      switch (receiver.kind) {
        case 'map':
          return receiver.entries.get(name) ?? '';
        case 'args':
          return receiver.entries.get(name);
        case 'sample':
          if (name === 'Labels') return receiver.labels;
          if (name === 'Value') return receiver.value;
          break;
        case 'data':
          if (name === 'Labels') return receiver.labels;
          if (name === 'ExternalLabels') return receiver.externalLabels;
          if (name === 'ExternalURL') return receiver.externalUrl;
          if (name === 'Value') return receiver.value;
          break;
        case 'rows':
          break;
      }
    }
    throw this.error(`can't evaluate field ${name} in type ${goType(receiver)}`);
  }

  private async call(
    command: Command,
    name: string,
    args: readonly Operand[],
    dot: TemplateValue,
    piped: readonly TemplateValue[],
  ): Promise<TemplateValue> {
    if (LAZY_FUNCTIONS.includes(name)) return this.lazily(name, args, dot, piped);
    const known = FUNCTIONS[name];
    if (known === undefined) throw this.error(`${goQuote(name)} is not a defined function`);
    const { parameters, rest } = known;
    const count = args.length + piped.length;
    if (rest === undefined ? count !== parameters.length : count < parameters.length) {
      const wanted = rest === undefined ? `${parameters.length}` : `at least ${parameters.length}`;
      throw this.error(`wrong number of args for ${name}: want ${wanted} got ${count}`);
    }
    const values: TemplateValue[] = [];
    for (const arg of args) values.push(await this.argument(arg, parameters[values.length] ?? rest ?? 'any', dot));
    for (const value of piped) values.push(this.fitting(value, parameters[values.length] ?? rest ?? 'any'));
    try {
      return await known.run(values, this.world);
    } catch (error) {
      if (!(error instanceof TemplateCallError)) throw error;
      this.at(command.at, commandText(command));
      throw this.error(`error calling ${name}: ${error.message}`);
    }
  }

  private async lazily(
    name: string,
    args: readonly Operand[],
    dot: TemplateValue,
    piped: readonly TemplateValue[],
  ): Promise<TemplateValue> {
    if (args.length + piped.length === 0) throw this.error(`wrong number of args for ${name}: want at least 1 got 0`);
    let value: TemplateValue;
    for (const arg of args) {
      value = await this.argument(arg, 'any', dot);
      if (isTrue(value) === (name === 'or')) return value;
    }
    return piped.length > 0 ? piped[0] : value;
  }

  private async argument(operand: Operand, parameter: Parameter, dot: TemplateValue): Promise<TemplateValue> {
    this.at(operand.at, operandText(operand));
    const literal = operand.kind === 'bool' || operand.kind === 'number' || operand.kind === 'string';
    if (operand.kind === 'nil') {
      if (parameter === 'string' || parameter === 'float64') throw this.error(`cannot assign nil to ${parameter}`);
      return undefined;
    }
    if (!literal || parameter === 'any') return this.fitting(await this.operand(operand, dot), parameter);
    if (parameter === 'string' && operand.kind !== 'string') {
      throw this.error(`expected string; found ${operandText(operand)}`);
    }
    if (parameter === 'string') return operand.value;
    throw this.error(`can't handle ${operandText(operand)} for arg of type ${parameter}`);
  }

  /** The value, when it is what a parameter takes. */
  private fitting(value: TemplateValue, parameter: Parameter): TemplateValue {
    if (parameter === 'any' || goType(value) === parameter) return value;
    if (value === undefined) throw this.error(`invalid value; expected ${parameter}`);
    throw this.error(`wrong type for value; expected ${parameter}; got ${goType(value)}`);
  }

  private at(at: number, text: string): void {
    this.place = { at, text };
  }

  private error(message: string): ExpansionError {
    const { at, text } = this.place;
    const before = this.template.slice(0, at);
    const lines = before.split('\n');
    const column = new TextEncoder().encode(lines.at(-1) ?? '').length;
    return new ExpansionError(
      `template: ${this.name}:${lines.length}:${column}: executing ${goQuote(this.name)} at <${text}>: ${message}`,
    );
  }
}
