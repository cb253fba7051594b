/** How well a word fits what is typed; smaller is better. */
export type Tier = 0 | 1 | 2 | 3 | 4 | 5;

/**
 * Equal, begins with it, a part of it begins with it, holds it, is begun in several of its parts, has its
 * letters in their order; undefined: not at all.
 */
export function tierOf(word: string, candidate: string): Tier | undefined {
  const wanted = word.toLowerCase();
  const name = candidate.toLowerCase();
  if (name.startsWith(wanted)) return name.length === wanted.length ? 0 : 1;
  const at = name.indexOf(wanted);
  if (at < 0) return inOrder(wanted, name) ? scatteredTier(wanted, name) : undefined;
  return beginsPart(name, wanted, at) ? 2 : 3;
}

export type Ranked = { readonly name: string; readonly tier: Tier };

/** The best of a list, and how many fit: exactly, or at least as many where the search stopped. */
export type Best = { readonly ranked: readonly Ranked[]; readonly fitting: number; readonly stopped: boolean };

/** Names that are looked through for letters in their order: the others of a huge server are found by a part of their name. */
const MOST_COMPARED = 20_000;
/** Hits inside names that are told apart before the search stops. */
const MOST_INSIDE = 2_000;

/**
 * Names of a server, made ready once so that every keystroke finds the best among 200,000 of them: what begins with the
 * word by halving the sorted list, what holds it in one text of all names.
 */
export class NameList {
  readonly names: readonly string[];
  readonly #lower: readonly string[];
  /** All names, one a line, with where each begins. */
  readonly #text: string;
  readonly #starts: Uint32Array;

  constructor(names: readonly string[]) {
    const lower = names.map(lowered);
    // Servers send names in their order, and sorting 200,000 of them again would be felt.
    const sorted = lower.every((name, index) => index === 0 || (lower[index - 1] ?? '') <= name);
    const order = sorted ? undefined : [...lower.keys()].sort((a, b) => ((lower[a] ?? '') < (lower[b] ?? '') ? -1 : 1));
    this.names = order?.map((index) => names[index] ?? '') ?? names;
    this.#lower = order?.map((index) => lower[index] ?? '') ?? lower;
    this.#text = this.#lower.join('\n');
    this.#starts = new Uint32Array(names.length);
    let at = 0;
    for (const [index, name] of this.#lower.entries()) {
      this.#starts[index] = at;
      at += name.length + 1;
    }
  }

  /** At most `most` names that fit, best first; among equals in the order of names. */
  best(word: string, most: number): Best {
    const wanted = lowered(word);
    const { length } = this.names;
    if (wanted === '') return { ranked: this.#take(0, Math.min(most, length), 1), fitting: length, stopped: false };
    const first = this.#firstFrom(wanted);
    let end = first;
    while (end < length && end - first < most && this.#lower[end]?.startsWith(wanted)) end++;
    const begins = this.#take(first, end, 1).map((one) =>
      one.name.length === word.length ? { ...one, tier: 0 as const } : one,
    );
    if (begins.length >= most) return { ranked: begins, fitting: this.#endOf(wanted, first) - first, stopped: false };
    const inside = this.#inside(wanted, first, end);
    const scattered = inside.hits.length + begins.length >= most ? [] : this.#scattered(wanted);
    const ranked = [...begins, ...inside.hits.sort((a, b) => a.tier - b.tier), ...scattered];
    const stopped = inside.stopped || length > MOST_COMPARED;
    return { ranked: ranked.slice(0, most), fitting: ranked.length, stopped };
  }

  #take(from: number, to: number, tier: Tier): readonly Ranked[] {
    return this.names.slice(from, to).map((name) => ({ name, tier }));
  }

  /** The first place whose name is not before the word. */
  #firstFrom(wanted: string): number {
    let low = 0;
    let high = this.#lower.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#lower[middle] ?? '') < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Behind the last name that begins with the word. */
  #endOf(wanted: string, from: number): number {
    let low = from;
    let high = this.#lower.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#lower[middle]?.startsWith(wanted)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #inside(wanted: string, first: number, end: number): { readonly hits: Ranked[]; readonly stopped: boolean } {
    const hits: Ranked[] = [];
    let line = 0;
    for (let at = this.#text.indexOf(wanted); at >= 0; ) {
      line = this.#lineAt(at, line);
      const start = this.#starts[line] ?? 0;
      if (line < first || line >= end) {
        const name = this.names[line] ?? '';
        hits.push({ name, tier: beginsPart(this.#lower[line] ?? '', wanted, at - start) ? 2 : 3 });
        if (hits.length >= MOST_INSIDE) return { hits, stopped: true };
      }
      const next = this.#starts[line + 1];
      at = next === undefined ? -1 : this.#text.indexOf(wanted, next);
    }
    return { hits, stopped: false };
  }

  #lineAt(at: number, from: number): number {
    let low = from;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.#starts[middle] ?? 0) <= at) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #scattered(wanted: string): readonly Ranked[] {
    const found: Ranked[] = [];
    for (let index = 0; index < Math.min(this.names.length, MOST_COMPARED); index++) {
      const lower = this.#lower[index] ?? '';
      if (inOrder(wanted, lower) && !lower.includes(wanted)) {
        found.push({ name: this.names[index] ?? '', tier: scatteredTier(wanted, lower) });
      }
    }
    return found.sort((a, b) => a.tier - b.tier);
  }
}

/** In lower case and on one line, every character where it was. */
function lowered(name: string): string {
  const lower = name.toLowerCase();
  return (lower.length === name.length ? lower : name).replaceAll('\n', ' ');
}

/** Whether a hit somewhere in the name, the first being at `at`, stands at the begin of one of its parts. */
function beginsPart(name: string, wanted: string, at: number): boolean {
  for (let hit = at; hit >= 0; hit = name.indexOf(wanted, hit + 1)) {
    if (hit === 0 || /[^a-z0-9]/.test(name.charAt(hit - 1))) return true;
  }
  return false;
}

/** `ssetot` is the begin of two parts of `sse_errors_total`; letters from the middle of its parts are mostly chance. */
function scatteredTier(wanted: string, name: string): Tier {
  let at = -1;
  for (const letter of wanted) {
    at = name.charAt(at + 1) === letter ? at + 1 : partFrom(name, letter, at + 1);
    if (at < 0) return 5;
  }
  return 4;
}

/** Where the next part of the name begins with the letter. */
function partFrom(name: string, letter: string, from: number): number {
  let at = name.indexOf(letter, from);
  while (at > 0 && /[a-z0-9]/.test(name.charAt(at - 1))) at = name.indexOf(letter, at + 1);
  return at;
}

function inOrder(wanted: string, name: string): boolean {
  if (wanted.length < 2) return false;
  let at = -1;
  for (const letter of wanted) {
    at = name.indexOf(letter, at + 1);
    if (at < 0) return false;
  }
  return true;
}
