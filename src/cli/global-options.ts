import { URL_VARIABLES } from '../client/server-url.ts';
import { PROSE_WIDTH, type Style } from '../render/style.ts';
import { type FileConfig, NO_FILE, settledConfig, type Winning } from './config/config.ts';
import type { Settings } from './config/settings.ts';
import type { Context } from './context.ts';
import type { Io, Output } from './io.ts';
import { localZone } from './time-zone.ts';

export { GLOBAL_OPTIONS } from './specs/everywhere.ts';

export type GlobalOptions = {
  readonly json?: boolean;
  readonly input?: boolean;
  readonly color?: 'auto' | 'always' | 'never';
  readonly ascii?: boolean;
  readonly accessible?: boolean;
  readonly tz?: string;
  readonly config?: string;
  readonly debug?: boolean;
};

/** What a command works with, decided from the options, the environment, the settings file and the two streams. */
export function contextOf(io: Io, options: GlobalOptions, file: FileConfig = NO_FILE): Context {
  const config = settledConfig(file, winningOver(file, io, options));
  const style = styleOf(io, io.stdout, options, config.settings);
  return {
    io,
    style,
    errStyle: styleOf(io, io.stderr, options, config.settings),
    config,
    json: options.json === true,
    // Standard input last: asking opens it.
    interactive: options.input !== false && !isCi(io) && isTerminal(io),
    debug: options.debug === true,
    out: (text) => io.stdout.write(`${text}\n`),
    note: (text) => io.stderr.write(`${text}\n`),
  };
}

/** What options and environment say about settings. An option can turn a switch on; ACCESSIBLE=0 turns it off, too. */
function winningOver(file: FileConfig, io: Io, options: GlobalOptions): Winning {
  const url = URL_VARIABLES.find((name) => (io.env[name] ?? '').trim() !== '');
  const accessible = io.env.ACCESSIBLE;
  return {
    ...(url === undefined ? {} : { server: { value: io.env[url]?.trim(), origin: `$${url}` as const } }),
    ...(accessible === undefined || accessible === ''
      ? {}
      : { accessible: { value: isSet(accessible), origin: '$ACCESSIBLE' as const } }),
    ...(options.accessible === true ? { accessible: { value: true, origin: 'option' as const } } : {}),
    ...(options.ascii === true ? { ascii: { value: true, origin: 'option' as const } } : {}),
    ...(options.tz === undefined ? {} : { time_zone: { value: options.tz, origin: 'option' as const } }),
    // Who asks for colours gets some.
    ...((options.color === 'always' || isSet(io.env.FORCE_COLOR)) && file.given.theme === 'none'
      ? { theme: { value: 'auto' as const, origin: 'option' as const } }
      : {}),
  };
}

function styleOf(io: Io, output: Output, options: GlobalOptions, settings: Settings): Style {
  const { accessible, theme } = settings;
  return {
    // Where every line is read aloud, or magnified, none is longer than prose.
    width: accessible ? Math.min(PROSE_WIDTH, widthOf(io, output)) : widthOf(io, output),
    colour: !accessible && theme !== 'none' && coloured(io, output, options.color ?? 'auto'),
    ascii: settings.ascii ?? !speaksUtf8(io),
    accessible,
    timeZone: settings.time_zone ?? localZone(),
    theme,
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

/**
 * Whether somebody sits at both ends. The window of Git Bash and MSYS2 counts, too: without a pseudo-console programs of
 * Windows see pipes there, so lines can be asked for and single keys cannot.
 * https://github.com/mintty/mintty/wiki/Tips#inputoutput-interaction-with-alien-programs
 */
function isTerminal(io: Io): boolean {
  if (io.stdout.isTTY) return io.stdin.isTTY === true;
  return (
    io.platform === 'win32' && isSet(io.env.MSYSTEM) && io.env.TERM_PROGRAM === 'mintty' && io.stdin.isTTY !== true
  );
}

function isCi(io: Io): boolean {
  return isSet(io.env.CI);
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0' && value !== 'false';
}
