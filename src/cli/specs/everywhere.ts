import type { OptionSpec } from '../spec.ts';
import { localZone, timeZone } from '../time-zone.ts';

/** Options of every command; they may stand before or after the command's name. */
export const GLOBAL_OPTIONS = [
  { key: 'json', flags: '--json', help: 'print JSON on stdout and nothing else there' },
  { key: 'input', flags: '--no-input', help: 'never ask anything' },
  { key: 'color', flags: '--color <when>', help: 'auto, always or never', choices: ['auto', 'always', 'never'] },
  { key: 'ascii', flags: '--ascii', help: 'draw with ASCII characters only' },
  { key: 'accessible', flags: '--accessible', help: 'plain text for screen readers (also: ACCESSIBLE=1)' },
  {
    key: 'tz',
    flags: '--tz <zone>',
    help: 'time zone of shown times, such as UTC, local or Europe/Paris',
    parse: zoneName,
  },
  { key: 'config', flags: '--config <file>', help: 'settings from this file (also: PROM_TUTOR_CONFIG)' },
  { key: 'debug', flags: '--debug', help: 'show requests, timings and stacks on stderr' },
] as const satisfies readonly OptionSpec[];

function zoneName(text: string): string {
  return text === 'local' ? localZone() : timeZone(text);
}
