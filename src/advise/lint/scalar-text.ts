import type { Scalar } from 'yaml';
import type { Span } from '../../promql/span.ts';

/** A query inside a YAML or JSON file: where each of its characters stands there. */
export type ScalarText = {
  readonly value: string;
  /** The stretch of the file in which a stretch of the value is written. */
  readonly inFile: (span: Span) => Span;
  /** A text as it has to be written at this place. */
  readonly written: (text: string) => string;
};

type Unit = { readonly character: string; readonly start: number; readonly end: number };

/** `source` is the whole file. Undefined for what is no text. */
export function scalarText(source: string, node: Scalar): ScalarText | undefined {
  const value = typeof node.value === 'string' ? node.value : node.source;
  if (value === undefined || node.range == null) return undefined;
  const [start, end] = node.range;
  const type = node.type ?? 'PLAIN';
  const units = UNITS[type]?.(source, start, end) ?? plainUnits(source, start, end);
  const places = aligned(value, units);
  const last = units.at(-1)?.end ?? end;
  return {
    value,
    inFile: (span) => {
      const from = places[span.start]?.start ?? last;
      return { start: from, end: span.end === span.start ? from : (places[span.end - 1]?.end ?? last) };
    },
    written: (text) =>
      type === 'QUOTE_DOUBLE'
        ? JSON.stringify(text).slice(1, -1)
        : type === 'QUOTE_SINGLE'
          ? text.replaceAll("'", "''")
          : text,
  };
}

/**
 * Folding and indentation only change white space, so the other characters of the value stand in the file in the same
 * order. White space stands where it begins.
 */
function aligned(value: string, units: readonly Unit[]): readonly Unit[] {
  const solid = units.filter(({ character }) => !/^\s?$/.test(character));
  const places: Unit[] = [];
  let next = 0;
  let end = solid[0]?.start ?? units[0]?.start ?? 0;
  for (const character of value.split('')) {
    const unit = /\s/.test(character) ? undefined : solid[next++];
    places.push(unit ?? { character, start: end, end: Math.min(end + 1, solid[next]?.start ?? end + 1) });
    end = places.at(-1)?.end ?? end;
  }
  return places;
}

type Read = (source: string, start: number, end: number) => readonly Unit[];

const UNITS: Readonly<Record<string, Read>> = {
  QUOTE_SINGLE: (source, start, end) => {
    const units: Unit[] = [];
    for (let at = start + 1; at < end - 1; at++) {
      const doubled = source[at] === "'" && source[at + 1] === "'";
      units.push({ character: source[at] ?? '', start: at, end: at + (doubled ? 2 : 1) });
      if (doubled) at++;
    }
    return units;
  },
  QUOTE_DOUBLE: (source, start, end) => {
    const units: Unit[] = [];
    for (let at = start + 1; at < end - 1; ) {
      const sequence = /^\\(?:x([\da-f]{2})|u([\da-f]{4})|U([\da-f]{8})|([\s\S]))/i.exec(source.slice(at, at + 10));
      const length = sequence?.[0].length ?? 1;
      const code = sequence?.[1] ?? sequence?.[2] ?? sequence?.[3];
      const decoded =
        sequence === null
          ? (source[at] ?? '')
          : code === undefined
            ? 'ntrabfve0N_LP \n'.includes(sequence[4] ?? '')
              ? ' '
              : (sequence[4] ?? '')
            : String.fromCodePoint(Number.parseInt(code, 16));
      for (const character of decoded.split('')) units.push({ character, start: at, end: at + length });
      at += length;
    }
    return units;
  },
  BLOCK_LITERAL: blockUnits,
  BLOCK_FOLDED: blockUnits,
};

/** The first line of a block is its header: `|`, `>-`, and perhaps a comment. */
function blockUnits(source: string, start: number, end: number): readonly Unit[] {
  const header = source.indexOf('\n', start);
  return plainUnits(source, header === -1 ? end : header + 1, end);
}

function plainUnits(source: string, start: number, end: number): readonly Unit[] {
  return source
    .slice(start, end)
    .split('')
    .map((character, index) => ({ character, start: start + index, end: start + index + 1 }));
}
