import { durationMs } from '../model/duration.ts';
import { UsageError } from '../model/errors.ts';
import { CHECKPOINT_NAMES, type CheckpointName, checkpointMs, type Scenario } from '../model/scenario.ts';

/** What a typed time is understood against. */
export type TimeGround = {
  readonly nowMs: number;
  /** IANA zone of clock times that name none. */
  readonly timeZone: string;
  /** The history of the bundled stack, when that is the server asked. */
  readonly scenario: Scenario | undefined;
};

/**
 * A moment as people type it, in milliseconds since 1970: `now`, `now-1h`, `1h` or `2d` (ago), `14:05` (the last time it
 * was that late), `2026-01-31 12:00`, RFC 3339, unix seconds, or a checkpoint such as `incident`, with or without `-5m`.
 * Throws `UsageError`; `option` is the one that was typed.
 */
export function timeArgument(text: string, option: string, ground: TimeGround): number {
  const typed = text.trim();
  const ms =
    relative(typed, option, ground) ??
    ago(typed, ground) ??
    unixSeconds(typed, option) ??
    calendar(typed, ground) ??
    clock(typed, ground);
  if (ms !== undefined && Number.isFinite(ms) && Math.abs(ms) <= LAST_INSTANT_MS) return ms;
  throw new UsageError(`${option} "${text}" is not a time`, {
    hint: 'Write now, now-1h, 1h (ago), 14:05, 2026-01-31T12:00:00Z, unix seconds, or a checkpoint such as incident.',
  });
}

/** Whether a typed time is a moment that only the history of the demo service has. */
export function namesCheckpoint(time = ''): boolean {
  return CHECKPOINT_NAMES.some((name) => time.trim().startsWith(name));
}

/** 31 December 9999: beyond it no Prometheus has samples, and Date ends soon. */
const LAST_INSTANT_MS = 253_402_300_799_000;

/** `now` or a checkpoint, and a duration before or after it. */
function relative(text: string, option: string, ground: TimeGround): number | undefined {
  const match = /^(now|[a-z]+(?:-[a-z]+)*)(?:\s*([+-])\s*(\d\w*))?$/i.exec(text);
  if (match === null) return undefined;
  const [, name = '', sign, length] = match;
  const shift = length === undefined ? 0 : durationMs(length);
  if (shift === undefined) return undefined;
  const base = name === 'now' ? ground.nowMs : checkpoint(name, option, ground);
  return base === undefined ? undefined : base + (sign === '-' ? -shift : shift);
}

function checkpoint(name: string, option: string, ground: TimeGround): number | undefined {
  if (!(CHECKPOINT_NAMES as readonly string[]).includes(name)) return undefined;
  if (ground.scenario === undefined) {
    throw new UsageError(
      `${option} ${name} is a moment in the history of the bundled stack, and that is not the server asked`,
      {
        hint: 'Start it with prom-tutor start, and leave -s and the variables that name a server out.',
      },
    );
  }
  return checkpointMs(ground.scenario, name as CheckpointName);
}

function ago(text: string, ground: TimeGround): number | undefined {
  if (!/[a-z]$/i.test(text)) return undefined;
  const ms = durationMs(text.replace(/^-/, ''));
  return ms === undefined ? undefined : ground.nowMs - ms;
}

function unixSeconds(text: string, option: string): number | undefined {
  if (!/^\d+(\.\d+)?$/.test(text)) return undefined;
  const seconds = Number(text);
  if (seconds * 1000 > LAST_INSTANT_MS) {
    throw new UsageError(`${option} ${text} looks like milliseconds; Prometheus counts seconds`, {
      hint: `Write ${option} ${seconds / 1000}`,
    });
  }
  return seconds * 1000;
}

/** A date, with or without a time of day and a zone; without a zone the time zone of the output counts. */
function calendar(text: string, ground: TimeGround): number | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/i.exec(text);
  if (match === null) return undefined;
  const [, day = '', minute = '00:00', second = ':00', zone] = match;
  const plain = `${day}T${minute}${second}`;
  return zone === undefined ? zonedMs(plain, ground.timeZone) : Date.parse(plain + zone.toUpperCase());
}

/** The last moment at which the clock showed that time. */
function clock(text: string, ground: TimeGround): number | undefined {
  const match = /^(\d{1,2}):(\d{2})(:\d{2})?$/.exec(text);
  if (match === null) return undefined;
  const [, hour = '', minute = '', second = ':00'] = match;
  const today = shownClock(ground.nowMs, ground.timeZone).slice(0, 10);
  const ms = zonedMs(`${today}T${hour.padStart(2, '0')}:${minute}${second}`, ground.timeZone);
  return ms !== undefined && ms > ground.nowMs ? ms - 86_400_000 : ms;
}

/** The moment at which a zone's clock shows `YYYY-MM-DDTHH:MM:SS`: guessed as UTC, then corrected by what it shows there. */
function zonedMs(plain: string, timeZone: string): number | undefined {
  const wanted = Date.parse(`${plain}Z`);
  if (Number.isNaN(wanted)) return undefined;
  let ms = wanted;
  for (let round = 0; round < 2; round++) ms += wanted - Date.parse(`${shownClock(ms, timeZone)}Z`) - (wanted % 1000);
  return ms;
}

function shownClock(ms: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(ms);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((each) => each.type === type)?.value ?? '00';
  return `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}:${part('second')}`;
}
