import { describe, expect, it } from 'vitest';
import { scenarioGround } from '../../src/tutor/ground.ts';
import { mapTexts, resolveText, resolveUnit } from '../../src/tutor/resolve.ts';
import { sampleLesson } from '../helpers/sample-lesson.ts';
import { TABLE_T0_MS, tableSource } from '../helpers/table-source.ts';

const source = tableSource({
  a: [[{ instance: 'one' }, 0.12345]],
  two: [
    [{ instance: 'b' }, 1],
    [{ instance: 'a' }, 2],
    [{ instance: 'b' }, 3],
  ],
  none: [],
  nan: [[{}, Number.NaN]],
  inf: [[{}, Number.NEGATIVE_INFINITY]],
  small: [[{}, -0.001]],
  scalar: 3,
  bad: { error: 'no such thing' },
  moving: { by: { restart: [[{}, 5]], else: [[{}, 1]] } },
});
const ground = scenarioGround(source, { t0Ms: TABLE_T0_MS });

describe('resolved prose', () => {
  it.each([
    ['{{ a }}', '0.12'],
    ['{{ a | 4 }}', '0.1235'],
    ['{{ a | percent }}', '12 %'],
    ['{{ a | percent 2 }}', '12.35 %'],
    ['{{ a | label instance }}', 'one'],
    ['{{ two | label instance }}', 'a, b'],
    ['{{ two | rows }}', '3'],
    ['{{ none | rows }}', '0'],
    ['{{ scalar | 0 }}', '3'],
    ['{{ nan }}', 'NaN'],
    ['{{ inf }}', '-Inf'],
    ['{{ small | 1 }}', '0.0'],
    ['{{ moving @ restart | 0 }} and {{ moving | 0 }}', '5 and 1'],
    ['no number', 'no number'],
  ])('%s is %s', async (text, expected) => {
    expect(await resolveText(text, ground)).toEqual({ text: expected, problems: [] });
  });

  it.each([
    ['{{ none }}', /not what "decimals" needs/],
    ['{{ two }}', /not what "decimals" needs/],
    ['{{ a | label job }}', /not what "label" needs/],
    ['{{ bad }}', /no such thing/],
  ])('%s cannot be had, and the text says so', async (text, problem) => {
    const resolved = await resolveText(text, ground);
    expect(resolved.text).toBe('(no data)');
    expect(resolved.problems[0]).toMatch(problem);
  });

  it('changes every text of every kind of unit and no query', async () => {
    for (const unit of sampleLesson.units) {
      const seen: string[] = [];
      const mapped = await mapTexts(unit, async (text) => {
        seen.push(text);
        return `<${text}>`;
      });
      const texts = JSON.stringify(mapped).match(/"<[^"]*(?:\\.[^"]*)*>"/g) ?? [];
      expect(texts.length).toBe(seen.length);
      expect(seen.length).toBeGreaterThan(0);
      expect(JSON.stringify(mapped)).not.toMatch(/"(query|reference|id|key)":"</);
    }
  });

  it('keeps a unit that has no numbers as it is', async () => {
    for (const unit of sampleLesson.units) expect(await resolveUnit(unit, ground)).toEqual(unit);
  });
});
