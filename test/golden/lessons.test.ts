import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { inLetters } from '../../src/render/prose.ts';
import type { Ground } from '../../src/tutor/ground.ts';
import { loadCourse } from '../../src/tutor/load-lessons.ts';
import { scriptedGround, scriptedLesson } from '../helpers/scripted-lesson.ts';

// Every lesson is played three times; on a busy machine that takes its time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), 'lessons');
const UPDATE = (process.env.UPDATE_GOLDEN ?? '') !== '';
const course = loadCourse();

/** How the transcripts are looked at; new ones are written by UPDATE_GOLDEN=1. */
const LOOKS = {
  '60': { columns: 60, globals: {} },
  '100': { columns: 100, globals: {} },
  accessible: { columns: 72, globals: { accessible: true } },
} as const;
type Look = keyof typeof LOOKS;

const cases = course.lessons.flatMap((lesson) =>
  (Object.keys(LOOKS) as Look[]).map((look) => {
    const name = `${String(lesson.number).padStart(2, '0')}-${lesson.slug}.${look}.txt`;
    return { name, lesson, look };
  }),
);

let ground: Ground;
beforeAll(async () => {
  ground = await scriptedGround();
});

describe('a whole lesson, as it was looked at', () => {
  it.each(cases)('$name', async ({ name, lesson, look }) => {
    const text = await scriptedLesson(lesson, ground, LOOKS[look]);
    expect(text).toContain(`End of lesson ${lesson.number} ${lesson.slug}`);
    expect(text).not.toMatch(/\(no data\)|internal error/);
    expect(text, 'two blank lines').not.toMatch(/\n\n\n/);
    expect(text.includes('\x1b'), 'an escape byte').toBe(false);
    const source = readFileSync(lesson.file, 'utf8');
    const wide = text.split('\n').filter((line) => tooWide(line, look) && !source.includes(line.trim()));
    expect(wide).toEqual([]);
    const file = join(FOLDER, name);
    if (UPDATE) writeFileSync(file, text);
    expect(existsSync(file), `${name} is missing; UPDATE_GOLDEN=1 writes it`).toBe(true);
    expect(text).toBe(readFileSync(file, 'utf8'));
  });

  it.each(course.lessons.map((lesson) => [lesson.slug, lesson] as const))(
    '%s fits 40 columns, in ASCII',
    async (_slug, lesson) => {
      const text = await scriptedLesson(lesson, ground, { columns: 40, globals: { ascii: true } });
      const source = inLetters(readFileSync(lesson.file, 'utf8'), { ascii: true });
      const lines = text.split('\n');
      expect(
        lines.filter((line) => [...line].length > 40 && !isOnePiece(line) && !source.includes(line.trim())),
      ).toEqual([]);
      const foreign = [...new Set(text.replace(/[\x20-\x7e\n]/g, ''))];
      expect(foreign).toEqual([]);
    },
  );

  it('has no transcript of a lesson that is not there', () => {
    expect(readdirSync(FOLDER).sort()).toEqual(cases.map(({ name }) => name).sort());
  });
});

/**
 * What is to be pasted in one piece, queries, commands and what is typed, may be wider than the terminal; so may lines
 * that stand in the lesson as they are.
 */
function tooWide(line: string, look: Look): boolean {
  const columns = look === 'accessible' ? 72 : LOOKS[look].columns;
  if ([...line].length <= columns) return false;
  return !isOnePiece(line);
}

function isOnePiece(line: string): boolean {
  return /^\s*(promql>|Query:|Your (query|report):|report>|curl|--data|answer with:|prom-tutor|next door:|Try next:|not sent yet:|")|^ {2}\S/.test(
    line,
  );
}
