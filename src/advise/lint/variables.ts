import { ALL_FEATURES } from '../../promql/features.ts';
import { parse } from '../../promql/parse.ts';
import type { Span } from '../../promql/span.ts';
import { GRAFANA_VARIABLE } from '../grafana.ts';

/** A query with the variables of Grafana replaced by something that parses, and the way back to what was written. */
export type Substituted = {
  readonly text: string;
  /** Whether variables stand outside of quotes: nobody knows then what the query is in the end. */
  readonly open: boolean;
  readonly variable: (span: Span) => boolean;
  readonly original: (span: Span) => Span;
};

/** What a variable outside of quotes can be: a word, a number, a condition, a function, a window, an operator, a text. */
const STAND_INS = ['x', '1', 'x="x"', 'sum', 'rate', '5m', '>', '"x"', 'by (x)', 'm', '5'] as const;

/** How many ways of reading a query are tried. */
const MOST_TRIES = 300;

/** Never fails: when nothing parses, the first way of reading is taken. */
export function substituteVariables(query: string): Substituted {
  const places = [...query.matchAll(GRAFANA_VARIABLE)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
    word: match[0],
    quoted: insideQuotes(query, match.index),
  }));
  const free = [...new Set(places.filter(({ quoted }) => !quoted).map((place) => slotOf(query, place)))];
  const read = (choice: ReadonlyMap<string, string>) =>
    substituted(
      query,
      places.map((place) => ({ ...place, text: place.quoted ? 'x' : (choice.get(slotOf(query, place)) ?? 'x') })),
      free.length > 0,
    );
  const options = free.map((slot) => ({ slot, texts: [...new Set([likeliest(slot), ...STAND_INS])] }));
  const first = read(new Map(options.map(({ slot, texts }) => [slot, texts[0] ?? 'x'])));
  for (const choice of choices(options)) {
    const tried = read(choice);
    if (parse(tried.text, ALL_FEATURES).kind === 'ok') return tried;
  }
  return first;
}

type Place = Span & { readonly word: string };

/** The same variable in the same kind of place stands for the same. */
function slotOf(query: string, { start, end, word }: Place): string {
  const before = query.slice(0, start);
  const opened = before.lastIndexOf('[') > before.lastIndexOf(']') || /\boffset\s+-?$/.test(before);
  if (!opened) return word;
  if (/^(?:ms|[smhdwy])/.test(query.slice(end))) return `number ${word}`;
  return `${/\d$/.test(before) ? 'unit' : 'window'} ${word}`;
}

function likeliest(slot: string): string {
  if (slot.startsWith('number ')) return '5';
  if (slot.startsWith('unit ')) return 'm';
  if (slot.startsWith('window ')) return '5m';
  if (/__(?:\w+_m?s|from|to)\b/.test(slot)) return '1';
  return /__(?:rate_)?(?:interval|range)\b/.test(slot) ? '5m' : 'x';
}

/** Ways to choose, the likeliest first: those that differ from it in one place before the others. */
function* choices(
  options: readonly { readonly slot: string; readonly texts: readonly string[] }[],
): Generator<ReadonlyMap<string, string>> {
  let left = MOST_TRIES;
  const base = new Map(options.map(({ slot, texts }) => [slot, texts[0] ?? 'x']));
  yield base;
  for (const { slot, texts } of options) for (const text of texts.slice(1)) yield new Map([...base, [slot, text]]);
  const step = function* (index: number, chosen: ReadonlyMap<string, string>): Generator<ReadonlyMap<string, string>> {
    const option = options[index];
    if (option === undefined) {
      left--;
      yield chosen;
      return;
    }
    for (const text of option.texts) {
      if (left <= 0) return;
      yield* step(index + 1, new Map([...chosen, [option.slot, text]]));
    }
  };
  yield* step(0, new Map());
}

function insideQuotes(query: string, offset: number): boolean {
  let quote = '';
  for (let index = 0; index < offset; index++) {
    const character = query[index] ?? '';
    if (quote === '') {
      if (character === '#') {
        const end = query.indexOf('\n', index);
        if (end === -1 || end >= offset) return true;
        index = end;
      } else if (`"'\``.includes(character)) quote = character;
    } else if (character === '\\' && quote !== '`') index++;
    else if (character === quote) quote = '';
  }
  return quote !== '';
}

function substituted(query: string, places: readonly (Span & { readonly text: string })[], open: boolean): Substituted {
  let text = '';
  let end = 0;
  const pieces = places.map((place) => {
    text += query.slice(end, place.start);
    const start = text.length;
    text += place.text;
    end = place.end;
    return { start, end: text.length, place };
  });
  text += query.slice(end);
  const back = (offset: number, edge: 'start' | 'end'): number => {
    let shift = 0;
    for (const piece of pieces) {
      const inside =
        edge === 'start' ? offset >= piece.start && offset < piece.end : offset > piece.start && offset <= piece.end;
      if (inside) return piece.place[edge];
      if (piece.end > offset) break;
      shift = piece.place.end - piece.end;
    }
    return offset + shift;
  };
  return {
    text,
    open,
    variable: (span) => pieces.some((piece) => piece.start < span.end && piece.end > span.start),
    original: (span) => {
      const start = back(span.start, 'start');
      return { start, end: span.end === span.start ? start : back(span.end, 'end') };
    },
  };
}
