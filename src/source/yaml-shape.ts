import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { nearest } from '../lib/nearest.ts';

/** What a YAML value must be. A text takes any scalar as it is written, so that `password: 0123` keeps its zero. */
export type Shape =
  | 'text'
  | 'flag'
  | { readonly list: Shape }
  | { readonly map: Shape }
  | { readonly fields: Readonly<Record<string, Shape>> };

/** The value a shape describes. Absent keys are absent. */
export type Shaped<S> = S extends 'text'
  ? string
  : S extends 'flag'
    ? boolean
    : S extends { readonly list: infer Item }
      ? readonly Shaped<Item>[]
      : S extends { readonly map: infer Value }
        ? Readonly<Record<string, Shaped<Value>>>
        : S extends { readonly fields: infer Fields }
          ? { readonly [K in keyof Fields]?: Shaped<Fields[K]> }
          : never;

export type Problem = { readonly line: number; readonly message: string };

export type ShapedDocument<S> = {
  readonly value: Shaped<S>;
  readonly problems: readonly Problem[];
  /** The line of a key by its path, such as `tls_config.ca_file`; 1 when it is not there. */
  lineOf(path: string): number;
};

/** Reads a YAML text as a shape. All problems are collected; what is wrong is left out of the value. */
export function readShaped<const S extends { readonly fields: Readonly<Record<string, Shape>> }>(
  text: string,
  shape: S,
): ShapedDocument<S> {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false });
  const problems: Problem[] = document.errors.map((error) => ({
    line: counter.linePos(error.pos[0]).line,
    message: error.message,
  }));
  const lines = new Map<string, number>();
  const reader: Reader = {
    lines,
    lineAt: (node) => counter.linePos(node.range?.[0] ?? 0).line,
    report: (line, message) => problems.push({ line, message }),
    resolve: (node) => (isAlias(node) ? (node.resolve(document) ?? null) : node),
  };
  const empty = document.contents === null || problems.length > 0;
  const value = empty ? {} : (readNode(document.contents as Node, shape, '', reader) ?? {});
  return { value: value as Shaped<S>, problems, lineOf: (path) => lines.get(path) ?? 1 };
}

type Reader = {
  readonly lines: Map<string, number>;
  readonly lineAt: (node: Node) => number;
  readonly report: (line: number, message: string) => void;
  readonly resolve: (node: Node) => Node | null;
};

function readNode(written: Node, shape: Shape, path: string, reader: Reader): unknown {
  const line = reader.lineAt(written);
  const node = reader.resolve(written);
  const wrong = (wanted: string) => {
    reader.report(line, `${path === '' ? 'the file' : `"${path}"`} must be ${wanted}`);
    return undefined;
  };
  if (node === null || (isScalar(node) && node.value === null && shape !== 'text')) return undefined;
  if (shape === 'text') return isScalar(node) ? textOf(node.value, node.source) : wrong('a text');
  if (shape === 'flag') return isScalar(node) && typeof node.value === 'boolean' ? node.value : wrong('true or false');
  if ('list' in shape) {
    if (!isSeq(node)) return wrong('a list, one "- item" a line');
    return node.items
      .map((item, index) => readNode(item as Node, shape.list, `${path}[${index}]`, reader))
      .filter((item) => item !== undefined);
  }
  if (!isMap(node)) return wrong('a mapping, one "key: value" a line');
  const entries: [string, unknown][] = [];
  for (const pair of node.items) {
    const key = pair.key as Node;
    const name = isScalar(key) ? textOf(key.value, key.source) : '';
    const at = path === '' ? name : `${path}.${name}`;
    reader.lines.set(at, reader.lineAt(key));
    const inner = 'map' in shape ? shape.map : Object.hasOwn(shape.fields, name) ? shape.fields[name] : undefined;
    if (inner === undefined) {
      reader.report(reader.lineAt(key), unknownKey(name, path, 'fields' in shape ? Object.keys(shape.fields) : []));
      continue;
    }
    const value = pair.value === null ? undefined : readNode(pair.value as Node, inner, at, reader);
    if (value !== undefined) entries.push([name, value]);
  }
  return Object.fromEntries(entries);
}

function textOf(value: unknown, source: string | undefined): string {
  return typeof value === 'string' ? value : value === null ? '' : (source ?? String(value));
}

function unknownKey(name: string, path: string, known: readonly string[]): string {
  const [meant] = nearest(name, known, 1);
  const where = path === '' ? '' : ` in "${path}"`;
  return `unknown key "${name}"${where}${meant === undefined ? '' : `; did you mean "${meant}"?`}`;
}
