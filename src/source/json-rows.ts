/**
 * The JSON of an answer with a long list of results, cut into pieces that are parsed one after the other: a list parsed
 * as a whole takes many times the memory of its text.
 */
export type SplitAnswer = {
  /** The same JSON with an empty list in place of the long one. */
  readonly frame: string;
  /** Parses one row at a time; throws `SyntaxError` at a row that is no JSON. */
  readonly rows: JsonRows;
};

/** A list of JSON values that is parsed while it is walked, each time anew. */
export class JsonRows implements Iterable<unknown> {
  readonly #json: Buffer;
  /** Start and end of each row, one after the other. */
  readonly #places: readonly number[];

  constructor(json: Buffer, places: readonly number[]) {
    this.#json = json;
    this.#places = places;
  }

  *[Symbol.iterator](): Iterator<unknown> {
    for (let i = 0; i < this.#places.length; i += 2) {
      yield JSON.parse(this.#json.toString('utf8', this.#places[i], this.#places[i + 1])) as unknown;
    }
  }
}

/** Finds the rows of `data.result`. Undefined where there is no such list of objects, or the text is not plainly JSON. */
export function splitAnswer(json: Buffer): SplitAnswer | undefined {
  const list = resultList(json);
  if (list === undefined) return undefined;
  const places: number[] = [];
  let at = skipBlanks(json, list + 1);
  while (json[at] === BRACE_OPEN) {
    const end = valueEnd(json, at);
    if (end === undefined) return undefined;
    places.push(at, end);
    at = skipBlanks(json, end);
    if (json[at] !== COMMA) break;
    at = skipBlanks(json, at + 1);
    if (json[at] !== BRACE_OPEN) return undefined;
  }
  const [first, last] = [places[0], places.at(-1)];
  if (json[at] !== BRACKET_CLOSE || first === undefined || last === undefined) return undefined;
  const frame = json.toString('utf8', 0, first) + json.toString('utf8', last);
  return { frame, rows: new JsonRows(json, places) };
}

/** Where the bracket of `data.result` stands: the first member of that name in the first member `data`. */
function resultList(json: Buffer): number | undefined {
  const data = memberNamed(json, skipBlanks(json, 0), DATA);
  const result = data === undefined ? undefined : memberNamed(json, data, RESULT);
  return result !== undefined && json[result] === BRACKET_OPEN ? result : undefined;
}

const DATA = Buffer.from('"data"');
const RESULT = Buffer.from('"result"');

/** Where the value of a member begins, in the object that begins at `at`. */
function memberNamed(json: Buffer, at: number, name: Buffer): number | undefined {
  if (json[at] !== BRACE_OPEN) return undefined;
  for (let key = skipBlanks(json, at + 1); json[key] === QUOTE; ) {
    const keyEnd = stringEnd(json, key);
    if (keyEnd === undefined) return undefined;
    const colon = skipBlanks(json, keyEnd);
    if (json[colon] !== COLON) return undefined;
    const value = skipBlanks(json, colon + 1);
    if (json.subarray(key, keyEnd).equals(name)) return value;
    const end = valueEnd(json, value);
    if (end === undefined) return undefined;
    const comma = skipBlanks(json, end);
    if (json[comma] !== COMMA) return undefined;
    key = skipBlanks(json, comma + 1);
  }
  return undefined;
}

/** Behind the value that begins at `at`; brackets are counted, not matched: whoever parses the piece finds the rest. */
function valueEnd(json: Buffer, at: number): number | undefined {
  let depth = 0;
  for (let i = at; i < json.length; i++) {
    switch (json[i]) {
      case QUOTE: {
        const end = stringEnd(json, i);
        if (end === undefined) return undefined;
        i = end - 1;
        break;
      }
      case BRACE_OPEN:
      case BRACKET_OPEN:
        depth++;
        continue;
      case BRACE_CLOSE:
      case BRACKET_CLOSE:
        depth--;
        break;
      case COMMA:
        // The end of a bare number or word.
        if (depth === 0) return i;
        continue;
      default:
        continue;
    }
    if (depth === 0) return i + 1;
    if (depth < 0) return i;
  }
  return undefined;
}

/** Behind the closing quote of the string that begins at `at`. */
function stringEnd(json: Buffer, at: number): number | undefined {
  for (let quote = json.indexOf(QUOTE, at + 1); quote !== -1; quote = json.indexOf(QUOTE, quote + 1)) {
    let backslashes = 0;
    while (json[quote - 1 - backslashes] === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return quote + 1;
  }
  return undefined;
}

function skipBlanks(json: Buffer, at: number): number {
  let i = at;
  while (json[i] === 0x20 || json[i] === 0x0a || json[i] === 0x0d || json[i] === 0x09) i++;
  return i;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const BRACE_OPEN = 0x7b;
const BRACE_CLOSE = 0x7d;
const BRACKET_OPEN = 0x5b;
const BRACKET_CLOSE = 0x5d;
