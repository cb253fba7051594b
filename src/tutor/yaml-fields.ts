import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml';
import { nearest } from '../lib/nearest.ts';
import { durationMs } from '../model/duration.ts';

/** Collects what is wrong; lines are 1-based in the file. */
export type Report = (line: number, message: string) => void;

/**
 * One YAML mapping, read field by field. Every reader reports what is wrong and returns something usable all the same,
 * so that one pass finds all problems. A field is asked for by the reader of its type; `undefined` means absent.
 */
export type Fields = {
  /** Line where the mapping begins. */
  readonly line: number;
  lineOf(key: string): number;
  has(key: string): boolean;
  text(key: string): string | undefined;
  needText(key: string): string;
  needInteger(key: string): number;
  share(key: string): number | undefined;
  /** `20%` or `0.2`. */
  tolerance(key: string): number | undefined;
  flag(key: string): boolean | undefined;
  durationMs(key: string): number | undefined;
  oneOf<const T extends string>(key: string, values: readonly T[]): T | undefined;
  texts(key: string): readonly string[];
  child(key: string, keys: readonly string[]): Fields | undefined;
  children(key: string, keys: readonly string[]): readonly Fields[];
};

/** Reads YAML that stands at `firstLine` of a file as a mapping with these keys; undefined when it is none. */
export function readFields(
  text: string,
  where: { readonly name: string; readonly firstLine: number; readonly report: Report },
  keys: readonly string[],
): Fields | undefined {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false });
  const lineAt = (offset: number) => where.firstLine + Math.max(0, counter.linePos(offset).line - 1);
  for (const error of document.errors) where.report(lineAt(error.pos[0]), `YAML: ${error.message}`);
  if (document.errors.length > 0) return undefined;
  const reader: Reader = { report: where.report, lineOf: (node) => lineAt(node.range?.[0] ?? 0) };
  if (document.contents === null) {
    where.report(where.firstLine, `${where.name} is empty`);
    return undefined;
  }
  return fieldsOf(document.contents, where.name, keys, reader);
}

type Reader = { readonly report: Report; readonly lineOf: (node: Node) => number };

function fieldsOf(node: Node, name: string, keys: readonly string[], reader: Reader): Fields | undefined {
  if (!isMap(node)) {
    reader.report(reader.lineOf(node), `${name} must be a mapping of ${keys.join(', ')}`);
    return undefined;
  }
  reportUnknownKeys(node, name, keys, reader);
  const line = reader.lineOf(node);
  const find = (key: string) => nodeAt(node, key);
  const lineOf = (key: string) => {
    const found = find(key);
    return found === undefined ? line : reader.lineOf(found);
  };
  const wrong = (key: string, problem: string) => reader.report(lineOf(key), `${name}: "${key}" ${problem}`);
  const text = (key: string) => {
    const found = find(key);
    if (found === undefined) return undefined;
    const written = scalarText(found);
    if (written === undefined) wrong(key, 'must be a text; quote it');
    return written;
  };
  const need = (key: string) => {
    if (!node.has(key)) reader.report(line, `${name}: "${key}" is missing`);
  };
  const list = (key: string): readonly Node[] => {
    const found = find(key);
    if (found === undefined) return [];
    if (isSeq(found)) return found.items as readonly Node[];
    wrong(key, 'must be a list, one "- item" a line');
    return [];
  };
  const value = <T>(key: string, read: (text: string) => T | undefined, problem: string): T | undefined => {
    const found = text(key);
    if (found === undefined) return undefined;
    const result = read(found.trim());
    if (result === undefined) wrong(key, `${problem}, not "${found.trim()}"`);
    return result;
  };
  return {
    line,
    lineOf,
    has: (key) => node.has(key),
    text: (key) => text(key)?.trim(),
    needText: (key) => {
      need(key);
      const found = text(key)?.trim();
      if (found === '') wrong(key, 'is empty');
      return found ?? '';
    },
    needInteger: (key) => {
      need(key);
      return value(key, readInteger, 'must be a whole number above 0') ?? 0;
    },
    share: (key) => value(key, readShare, 'must be a number from 0 to 1'),
    tolerance: (key) => value(key, readTolerance, 'must be a share such as 20% or 0.2'),
    flag: (key) => value(key, readFlag, 'must be true or false'),
    durationMs: (key) => value(key, readDuration, 'must be a duration such as 15s, 5m or 1h'),
    oneOf: (key, values) =>
      value(key, (word) => values.find((allowed) => allowed === word), `must be one of ${values.join(', ')}`),
    texts: (key) =>
      list(key).map((item) => {
        const found = scalarText(item)?.trim();
        const problem = found === undefined ? 'must be a text; quote it' : 'is empty';
        if (!found) reader.report(reader.lineOf(item), `${name}: an item of "${key}" ${problem}`);
        return found ?? '';
      }),
    child: (key, childKeys) => {
      const found = find(key);
      return found === undefined ? undefined : fieldsOf(found, `${name}: "${key}"`, childKeys, reader);
    },
    children: (key, childKeys) =>
      list(key).flatMap((item) => fieldsOf(item, `${name}: an item of "${key}"`, childKeys, reader) ?? []),
  };
}

function reportUnknownKeys(map: YAMLMap, name: string, keys: readonly string[], reader: Reader): void {
  for (const { key } of map.items) {
    const written = isScalar(key) ? String(key.value) : String(key);
    if (keys.includes(written)) continue;
    const [meant] = nearest(written, keys, 1);
    const advice = meant === undefined ? `known are ${keys.join(', ')}` : `did you mean "${meant}"?`;
    reader.report(reader.lineOf(key as Node), `${name}: unknown key "${written}"; ${advice}`);
  }
}

function nodeAt(map: YAMLMap, key: string): Node | undefined {
  const found = map.get(key, true) as Node | undefined | null;
  if (found === undefined || found === null || isAlias(found)) return undefined;
  return found;
}

/** The text of a scalar as it was written, so that `reference: 42` is a query and not a number. */
function scalarText(node: Node): string | undefined {
  if (!isScalar(node)) return undefined;
  if (node.value === null) return '';
  return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
}

function readInteger(text: string): number | undefined {
  return /^[1-9]\d{0,5}$/.test(text) ? Number(text) : undefined;
}

function readShare(text: string): number | undefined {
  const number = /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN;
  return number >= 0 && number <= 1 ? number : undefined;
}

function readTolerance(text: string): number | undefined {
  const [, number, sign] = /^(\d*\.?\d+)\s*(%?)$/.exec(text) ?? [];
  const share = Number(number) / (sign === '%' ? 100 : 1);
  return share >= 0 && share <= 1 ? share : undefined;
}

function readFlag(text: string): boolean | undefined {
  return text === 'true' ? true : text === 'false' ? false : undefined;
}

function readDuration(text: string): number | undefined {
  const ms = durationMs(text);
  return ms === 0 ? undefined : ms;
}
