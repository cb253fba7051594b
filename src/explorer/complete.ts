import { findFunction } from '../promql/functions/table.ts';
import { printLabelName, printMetricSelector } from '../promql/print.ts';
import { quote } from '../promql/syntax/quote.ts';
import type { MetricMetadata, Source } from '../source/source.ts';
import { type Answer, type ServerWords, serverWords } from './complete-answers.ts';
import { type Argument, type Place, placeAt } from './complete-place.ts';
import { NameList, type Ranked, tierOf } from './complete-rank.ts';
import {
  CALLS,
  FREQUENT,
  instantItems,
  keywordItem,
  OF_COUNTERS,
  offsetItems,
  rangeItems,
  stepItems,
} from './complete-words.ts';
import type { Completer, CompletionItem, Completions } from './completion.ts';
import { familiesOf, type Metric } from './metrics.ts';

export type CompleterOptions = {
  readonly source: Source;
  /** The moment queries are about, in milliseconds since 1970: names of series around it are offered. */
  readonly nowMs: () => number;
  /** The clock on the wall, by which answers grow old. Milliseconds. */
  readonly clockMs: () => number;
  /** Words besides PromQL, such as the commands of the prompt; the first that has something to say is heard. */
  readonly extras?: readonly ExtraWords[];
  /** At most so many names of one kind; as many as a menu shows when absent. */
  readonly most?: number;
};

/** Words of the caller for this place; `only` leaves those of PromQL out. Undefined: nothing to say here. */
export type ExtraWords = (text: string, cursor: number) => (Completions & { readonly only: boolean }) | undefined;

/** Offers the words of PromQL and of one server. `close` ends what is being asked. */
export function promqlCompleter(options: CompleterOptions): { readonly complete: Completer; close(): void } {
  const words = serverWords(options.source, options.nowMs, options.clockMs);
  const complete: Completer = (text, cursor) => {
    const extra = options.extras?.map((words) => words(text, cursor)).find((found) => found !== undefined);
    if (extra?.only === true) return { now: { from: extra.from, items: extra.items } };
    if (text.length > LONGEST_TEXT)
      return { now: { from: cursor, items: [], note: 'the query is too long to complete' } };
    const place = placeAt(text, cursor);
    const around = { behind: text.slice(cursor), words, most: options.most ?? MOST_SHOWN };
    const look = () => withExtra(offered(place, around, options.nowMs()), extra);
    const found = look();
    if (found.waiting.length === 0) return { now: found.completions };
    return { now: found.completions, later: Promise.all(found.waiting).then(() => settled(look)) };
  };
  return { complete, close: () => words.close() };
}

/** A longer text is pasted, not typed. */
const LONGEST_TEXT = 20_000;
/** No menu shows more. */
const MOST_SHOWN = 100;

type Found = { readonly completions: Completions; readonly waiting: readonly Promise<void>[] };

/** What is asked next depends on some answers, so there may be something to wait for again. */
async function settled(look: () => Found): Promise<Completions> {
  for (;;) {
    const { completions, waiting } = look();
    if (waiting.length === 0) return completions;
    await Promise.all(waiting);
  }
}

function withExtra(found: Found, extra: Completions | undefined): Found {
  const { completions } = found;
  if (extra === undefined || (completions.items.length > 0 && extra.from !== completions.from)) return found;
  return { ...found, completions: { ...completions, from: extra.from, items: [...extra.items, ...completions.items] } };
}

/** What lies behind the cursor, who is asked, and how many names are shown. */
type Around = { readonly behind: string; readonly words: ServerWords; readonly most: number };

function offered(place: Place, around: Around, nowMs: number): Found {
  switch (place.kind) {
    case 'nothing':
      return known({ from: 0, items: [] });
    case 'expression':
      return expressionWords(place, around);
    case 'label':
      return labelWords(place, around);
    case 'value':
      return valueWords(place, around);
    case 'name-text':
      return nameWords(place, around);
    case 'range':
      return inWindow(place.from, around, (ms) => rangeItems(place.word, ms, place.needsSubquery));
    case 'step':
      return inWindow(place.from, around, (ms) => stepItems(place.word, ms));
    case 'offset':
      return known({ from: place.from, items: offsetItems(place.word) });
    case 'instant':
      return known({
        from: place.from,
        items: instantItems(nowMs).filter(({ label }) => label.startsWith(place.word)),
      });
  }
}

function known(completions: Completions): Found {
  return { completions, waiting: [] };
}

type PlaceOf<K extends Place['kind']> = Extract<Place, { kind: K }>;

function expressionWords(place: PlaceOf<'expression'>, { behind, words, most }: Around): Found {
  const { word, from, argument } = place;
  const called = behind.startsWith('(');
  const range = takesRange(argument);
  const own = [...(place.operand && !(range && word === '') ? CALLS : []), ...place.keywords.map(keywordItem)].flatMap(
    (item) => rated(word, item, ownWeight(item, range)),
  );
  if (!place.operand) return known({ from, items: inOrder(own) });
  const names = words.names();
  const metadata = names.state === 'known' ? words.metadata() : names;
  const list = told(names) ?? NO_NAMES;
  const best = list.best(word, most);
  const described = told(metadata as Answer<Described>) ?? NOT_DESCRIBED;
  const metrics = metricItems(best.ranked, described).map(({ item, metric, tier }) => ({
    item: { ...item, insert: printMetricSelector(item.label) },
    tier,
    weight: metricWeight(item.label, metric, argument),
  }));
  // Functions are few: they stay within reach when nothing is typed and the server has thousands of names.
  const shown = word === '' ? metrics.slice(0, most / 2) : metrics;
  const items = inOrder([...shown, ...own]).slice(0, word === '' ? undefined : most);
  const bare = called ? items.map((item) => ({ ...item, insert: item.insert.replace(/ ?\($/, '') })) : items;
  const note = noteOf(names) ?? cutNote(best.fitting, shown.length, best.stopped);
  return found({ from, items: bare, ...note }, [names, metadata]);
}

function nameWords({ from, word, mark }: PlaceOf<'name-text'>, { behind, words, most }: Around): Found {
  const names = words.names();
  const metadata = names.state === 'known' ? words.metadata() : names;
  const best = (told(names) ?? NO_NAMES).best(word, most);
  const described = told(metadata as Answer<Described>) ?? NOT_DESCRIBED;
  const items = metricItems(best.ranked, described).flatMap(({ item }) => quoted(item, item.label, mark, true, behind));
  return found({ from, items, ...(noteOf(names) ?? cutNote(best.fitting, items.length, best.stopped)) }, [
    names,
    metadata,
  ]);
}

function labelWords(place: PlaceOf<'label'>, { behind, words, most }: Around): Found {
  const { from, word, mark, match, list } = place;
  const labels = answerFor(match, (selector) => words.labels(selector));
  const best = (told(labels) ?? NO_NAMES).best(word, most);
  const assigns = list === 'matchers' && !/^\s*[=!]/.test(behind);
  const items = best.ranked
    .filter(({ name }) => name !== '__name__')
    .flatMap(({ name }): readonly CompletionItem[] => {
      const item: CompletionItem = { kind: 'label', label: name, insert: name };
      if (mark !== undefined) return quoted(item, name, mark, true, behind);
      return [{ ...item, insert: printLabelName(name) + (assigns ? '=' : '') }];
    });
  return found({ from, items, ...(noteOf(labels) ?? emptyNote(labels)) }, [labels]);
}

function valueWords(place: PlaceOf<'value'>, { behind, words, most }: Around): Found {
  const { from, word, label, match, mark, opened, regex } = place;
  const values = answerFor(match, (selector) => words.values(label, selector));
  const best = (told(values) ?? NO_NAMES).best(word, most);
  const items = best.ranked.flatMap(({ name }) => {
    const item: CompletionItem = { kind: 'value', label: name, insert: name };
    return quoted(item, regex ? escapedForRegex(name) : name, mark, opened, behind);
  });
  const note = noteOf(values) ?? emptyNote(values) ?? cutNote(best.fitting, items.length, best.stopped);
  return found({ from, items, ...note }, [values]);
}

function inWindow(
  from: number,
  { behind, words }: Around,
  itemsFor: (intervalMs: number) => readonly CompletionItem[],
): Found {
  const interval = words.intervalMs();
  const close = /^\s*[\]:]/.test(behind) ? '' : ']';
  const items = itemsFor(told(interval) ?? 0).map((item) => ({ ...item, insert: item.insert + close }));
  return found({ from, items }, [interval]);
}

/** A selector the server does not take, such as one that everything fits, is asked about everything instead. */
function answerFor<T>(match: string | undefined, ask: (match: string | undefined) => Answer<T>): Answer<T> {
  const answer = ask(match);
  return answer.state === 'refused' && match !== undefined ? ask(undefined) : answer;
}

type Described = ReadonlyMap<string, readonly MetricMetadata[]>;

const NO_NAMES = new NameList([]);
const NOT_DESCRIBED: Described = new Map();

function told<T>(answer: Answer<T>): T | undefined {
  return answer.state === 'known' ? answer.value : undefined;
}

function found(completions: Completions, answers: readonly Answer<unknown>[]): Found {
  const waiting = answers.flatMap((answer) => (answer.state === 'asking' ? [answer.settled] : []));
  return { completions, waiting };
}

type Note = { readonly note: string } | undefined;

function noteOf(answer: Answer<unknown>): Note {
  if (answer.state === 'asking') return { note: 'the server is still being asked for names' };
  if (answer.state === 'silent') return { note: 'the server does not answer: its names are not offered' };
  return answer.state === 'refused' ? { note: 'the server does not tell its names' } : undefined;
}

function emptyNote(answer: Answer<NameList>): Note {
  const none = answer.state === 'known' && answer.value.names.length === 0;
  return none ? { note: 'no series of the last 12 hours fits what is typed' } : undefined;
}

function cutNote(fitting: number, shown: number, stopped: boolean): Note {
  return fitting > shown
    ? { note: `${shown} of ${stopped ? 'more than ' : ''}${fitting} that fit: type on` }
    : undefined;
}

type Weighed = { readonly item: CompletionItem; readonly tier: number; readonly weight: number };

function rated(word: string, item: CompletionItem, weight: number): readonly Weighed[] {
  const tier = word === '' ? 1 : tierOf(word, item.label);
  return tier === undefined ? [] : [{ item, tier, weight }];
}

function inOrder(items: readonly Weighed[]): readonly CompletionItem[] {
  return [...items].sort((a, b) => a.tier - b.tier || a.weight - b.weight).map(({ item }) => item);
}

/** Among equally good fits: what queries are mostly made of, metrics, all other words. */
function ownWeight({ label, kind }: CompletionItem, range: boolean): number {
  if (kind === 'keyword') return 3;
  return FREQUENT.has(label) && !range ? 0 : 4;
}

/** Parts of histograms and summaries are counters as well. */
function metricWeight(name: string, metric: Metric | undefined, argument: Argument | undefined): number {
  if (argument === undefined || !OF_COUNTERS.has(argument.name)) return 2;
  const counts = metric?.type === 'counter' || (metric !== undefined && metric.name !== name);
  return counts ? 1 : 2;
}

function takesRange(argument: Argument | undefined): boolean {
  return argument !== undefined && findFunction(argument.name)?.args[argument.position] === 'matrix';
}

type MetricItem = { readonly item: CompletionItem; readonly metric: Metric | undefined; readonly tier: number };

function metricItems(ranked: readonly Ranked[], described: Described): readonly MetricItem[] {
  const families = familiesOf(
    ranked.map(({ name }) => name),
    described,
  );
  const byName = new Map(families.flatMap((metric) => metric.names.map((name) => [name, metric] as const)));
  return ranked.map(({ name, tier }) => {
    const metric = byName.get(name);
    const detail = metric === undefined || metric.type === 'unknown' ? {} : { detail: typeText(name, metric) };
    const help = metric === undefined || metric.help === '' ? {} : { help: metric.help };
    return { item: { kind: 'metric', label: name, insert: name, ...detail, ...help }, metric, tier };
  });
}

/** Of a histogram or summary, which part of it the series are. */
function typeText(name: string, { name: family, type }: Metric): string {
  const part = name.slice(family.length + 1);
  return part === '' ? type : `${type}: ${part}`;
}

/** A text in quotes; where a backtick has to stand between backticks it cannot be written, and is not offered. */
function quoted(
  item: CompletionItem,
  text: string,
  mark: string,
  opened: boolean,
  behind: string,
): readonly CompletionItem[] {
  const inner = escaped(text, mark);
  if (inner === undefined) return [];
  const ends = behind.startsWith(mark) || /^[^\s,)}\]]/.test(behind);
  return [{ ...item, insert: (opened ? '' : mark) + inner + (opened && ends ? '' : mark) }];
}

function escaped(text: string, mark: string): string | undefined {
  if (mark === '`') return text.includes('`') ? undefined : text;
  const inner = quote(text).slice(1, -1);
  return mark === "'" ? inner.replaceAll('\\"', '"').replaceAll("'", "\\'") : inner;
}

/** The value itself as a regular expression; only what RE2 gives a meaning is escaped. */
function escapedForRegex(value: string): string {
  return value.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
}
