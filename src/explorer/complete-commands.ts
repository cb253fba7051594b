import type { Completer, CompletionItem, Completions } from './completion.ts';
import { EXPLORE_COMMANDS, type ExploreCommandRow, usageOf } from './explore-commands.ts';

/** Words that only the prompt knows; asked anew for each completion. */
export type PromptWords = {
  readonly named: () => readonly string[];
  readonly servers: () => readonly string[];
  /** Moments with a name. */
  readonly moments: () => readonly string[];
};

/** Completes the `\` commands and what stands behind them; all other text is for `base`. */
export function exploreCompleter(base: Completer, words: PromptWords): Completer {
  return (text, cursor) => {
    const command = /^\s*\\([A-Za-z?]*)(!?\s+)?/.exec(text);
    if (command === null) return base(text, cursor);
    const [whole, typed = '', gap] = command;
    if (gap === undefined || cursor < whole.length) return { now: commandNames(text, typed) };
    const row = EXPLORE_COMMANDS.find(({ name }) => name === typed);
    return row === undefined ? NOTHING(cursor) : behind(row, { text, cursor, from: whole.length }, base, words);
  };
}

type Place = { readonly text: string; readonly cursor: number; readonly from: number };
type Found = ReturnType<Completer>;

const NOTHING = (cursor: number): Found => ({ now: { from: cursor, items: [] } });

function commandNames(text: string, typed: string): Completions {
  const items = EXPLORE_COMMANDS.filter(({ name }) => name.startsWith(typed)).map(
    (row: ExploreCommandRow): CompletionItem => ({
      kind: 'command',
      label: `\\${row.name}`,
      insert: row.args === '' ? `\\${row.name}` : `\\${row.name} `,
      detail: usageOf(row)
        .slice(row.name.length + 1)
        .trim(),
      help: row.help,
    }),
  );
  return { from: text.indexOf('\\'), items };
}

function behind(row: ExploreCommandRow, place: Place, base: Completer, words: PromptWords): Found {
  const { text, cursor, from } = place;
  const typed = text.slice(from, cursor);
  switch (row.takes) {
    case 'query':
    case 'metric':
      return shifted(base, text.slice(from), cursor - from, from);
    case 'label': {
      const lead = 'count by (';
      return shifted(base, `${lead}${typed}`, lead.length + typed.length, from - lead.length);
    }
    case 'duration': {
      const first = /^\S*(?:\s+|$)/.exec(typed)?.[0] ?? '';
      if (first.trimEnd() !== first || /^[^\d]/.test(typed)) {
        const skip = /^\d/.test(typed) ? first.length : 0;
        return shifted(base, text.slice(from + skip), cursor - from - skip, from + skip);
      }
      return { now: listed(row.name === 'watch' ? INTERVALS : RANGES, typed, from) };
    }
    case 'time':
      return { now: listed([...words.moments(), ...AGO], typed, from) };
    case 'named':
      return { now: listed(words.named(), typed, from) };
    case 'server':
      return { now: listed(words.servers(), typed, from) };
    default:
      return NOTHING(cursor);
  }
}

const INTERVALS = ['1s', '5s', '15s', '30s', '1m'] as const;
const RANGES = ['15m', '1h', '3h', '6h', '1d'] as const;
const AGO = ['now', 'now-5m', 'now-1h', 'now-1d'] as const;

function listed(words: readonly string[], typed: string, from: number): Completions {
  const fitting = words.filter((word) => word.startsWith(typed));
  return { from, items: fitting.map((word) => ({ kind: 'command', label: word, insert: word })) };
}

/** What `base` offers for a text that begins somewhere else than the line. */
function shifted(base: Completer, text: string, cursor: number, by: number): Found {
  const { now, later } = base(text, cursor);
  const moved = (completions: Completions) => ({ ...completions, from: completions.from + by });
  return { now: moved(now), ...(later === undefined ? {} : { later: later.then(moved) }) };
}
