import { URL_VARIABLES } from '../../client/server-url.ts';
import { nearest } from '../../lib/nearest.ts';
import { UsageError } from '../../model/errors.ts';
import { THEMES } from '../../model/theme.ts';
import { parseDuration } from '../specs/server-options.ts';
import { timeZone } from '../time-zone.ts';

/** One setting as data: the file, its comments, the checks, completion and the documentation read the same row. */
export type Setting = {
  readonly key: string;
  /** What stands for it when nobody says otherwise, as it would be written in the file. */
  readonly default: string;
  /** One or two sentences: what it decides. */
  readonly doc: string;
  /** What may be written, in words. */
  readonly takes: string;
  /** The values there are, where they can be counted: completion offers them. */
  readonly choices?: readonly string[];
  /** Environment variables that win over the file; the first that is set counts. */
  readonly env?: readonly string[];
  /** The option that wins over both. */
  readonly option?: string;
  /** From the text of the file to the value; throws `UsageError`. */
  readonly parse: (text: string) => unknown;
};

export const SETTINGS = [
  {
    key: 'server',
    default: '',
    doc: 'The server that is asked when the command line and the environment name none. Without it: the running stack, else localhost:9090. Lessons use the stack all the same.',
    takes: 'a name of `servers` below, or an address',
    env: URL_VARIABLES,
    option: '--server',
    parse: (text: string): string | undefined => text.trim() || undefined,
  },
  {
    key: 'theme',
    default: 'auto',
    doc: 'The colours. auto suits most terminals; high-contrast uses bold, underline and inverse instead of colours; none has no colours.',
    takes: THEMES.join(', '),
    choices: THEMES,
    option: '--color',
    parse: (text: string) => oneOf(THEMES, text, 'theme'),
  },
  {
    key: 'time_zone',
    default: 'local',
    doc: 'The time zone in which times are shown and read.',
    takes: 'local, UTC, or a name such as Europe/Paris',
    choices: ['local', 'UTC'],
    option: '--tz',
    parse: (text: string): string | undefined => (text.trim() === 'local' ? undefined : timeZone(text.trim())),
  },
  {
    key: 'accessible',
    default: 'false',
    doc: 'Plain text for screen readers: no colours, no boxes, no drawings.',
    takes: 'true or false',
    choices: ['true', 'false'],
    env: ['ACCESSIBLE'],
    option: '--accessible',
    parse: flag,
  },
  {
    key: 'ascii',
    default: 'auto',
    doc: 'Draw with ASCII characters only. auto does so where the locale is not UTF-8.',
    takes: 'auto, true or false',
    choices: ['auto', 'true', 'false'],
    option: '--ascii',
    parse: (text: string): boolean | undefined => (text.trim() === 'auto' ? undefined : flag(text)),
  },
  {
    key: 'history',
    default: 'true',
    doc: 'Whether `explore` remembers what was typed, a file for each server.',
    takes: 'true or false',
    choices: ['true', 'false'],
    parse: flag,
  },
  {
    key: 'refresh',
    default: '5s',
    doc: 'How often `dashboard` and `\\watch` ask again when nobody says how often.',
    takes: 'a duration of a second or more',
    choices: ['5s', '15s', '1m'],
    parse: (text: string): number => durationFrom(text, 1_000),
  },
  {
    key: 'range',
    default: '1h',
    doc: 'How far back charts go when nobody says how far.',
    takes: 'a duration of a minute or more',
    choices: ['1h', '6h', '1d'],
    parse: (text: string): number => durationFrom(text, 60_000),
  },
] as const satisfies readonly Setting[];

export type SettingKey = (typeof SETTINGS)[number]['key'];

/** The values in use, parsed. Durations are milliseconds. */
export type Settings = { readonly [S in (typeof SETTINGS)[number] as S['key']]: ReturnType<S['parse']> };

/** The row of a key; throws `UsageError` that names what it may have meant. */
export function settingOf(key: string): Setting & { readonly key: SettingKey } {
  const found = SETTINGS.find((one) => one.key === key);
  if (found !== undefined) return found;
  const keys = SETTINGS.map((one) => one.key);
  const [meant] = nearest(key, keys, 1);
  throw new UsageError(`there is no setting "${key}"`, {
    hint: meant === undefined ? `There are ${keys.join(', ')}, and servers.NAME.KEY.` : `Did you mean "${meant}"?`,
  });
}

/** What people write for yes and no. */
const FLAGS: { readonly [text: string]: boolean | undefined } = {
  true: true,
  yes: true,
  on: true,
  false: false,
  no: false,
  off: false,
};

function flag(text: string): boolean {
  const word = text.trim().toLowerCase();
  const value = Object.hasOwn(FLAGS, word) ? FLAGS[word] : undefined;
  if (value === undefined) throw new UsageError(`"${text}" is neither true nor false`);
  return value;
}

function oneOf<const T extends string>(choices: readonly T[], text: string, what: string): T {
  const found = choices.find((one) => one === text.trim());
  if (found !== undefined) return found;
  const [meant] = nearest(text, choices, 1);
  throw new UsageError(`unknown ${what} "${text}"${meant === undefined ? '' : `; did you mean ${meant}?`}`, {
    hint: `There are ${choices.join(', ')}.`,
  });
}

function durationFrom(text: string, leastMs: number): number {
  const ms = parseDuration(text.trim());
  if (ms >= leastMs) return ms;
  throw new UsageError(`"${text}" is too short; it takes ${leastMs >= 60_000 ? 'a minute' : 'a second'} or more`);
}
