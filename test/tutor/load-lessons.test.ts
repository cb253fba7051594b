import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { findExercise } from '../../src/tutor/find-exercise.ts';
import { findLesson, lessonsFolder, loadCourse, loadLessons } from '../../src/tutor/load-lessons.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'prom-tutor-lessons-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

function lesson(number: number, slug: string): string {
  const lines = '[one, two, three]';
  return `---\nnumber: ${number}\nslug: ${slug}\ntitle: T\nminutes: 5\nchapter: Look\ngoal: G\nguide: []\nrecap: ${lines}\nsummary: ${lines}\n---\nText.\n`;
}

const planned = (slug: string, number: number) =>
  `lessons:\n  - {number: ${number}, slug: ${slug}, title: T, minutes: 5, chapter: Look, guide: []}\n`;

function problemsIn(folder: string): readonly string[] {
  const loaded = loadLessons(folder);
  return 'course' in loaded
    ? []
    : loaded.diagnostics.map(({ file, line, message }) => `${basename(file)}:${line}: ${message}`);
}

describe('a folder of lessons', () => {
  it('becomes a course in the order of its numbers', () => {
    const folder = folderWith({
      '02-b.md': lesson(2, 'b'),
      '01-a.md': lesson(1, 'a'),
      'README.md': 'x',
      'planned.yaml': planned('c', 3),
    });
    const loaded = loadLessons(folder);
    expect('course' in loaded && loaded.course.lessons.map(({ slug }) => slug)).toEqual(['a', 'b']);
    expect('course' in loaded && loaded.course.planned.map(({ slug }) => slug)).toEqual(['c']);
  });

  it.each<[string, Record<string, string>, readonly string[]]>([
    ['a wrong file name', { '03-a.md': lesson(1, 'a') }, ['03-a.md:1: number and slug ask for the file name 01-a.md']],
    [
      'a slug twice',
      { '01-a.md': lesson(1, 'a'), '02-a.md': lesson(2, 'a') },
      ['02-a.md:1: slug a is taken by another lesson'],
    ],
    [
      'a number twice',
      { '01-a.md': lesson(1, 'a'), '01-b.md': lesson(1, 'b') },
      ['01-b.md:1: number 1 is taken by another lesson'],
    ],
    [
      'a lesson written and planned',
      { '01-a.md': lesson(1, 'a'), 'planned.yaml': planned('a', 7) },
      ['planned.yaml:1: slug a is taken by another lesson'],
    ],
    [
      'problems of all files at once',
      { '01-a.md': 'x', '02-b.md': 'y' },
      ['01-a.md:1: a lesson', '02-b.md:1: a lesson'],
    ],
    [
      'a planned lesson without a chapter',
      { 'planned.yaml': planned('a', 1).replace('chapter: Look, ', '') },
      ['planned.yaml:2: "chapter" is missing'],
    ],
  ])('tells %s', (_name, files, problems) => {
    const found = problemsIn(folderWith(files));
    expect(found).toHaveLength(problems.length);
    for (const [index, problem] of problems.entries()) expect(found[index]).toContain(problem);
  });

  it('tells of a folder, and of a file that no lesson could be, that are named like lessons', () => {
    const folder = folderWith({ '02-large.md': 'a'.repeat(1_000_001) });
    mkdirSync(join(folder, '01-folder.md'));
    expect(problemsIn(folder)).toEqual([
      '01-folder.md:1: this is not a file, so no lesson can be read from it',
      '02-large.md:1: this file is too large for a lesson: more than 1 MB',
    ]);
  });

  it('is a clear error where only teaching is asked for', () => {
    expect(() => loadCourse(folderWith({ '01-a.md': 'x' }))).toThrow(/01-a\.md:1: a lesson begins/);
    expect(() => loadCourse('/nonexistent')).toThrow(/the folder of lessons cannot be read/);
  });
});

describe('finding a lesson', () => {
  const course = loadCourse(lessonsFolder());
  it.each([
    ['4', 'rate'],
    ['rate', 'rate'],
    ['Rate', 'rate'],
    ['04-rate', 'rate'],
    ['4-rate', 'rate'],
    ['example 3', 'rate'],
    ['Example  3', 'rate'],
    ['step 3', 'up'],
    ['problem 1', 'up'],
    ['histogram_quantile', 'histogram_quantile'],
    ['query 6', 'histogram_quantile'],
  ])('%s is %s', (wanted, slug) => {
    expect(findLesson(course, wanted).slug).toBe(slug);
  });

  it.each([
    ['raet', /there is no lesson "raet"/],
    ['20', /there is no lesson "20"/],
    ['', /there is no lesson ""/],
  ])('%s is told not to be there', (wanted, message) => {
    expect(() => findLesson(course, wanted)).toThrow(message);
  });

  it('suggests the one that was meant', () => {
    expect(() => findLesson(course, 'raet')).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('"rate"') }),
    );
  });

  it.each([
    ['4.2', 'rate/2'],
    ['rate/2', 'rate/2'],
    ['04-rate/2', 'rate/2'],
    ['histogram_quantile/4', 'histogram_quantile/4'],
    [' 8.4 ', 'histogram_quantile/4'],
  ])('exercise %s is %s', (id, found) => {
    expect(findExercise(course, id).exercise.id).toBe(found);
  });

  it.each([
    ['4.9', /lesson rate has no exercise 9/],
    ['4.0', /lesson rate has no exercise 0/],
    ['rate', /"rate" is not the id of an exercise/],
    ['nope/1', /there is no lesson "nope"/],
  ])('exercise %s is told not to be there', (id, message) => {
    expect(() => findExercise(course, id)).toThrow(message);
  });
});
