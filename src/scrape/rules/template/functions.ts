import { isIP } from 'node:net';
import { parseFloatText } from '../../../exposition/float.ts';
import { goQuote } from '../../../exposition/parse-error.ts';
import { parseDuration } from '../../../promql/duration.ts';
import { expandGroups } from '../../../promql/functions/relabel.ts';
import { compileRe2, RegexSyntaxError } from '../../../promql/regex.ts';
import { compare, equal } from './compare.ts';
import { goText, sprintf } from './go-format.ts';
import { humanize, humanize1024, humanizeDuration, humanizePercentage, humanizeTimestamp } from './humanize.ts';
import type { KnownFunctions } from './parse.ts';
import {
  GoInt,
  goType,
  isTrue,
  type QueryRows,
  TemplateCallError,
  type TemplateSample,
  type TemplateValue,
} from './values.ts';

/** What functions ask the outside for. */
export type TemplateWorld = {
  /** Answers a PromQL query at the moment of the evaluation. Rejects with Prometheus' own words. */
  query(text: string): Promise<QueryRows>;
  /** The moment of the evaluation, in milliseconds since 1970. */
  readonly ms: number;
  readonly externalUrl: string;
};

/** What a function takes, by the name Go has for the type. */
export type Parameter = 'string' | 'float64' | 'any' | 'template.queryResult' | '*template.sample';

export type TemplateFunction = {
  readonly parameters: readonly Parameter[];
  /** What any number of further arguments must be. */
  readonly rest?: Parameter;
  run(args: readonly TemplateValue[], world: TemplateWorld): TemplateValue | Promise<TemplateValue>;
};

/** `and` and `or` are not among them: they look at no more arguments than they need. */
export const LAZY_FUNCTIONS: readonly string[] = ['and', 'or'];

/**
 * Prometheus' functions and Go's own. https://prometheus.io/docs/prometheus/latest/configuration/template_reference/
 * and https://pkg.go.dev/text/template#hdr-Functions
 */
export const FUNCTIONS: Readonly<Record<string, TemplateFunction | undefined>> = {
  query: text(async (query, world) => world.query(query)),
  first: {
    parameters: ['template.queryResult'],
    run: ([rows]) => {
      const [first] = (rows as QueryRows).samples;
      if (first === undefined) throw new TemplateCallError('first() called on vector with no elements');
      return first;
    },
  },
  label: {
    parameters: ['string', '*template.sample'],
    run: ([name, sample]) => (sample as TemplateSample).labels.entries.get(name as string) ?? '',
  },
  value: { parameters: ['*template.sample'], run: ([sample]) => (sample as TemplateSample).value },
  strvalue: {
    parameters: ['*template.sample'],
    run: ([sample]) => (sample as TemplateSample).labels.entries.get('__value__') ?? '',
  },
  sortByLabel: {
    parameters: ['string', 'template.queryResult'],
    run: ([name, rows]) => sortedBy(name as string, rows as QueryRows),
  },
  args: {
    parameters: [],
    rest: 'any',
    run: (args) => ({ kind: 'args', entries: new Map(args.map((value, index) => [`arg${index}`, value])) }),
  },
  humanize: number(humanize),
  humanize1024: number(humanize1024),
  humanizeDuration: number(humanizeDuration),
  humanizePercentage: number(humanizePercentage),
  humanizeTimestamp: number(humanizeTimestamp),
  title: text((word) => word.replace(/(^|[^\p{L}\p{N}_'])(\p{L})/gu, (_, before, letter) => before + upper(letter))),
  toUpper: text((word) => [...word].map(upper).join('')),
  toLower: text((word) => [...word].map(lower).join('')),
  match: {
    parameters: ['string', 'string'],
    run: ([pattern, word]) =>
      regex(pattern as string)
        .matcher(word as string)
        .find(),
  },
  reReplaceAll: {
    parameters: ['string', 'string', 'string'],
    run: ([pattern, replacement, word]) => replaceAll(pattern as string, replacement as string, word as string),
  },
  graphLink: text((expr) => `/graph?g0.expr=${queryEscape(expr)}&g0.tab=0`),
  tableLink: text((expr) => `/graph?g0.expr=${queryEscape(expr)}&g0.tab=1`),
  safeHtml: text((html) => html),
  stripPort: text(
    (address) => /^\[([^\]]*)\]:\d*$/.exec(address)?.[1] ?? /^([^:[\]]*):[^:]*$/.exec(address)?.[1] ?? address,
  ),
  stripDomain: text(stripDomain),
  parseDuration: text((duration) => {
    const parsed = parseDuration(duration);
    if (parsed.kind === 'error') throw new TemplateCallError(parsed.message);
    return parsed.ms / 1000;
  }),
  now: { parameters: [], run: (_, { ms }) => ms / 1000 },
  externalURL: { parameters: [], run: (_, { externalUrl }) => externalUrl },
  pathPrefix: { parameters: [], run: (_, { externalUrl }) => pathOf(externalUrl) },
  print: { parameters: [], rest: 'any', run: (args) => printed(args) },
  println: { parameters: [], rest: 'any', run: (args) => `${args.map(goText).join(' ')}\n` },
  printf: { parameters: ['string'], rest: 'any', run: ([format, ...args]) => sprintf(format as string, args) },
  html: {
    parameters: [],
    rest: 'any',
    run: (args) => printed(args).replace(/[\0"'&<>]/g, (sign) => HTML[sign] ?? sign),
  },
  urlquery: { parameters: [], rest: 'any', run: (args) => queryEscape(printed(args)) },
  len: { parameters: ['any'], run: ([value]) => new GoInt(lengthOf(value)) },
  index: { parameters: ['any'], rest: 'any', run: ([value, ...keys]) => keys.reduce<TemplateValue>(indexed, value) },
  not: { parameters: ['any'], run: ([value]) => !isTrue(value) },
  eq: { parameters: ['any'], rest: 'any', run: ([first, ...others]) => equal(first, others) },
  ne: { parameters: ['any', 'any'], run: ([a, b]) => !equal(a, [b]) },
  lt: { parameters: ['any', 'any'], run: ([a, b]) => compare(a, b) < 0 },
  le: { parameters: ['any', 'any'], run: ([a, b]) => compare(a, b) <= 0 },
  gt: { parameters: ['any', 'any'], run: ([a, b]) => compare(a, b) > 0 },
  ge: { parameters: ['any', 'any'], run: ([a, b]) => compare(a, b) >= 0 },
};

/** Functions that Go or Prometheus knows and this program does not expand. */
const LEFT_OUT: readonly string[] = ['call', 'js', 'slice', 'toTime', 'toDuration', 'tmpl', 'urlQueryEscape'];

/** What templates of rules may call. */
export const knownFunction: KnownFunctions = (name) => {
  if (Object.hasOwn(FUNCTIONS, name) || LAZY_FUNCTIONS.includes(name)) return {};
  return LEFT_OUT.includes(name) ? { missing: `prom-tutor does not know the function ${goQuote(name)}` } : undefined;
};

function text(run: (text: string, world: TemplateWorld) => TemplateValue | Promise<TemplateValue>): TemplateFunction {
  return { parameters: ['string'], run: ([value], world) => run(value as string, world) };
}

function number(run: (value: number) => string): TemplateFunction {
  return { parameters: ['any'], run: ([value]) => run(toFloat(value)) };
}

/** Go changes the case of a character only where one other character is its partner: ß stays. */
function upper(character: string): string {
  const changed = character.toUpperCase();
  return [...changed].length === 1 ? changed : character;
}

function lower(character: string): string {
  const changed = character.toLowerCase();
  return [...changed].length === 1 ? changed : character;
}

function toFloat(value: TemplateValue): number {
  if (typeof value === 'number') return value;
  if (value instanceof GoInt) return value.value;
  if (typeof value !== 'string') throw new TemplateCallError(`can't convert ${goType(value)} to float`);
  const parsed = parseFloatText(value);
  if (parsed === undefined)
    throw new TemplateCallError(`strconv.ParseFloat: parsing ${goQuote(value)}: invalid syntax`);
  return parsed;
}

function sortedBy(name: string, { samples }: QueryRows): QueryRows {
  const valueIn = ({ labels }: TemplateSample) => labels.entries.get(name) ?? '';
  return {
    kind: 'rows',
    samples: [...samples].sort((a, b) => (valueIn(a) < valueIn(b) ? -1 : valueIn(a) > valueIn(b) ? 1 : 0)),
  };
}

function regex(pattern: string): ReturnType<typeof compileRe2> {
  try {
    return compileRe2(pattern, false);
  } catch (error) {
    if (!(error instanceof RegexSyntaxError)) throw error;
    throw new TemplateCallError(error.message);
  }
}

function replaceAll(pattern: string, replacement: string, word: string): string {
  const compiled = regex(pattern);
  const matcher = compiled.matcher(word);
  let out = '';
  let from = 0;
  while (matcher.find()) {
    out += word.slice(from, matcher.start()) + expandGroups(replacement, matcher, compiled.groupCount());
    from = matcher.end();
  }
  return out + word.slice(from);
}

/** Go's url.QueryEscape: a blank becomes a plus sign. */
function queryEscape(value: string): string {
  const escaped = (sign: string) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(value)
    .replace(/[!'()*]/g, escaped)
    .replaceAll('%20', '+');
}

/** The host without its domain; an address stays as it is, and so does a port. */
function stripDomain(hostPort: string): string {
  const [, host = hostPort, port] = /^(.*):(\d+)$/.exec(hostPort) ?? [];
  if (isIP(host.replace(/^\[|\]$/g, '')) !== 0) return hostPort;
  const short = host.split('.')[0] ?? host;
  return port === undefined ? short : `${short}:${port}`;
}

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname.replace(/\/$/, '') : '';
}

/** Go's Sprint: a blank between neighbours of which neither is a text. */
function printed(args: readonly TemplateValue[]): string {
  return args.reduce<string>((out, value, index) => {
    const blank = index > 0 && typeof value !== 'string' && typeof args[index - 1] !== 'string';
    return out + (blank ? ' ' : '') + goText(value);
  }, '');
}

const HTML: Readonly<Record<string, string | undefined>> = {
  '\0': '\ufffd',
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
};

function lengthOf(value: TemplateValue): number {
  if (typeof value === 'string') return new TextEncoder().encode(value).length;
  if (typeof value === 'object' && 'entries' in value) return value.entries.size;
  if (typeof value === 'object' && 'samples' in value) return value.samples.length;
  if (value === undefined) throw new TemplateCallError('len of nil pointer');
  throw new TemplateCallError(`len of type ${goType(value)}`);
}

function indexed(value: TemplateValue, key: TemplateValue): TemplateValue {
  if (typeof value === 'object' && 'entries' in value) {
    if (typeof key !== 'string') throw new TemplateCallError(`value has type ${goType(key)}; should be string`);
    return value.entries.get(key) ?? (value.kind === 'map' ? '' : undefined);
  }
  if (typeof value === 'object' && 'samples' in value) {
    if (!(key instanceof GoInt)) throw new TemplateCallError(`cannot index slice/array with type ${goType(key)}`);
    const sample = value.samples[key.value];
    if (sample === undefined) throw new TemplateCallError(`index out of range: ${key.value}`);
    return sample;
  }
  if (value === undefined) throw new TemplateCallError('index of untyped nil');
  throw new TemplateCallError(`can't index item of type ${goType(value)}`);
}
