/** What an offered word is; the menu says it beside the word. */
export type CompletionKind =
  | 'metric'
  | 'label'
  | 'value'
  | 'function'
  | 'aggregation'
  | 'keyword'
  | 'window'
  | 'command';

/** One offered word. Labels, details and help may come from a server: made safe where they are drawn. */
export type CompletionItem = {
  readonly kind: CompletionKind;
  /** What the menu shows, such as `rate`. */
  readonly label: string;
  /** What replaces the text between `from` and the cursor, such as `rate(`. */
  readonly insert: string;
  /** In a few words: a metric's type, a function's signature. */
  readonly detail?: string;
  /** One sentence: a metric's help text, what a function does. */
  readonly help?: string;
};

/** What can stand at the cursor, best first. */
export type Completions = {
  /** Where the word that is being typed begins, as an offset into the text. */
  readonly from: number;
  readonly items: readonly CompletionItem[];
  /** What the person should know about the list, such as that the server does not answer. */
  readonly note?: string;
};

/**
 * Offers words for the text with the cursor at this offset. Never waits: `now` is what is known at once, `later` what a
 * server may add to it (absent when there is nothing to wait for; never rejects).
 */
export type Completer = (
  text: string,
  cursor: number,
) => { readonly now: Completions; readonly later?: Promise<Completions> };
