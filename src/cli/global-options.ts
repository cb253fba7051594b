import { UsageError } from '../model/errors.ts';
import type { Style } from '../render/style.ts';
import type { Context } from './context.ts';
import type { Io, Output } from './io.ts';
import type { OptionSpec } from './spec.ts';

/** Options of every command; they may stand before or after the command's name. */
export const GLOBAL_OPTIONS = [
  { key: 'json', flags: '--json', help: 'print JSON on stdout and nothing else there' },
  { key: 'input', flags: '--no-input', help: 'never ask anything' },
  { key: 'color', flags: '--color <when>', help: 'auto, always or never', choices: ['auto', 'always', 'never'] },
  { key: 'ascii', flags: '--ascii', help: 'draw with ASCII characters only' },
  { key: 'accessible', flags: '--accessible', help: 'plain text for screen readers (also: ACCESSIBLE=1)' },
  { key: 'tz', flags: '--tz <zone>', help: 'time zone of shown times, such as UTC or Europe/Paris', parse: timeZone },
  { key: 'debug', flags: '--debug', help: 'show requests, timings and stacks on stderr' },
] as const satisfies readonly OptionSpec[];

export type GlobalOptions = {
  readonly json?: boolean;
  readonly input?: boolean;
  readonly color?: 'auto' | 'always' | 'never';
  readonly ascii?: boolean;
  readonly accessible?: boolean;
  readonly tz?: string;
  readonly debug?: boolean;
};

/** What a command works with, decided from the options, the environment and the two streams. */
export function contextOf(io: Io, options: GlobalOptions): Context {
  const style = styleOf(io, io.stdout, options);
  return {
    io,
    style,
    errStyle: styleOf(io, io.stderr, options),
    json: options.json === true,
    interactive: options.input !== false && io.stdin.isTTY === true && io.stdout.isTTY && !isCi(io),
    debug: options.debug === true,
    out: (text) => io.stdout.write(`${text}\n`),
    note: (text) => io.stderr.write(`${text}\n`),
  };
}

function styleOf(io: Io, output: Output, options: GlobalOptions): Style {
  const accessible = options.accessible === true || isSet(io.env.ACCESSIBLE);
  return {
    width: widthOf(io, output),
    colour: !accessible && coloured(io, output, options.color ?? 'auto'),
    ascii: options.ascii === true || !speaksUtf8(io),
    accessible,
    timeZone: options.tz ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
}

function widthOf(io: Io, output: Output): number {
  const told = Number(io.env.COLUMNS);
  if (Number.isInteger(told) && told >= 20) return told;
  return Math.max(20, output.columns() ?? 80);
}

/** https://no-color.org: any non-empty NO_COLOR turns colour off. FORCE_COLOR and --color win over it. */
function coloured(io: Io, output: Output, when: 'auto' | 'always' | 'never'): boolean {
  if (when !== 'auto') return when === 'always';
  const force = io.env.FORCE_COLOR;
  if (force !== undefined && force !== '') return force !== '0' && force !== 'false';
  if (isSet(io.env.NO_COLOR) || isSet(io.env.PROM_TUTOR_NO_COLOR)) return false;
  return output.isTTY && io.env.TERM !== 'dumb' && !isCi(io);
}

/** Windows Terminal and the consoles Node 20 supports draw UTF-8; elsewhere the locale says so. */
function speaksUtf8(io: Io): boolean {
  if (io.platform === 'win32') return true;
  const locale = io.env.LC_ALL || io.env.LC_CTYPE || io.env.LANG;
  if (locale === undefined || locale === '') return io.platform === 'darwin' || !io.stdout.isTTY;
  return /utf-?8/i.test(locale);
}

function isCi(io: Io): boolean {
  return isSet(io.env.CI);
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0' && value !== 'false';
}

function timeZone(text: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone;
  } catch {
    throw new UsageError(`unknown time zone "${text}"`, { hint: 'Use a name such as UTC, local or Europe/Paris.' });
  }
}
