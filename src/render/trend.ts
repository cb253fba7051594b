import { formatNumber, formatTime } from './format.ts';
import type { Style } from './style.ts';

/** A drawable point: instant in milliseconds and a finite value. */
export type Point = { readonly ms: number; readonly value: number };

/** Moves smaller than this share of the whole range are no turn. */
const TURN = 0.2;
/** Values as near as this to one another, as a share of the whole range, count as a level. */
const NEAR = 0.05;
const MOST_TURNS = 6;

/**
 * What a line does, in words: "rises from 5 at 14:00 to 12 at 14:20, falls to 0 at 14:31". Points in time order; times
 * in the detail their distance needs. `unit` stands behind the numbers, or writes them.
 */
export function describeTrend(
  points: readonly Point[],
  style: Pick<Style, 'timeZone'>,
  unit?: string | ((value: number) => string),
): string {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined) return 'no value to draw';
  const detail = last.ms - first.ms < 120_000 ? 'second' : last.ms - first.ms > 86_400_000 ? 'day-minute' : 'minute';
  const at = (point: Point) => `${say(point.value)} at ${formatTime(point.ms, style, detail)}`;
  const say = (value: number) =>
    typeof unit === 'function' ? unit(value) : formatNumber(value, unit === undefined ? {} : { unit });
  if (points.length === 1) return `one point, ${at(first)}`;
  const values = points.map(({ value }) => value);
  const low = Math.min(...values);
  const high = Math.max(...values);
  if (low === high)
    return `stays at ${say(low)} from ${formatTime(first.ms, style, detail)} to ${formatTime(last.ms, style, detail)}`;
  const turns = turningPoints(points, (high / 2 - low / 2) * 2 * TURN);
  if (turns.length > MOST_TURNS) {
    const top = points.find(({ value }) => value === high) ?? first;
    const bottom = points.find(({ value }) => value === low) ?? first;
    return `goes up and down ${turns.length - 1} times: starts with ${at(first)}, highest ${at(top)}, lowest ${at(bottom)}, ends with ${at(last)}`;
  }
  const when = (point: Point) => formatTime(point.ms, style, detail);
  const long = (last.ms - first.ms) / 8;
  const legs = turns.map((turn, index) => {
    const before = turns[index - 1];
    const verb = before === undefined ? 'starts with' : turn.value > before.value ? 'rises to' : 'falls to';
    const left = leaving(points, turn, turns[index + 1], (high / 2 - low / 2) * 2 * NEAR);
    const same = points.every(({ ms, value }) => ms < turn.ms || ms > left.ms || value === turn.value);
    const stays = left.ms - turn.ms > long ? `, stays ${same ? 'there' : 'near it'} until ${when(left)}` : '';
    return `${verb} ${at(turn)}${stays}`;
  });
  return joinedLegs(legs);
}

/** "starts with 5 at 14:00, rises to 12 …" is shorter as "rises from 5 at 14:00 to 12 …". */
function joinedLegs(legs: readonly string[]): string {
  const text = legs.join(', ');
  return text.replace(/^starts with ([^,]+), (rises|falls) to /, '$2 from $1 to ');
}

/** The last point that is still as near as this to the value of a turn, before the next one. */
function leaving(points: readonly Point[], turn: Point, next: Point | undefined, near: number): Point {
  let last = turn;
  for (const point of points) {
    if (point.ms <= turn.ms) continue;
    if (Math.abs(point.value - turn.value) > near || (next !== undefined && point.ms >= next.ms)) break;
    last = point;
  }
  return last;
}

/** First point, every extreme after which the line moves back by at least `least`, and the last point if it lies elsewhere. */
function turningPoints(points: readonly Point[], least: number): readonly Point[] {
  const [first] = points;
  if (first === undefined) return [];
  const turns: Point[] = [first];
  let extreme = first;
  let direction = 0;
  for (const point of points) {
    const move = point.value - extreme.value;
    if (direction === 0) {
      if (Math.abs(point.value - first.value) >= least) {
        direction = Math.sign(point.value - first.value);
        extreme = point;
      }
    } else if (move * direction > 0) {
      extreme = point;
    } else if (Math.abs(move) >= least) {
      turns.push(extreme);
      direction = -direction;
      extreme = point;
    }
  }
  if (direction !== 0) turns.push(extreme);
  const last = points.at(-1) ?? first;
  if (Math.abs(last.value - (turns.at(-1)?.value ?? 0)) > (least / TURN) * NEAR) turns.push(last);
  return turns;
}
