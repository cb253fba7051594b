import type { Completer, CompletionItem, Completions } from '../explorer/completion.ts';
import { wordInMenu } from '../render/lesson-words.ts';
import type { Source } from '../source/source.ts';
import type { Word } from '../tutor/session-words.ts';

/** What is offered while an answer is typed. */
export type LessonCompletion = {
  /** The words that do something now, and PromQL. `metrics`: their names, which words must not hide. */
  completer(words: readonly Word[], metrics: ReadonlySet<string>): Completer;
  /** Ends what is being asked of the server. */
  close(): void;
};

export type CompletionRoom = {
  readonly source: Source;
  /** The moment queries are about, and the clock on the wall: milliseconds since 1970. */
  readonly nowMs: () => number;
  readonly clockMs: () => number;
};

type Queries = { readonly complete: Completer; close(): void };

/** The grammar that completion reads takes a while to load: it is loaded when the first key is pressed. */
export function lessonCompletion(room: CompletionRoom): LessonCompletion {
  let loading: Promise<void> | undefined;
  let queries: Queries | undefined;
  let closed = false;
  const load = async () => {
    const { promqlCompleter } = await import('../explorer/complete.ts');
    queries = promqlCompleter(room);
    if (closed) queries.close();
  };
  return {
    completer: (words, metrics) => (text, cursor) => {
      const own = wordsFor(text, cursor, words, metrics);
      if (queries !== undefined) return joined(own, queries.complete(text, cursor));
      loading ??= load();
      const later = loading.then(() => {
        const found = queries?.complete(text, cursor);
        if (found === undefined) return own;
        const both = joined(own, found);
        return both.later ?? both.now;
      });
      return { now: own, later };
    },
    close() {
      closed = true;
      queries?.close();
    },
  };
}

/** A word stands alone on its line; one that is also a metric is typed with a colon. */
function wordsFor(text: string, cursor: number, words: readonly Word[], metrics: ReadonlySet<string>): Completions {
  const [, blank = '', colon = '', typed] = /^(\s*)(:?)([a-z?-]*)$/i.exec(text.slice(0, cursor)) ?? [];
  if (typed === undefined || text.slice(cursor).trim() !== '') return { from: cursor, items: [] };
  const items = words.map(wordInMenu).flatMap(({ typed: word, help }): CompletionItem[] => {
    if (!word.startsWith(typed.toLowerCase())) return [];
    const insert = colon !== '' || metrics.has(word) ? `:${word}` : word;
    return [{ kind: 'command', label: insert, insert, detail: help }];
  });
  return { from: blank.length, items };
}

type Found = ReturnType<Completer>;

function joined(own: Completions, { now, later }: Found): Found {
  const both = (found: Completions) => withWords(own, found);
  return later === undefined ? { now: both(now) } : { now: both(now), later: later.then(both) };
}

function withWords(own: Completions, found: Completions): Completions {
  if (own.items.length === 0) return found;
  return own.from === found.from ? { ...found, items: [...own.items, ...found.items] } : own;
}
