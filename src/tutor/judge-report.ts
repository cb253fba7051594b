import { isHistogram } from '../model/query-result.ts';
import type { Asker } from './ask.ts';
import { type Ground, momentAt } from './ground.ts';
import type { ReportExercise, RubricLine } from './lesson.ts';
import type { Feedback, Verdict } from './verdict.ts';
import { counted } from './words.ts';

/**
 * Holds a free text against a rubric: every line of it has to be met. Times of day are read in UTC and in `timeZone`,
 * the zone that times are shown in.
 */
export async function judgeReport(
  exercise: ReportExercise,
  answer: string,
  ground: Ground,
  asker: Asker,
  timeZone = 'UTC',
): Promise<Verdict> {
  if (answer.trim() === '') {
    const message = 'Nothing was typed. Write a sentence or two.';
    return { solved: false, verdict: 'error', feedback: [{ kind: 'syntax', message, evidence: [] }] };
  }
  const missing: RubricLine[] = [];
  for (const line of exercise.rubric) {
    if (!(await isMet(line, { answer, exercise, ground, asker, timeZone }))) missing.push(line);
  }
  if (missing.length > 0) {
    const met = exercise.rubric.length - missing.length;
    const head: Feedback = {
      kind: 'difference',
      message: `${met} of ${counted(exercise.rubric.length, 'thing')} a reader needs ${met === 1 ? 'is' : 'are'} in it.`,
      evidence: [],
    };
    const rest = missing.map((line): Feedback => ({ kind: 'misconception', message: line.missing, evidence: [] }));
    return { solved: false, verdict: 'wrong', feedback: [head, ...rest] };
  }
  const why = exercise.why === '' ? 'Everything a reader needs is in it.' : exercise.why;
  return { solved: true, verdict: 'right', feedback: [{ kind: 'why', message: why, evidence: [] }] };
}

type Room = {
  readonly answer: string;
  readonly exercise: ReportExercise;
  readonly ground: Ground;
  readonly asker: Asker;
  readonly timeZone: string;
};

const MEETS: {
  readonly [K in RubricLine['kind']]: (
    line: Extract<RubricLine, { kind: K }>,
    room: Room,
  ) => boolean | Promise<boolean>;
} = {
  words: ({ any }, { answer }) => any.some((pattern) => new RegExp(pattern, 'i').test(answer)),
  time: async ({ query, withinMs }, room) => {
    const value = await answerOf(query, room);
    return value !== undefined && saysTime(room, value * 1000, withinMs);
  },
  value: async ({ query, tolerance }, room) => {
    const value = await answerOf(query, room);
    return (
      value !== undefined &&
      numbersIn(room.answer).some((number) => Math.abs(number - value) <= Math.max(tolerance * Math.abs(value), 1e-9))
    );
  },
};

function isMet(line: RubricLine, room: Room): boolean | Promise<boolean> {
  return (MEETS[line.kind] as (line: RubricLine, room: Room) => boolean | Promise<boolean>)(line, room);
}

async function answerOf(query: string, { asker, ground, exercise }: Room): Promise<number | undefined> {
  const outcome = await asker.at(query, momentAt(ground, exercise.at));
  if (outcome.kind === 'error') return undefined;
  const { data } = outcome.result;
  if (data.kind === 'scalar') return data.value;
  const [first] = data.kind === 'vector' ? data.samples : [];
  return first === undefined || isHistogram(first.value) ? undefined : first.value;
}

const DAY_MS = 86_400_000;

/** A time of day (`14:05`, `14:05:30`, an ISO time) or "20 minutes ago", close enough to the instant. */
function saysTime({ answer, exercise, ground, timeZone }: Room, ms: number, withinMs: number): boolean {
  for (const [, hours, minutes, seconds = '30'] of answer.matchAll(/(?<![\d:])(\d{1,2}):(\d{2})(?::(\d{2}))?(?!\d)/g)) {
    const said = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
    // A time without seconds means the whole minute.
    const slack = withinMs + (seconds === '30' ? 30_000 : 0);
    if (['UTC', timeZone].some((zone) => clockDistance(said, timeOfDay(ms, zone)) <= slack)) return true;
  }
  const now = momentAt(ground, exercise.at).ms;
  return [...answer.matchAll(/(\d+(?:\.\d+)?)\s*min(?:utes?|s)?\s*(?:ago|before|earlier)/gi)].some(
    ([, count]) => Math.abs(now - Number(count) * 60_000 - ms) <= withinMs + 30_000,
  );
}

function clockDistance(a: number, b: number): number {
  const apart = Math.abs(a - b) % DAY_MS;
  return Math.min(apart, DAY_MS - apart);
}

function timeOfDay(ms: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hour12: false,
  }).formatToParts(ms);
  const part = (type: string) =>
    Number(parts.find((one) => one.type === type)?.value ?? 0) % (type === 'hour' ? 24 : 60);
  return (part('hour') * 3600 + part('minute') * 60 + part('second')) * 1000;
}

/** Every number of a text; percent also as a share, minutes and hours also in seconds. Times of day are none. */
function numbersIn(text: string): readonly number[] {
  return [
    ...text.matchAll(/(?<![\d:.\w])(\d+(?:\.\d+)?)(?!\d*:\d)\s*(%|per ?cent|min(?:utes?|s)?\b|h(?:ours?)?\b|ms\b)?/gi),
  ].flatMap(([, digits, unit = '']) => {
    const number = Number(digits);
    if (/^(?:%|per)/i.test(unit)) return [number, number / 100];
    if (/^ms/i.test(unit)) return [number, number / 1000];
    if (/^min/i.test(unit)) return [number, number * 60];
    return /^h/i.test(unit) ? [number, number * 3600] : [number];
  });
}
