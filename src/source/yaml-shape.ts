import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { nearest } from '../lib/nearest.ts';

/**
 * What a YAML value must be. A text takes any scalar as it is written, so that `password: 0123` keeps its zero. Where
 * fields have a `short`, a text alone stands for a mapping with only that key.
 */
export type Shape =
  | 'text'
  | 'flag'
  | { readonly list: Shape }
  | { readonly map: Shape }
  | { readonly fields: Readonly<Record<string, Shape>>; readonly short?: string };

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

/** What is wrong, and where: line and column from 1. */
export type Problem = { readonly line: number; readonly column?: number; readonly message: string };

export type ShapedDocument<S> = {
  readonly value: Shaped<S>;
  readonly problems: readonly Problem[];
  /** The line of a key by its path, such as `tls_config.ca_file`; 1 when it is not there. */
  lineOf(path: string): number;
  /** Where the value of a key begins; where it would be in when it is not there. */
  placeOf(path: string): Place;
  /** Where the key itself stands. */
  keyPlaceOf(path: string): Place;
};

/** Line and column, both from 1. */
export type Place = { readonly line: number; readonly column: number };

/** Reads a YAML text as a shape. All problems are collected; what is wrong is left out of the value. */
export function readShaped<const S extends { readonly fields: Readonly<Record<string, Shape>> }>(
  text: string,
  shape: S,
): ShapedDocument<S> {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false });
  const placeAt = (offset: number): Place => {
    const { line, col } = counter.linePos(offset);
    return { line, column: col };
  };
  const problems: Problem[] = document.errors.map((error) => ({ ...placeAt(error.pos[0]), message: error.message }));
  const keys = new Map<string, Place>();
  const places = new Map<string, Place>();
  const reader: Reader = {
    keys,
    places,
    placeAt: (node) => placeAt(node.range?.[0] ?? 0),
    report: (place, message) => problems.push({ ...place, message }),
    resolve: (node) => (isAlias(node) ? (node.resolve(document) ?? null) : node),
  };
  const empty = document.contents === null || problems.length > 0;
  const value = empty ? {} : (readNode(document.contents as Node, shape, '', reader) ?? {});
  return {
    value: value as Shaped<S>,
    problems,
    lineOf: (path) => keys.get(path)?.line ?? 1,
    placeOf: (path) => nearestPlace(places, path),
    keyPlaceOf: (path) => nearestPlace(keys, path),
  };
}

const START: Place = { line: 1, column: 1 };

/** Of a key that is not written: where what it would be in stands. */
function nearestPlace(places: ReadonlyMap<string, Place>, path: string): Place {
  const found = places.get(path);
  if (found !== undefined) return found;
  const dot = path.lastIndexOf('.');
  return dot < 0 ? START : nearestPlace(places, path.slice(0, dot));
}

type Reader = {
  readonly keys: Map<string, Place>;
  readonly places: Map<string, Place>;
  readonly placeAt: (node: Node) => Place;
  readonly report: (place: Place, message: string) => void;
  readonly resolve: (node: Node) => Node | null;
};

function readNode(written: Node, shape: Shape, path: string, reader: Reader): unknown {
  const place = reader.placeAt(written);
  reader.places.set(path, place);
  const node = reader.resolve(written);
  const wrong = (wanted: string) => {
    reader.report(place, `${path === '' ? 'the file' : `"${path}"`} must be ${wanted}`);
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
  if ('fields' in shape && shape.short !== undefined && isScalar(node)) {
    return { [shape.short]: textOf(node.value, node.source) };
  }
  if (!isMap(node)) return wrong('a mapping, one "key: value" a line');
  const entries: [string, unknown][] = [];
  for (const pair of node.items) {
    const key = pair.key as Node;
    const name = isScalar(key) ? textOf(key.value, key.source) : '';
    const at = path === '' ? name : `${path}.${name}`;
    reader.keys.set(at, reader.placeAt(key));
    const inner = 'map' in shape ? shape.map : Object.hasOwn(shape.fields, name) ? shape.fields[name] : undefined;
    if (inner === undefined) {
      reader.report(reader.placeAt(key), unknownKey(name, path, 'fields' in shape ? Object.keys(shape.fields) : []));
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
