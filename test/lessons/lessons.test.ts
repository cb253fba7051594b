import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from '../../src/promql/parse.ts';
import { exercisesOf, type QueryExercise, type Unit } from '../../src/tutor/lesson.ts';
import { lessonsFolder, loadCourse } from '../../src/tutor/load-lessons.ts';

const course = loadCourse();

/** The course as it is promised to learners: position and identity of every lesson stay. */
const SLUGS = [
  'scrape',
  'up',
  'selectors',
  'rate',
  'metric-types',
  'aggregate',
  'error-ratio',
  'histogram_quantile',
  'conditions',
  'graphs',
  'missing-data',
  'troubleshoot',
  'vector-matching',
  'over-time',
  'rules',
  'slo',
  'client',
  'dashboards',
  'incident',
];

describe('the course', () => {
  it('has nineteen lessons in their final order, written or to come', () => {
    const all = [...course.lessons, ...course.planned].sort((a, b) => a.number - b.number);
    expect(all.map(({ number, slug }) => [number, slug])).toEqual(SLUGS.map((slug, index) => [index + 1, slug]));
  });

  it('takes about 231 minutes in four chapters that follow each other', () => {
    const all = [...course.lessons, ...course.planned].sort((a, b) => a.number - b.number);
    expect(all.reduce((sum, { minutes }) => sum + minutes, 0)).toBe(231);
    expect([...new Set(all.map(({ chapter }) => chapter))]).toEqual(['Look', 'Measure', 'Trust', 'Operate']);
  });

  it.each([
    ['scrape', ['choice', 'query', 'choice', 'number']],
    ['up', ['query', 'query', 'query', 'error', 'number']],
    ['selectors', ['query', 'query', 'query', 'choice', 'error', 'fix']],
    ['rate', ['query', 'query', 'query', 'choice', 'number', 'fix']],
    ['metric-types', ['choice', 'query', 'query', 'query', 'number', 'fix']],
    ['aggregate', ['query', 'query', 'query', 'number', 'fix']],
    ['error-ratio', ['query', 'query', 'choice', 'query', 'number', 'fix']],
    ['histogram_quantile', ['query', 'query', 'query', 'choice', 'number', 'fix']],
    ['conditions', ['query', 'query', 'query', 'query', 'error', 'fix']],
    ['graphs', ['choice', 'query', 'choice', 'choice', 'error', 'number']],
    ['missing-data', ['query', 'query', 'query', 'choice', 'fix']],
    ['troubleshoot', ['choice', 'choice', 'choice', 'choice', 'query', 'number']],
    ['vector-matching', ['query', 'query', 'query', 'error']],
    ['over-time', ['query', 'query', 'query', 'fix']],
    ['rules', ['choice', 'query', 'query', 'choice', 'fix']],
    ['slo', ['query', 'query', 'choice', 'number', 'fix']],
    ['client', ['choice', 'choice', 'choice', 'choice', 'error']],
    ['dashboards', ['query', 'choice', 'choice', 'number', 'fix']],
    ['incident', ['query', 'query', 'query', 'report']],
  ])('numbers the exercises of %s as promised', (slug, kinds) => {
    const lesson = course.lessons.find((one) => one.slug === slug);
    expect(lesson && exercisesOf(lesson).map(({ kind }) => kind)).toEqual(kinds);
  });

  it('is read from the folder beside package.json', () => {
    expect(existsSync(`${lessonsFolder()}/../package.json`)).toBe(true);
  });
});

describe.each(course.lessons.map((lesson) => [lesson.slug, lesson] as const))('lesson %s', (_slug, lesson) => {
  const exercises = exercisesOf(lesson).filter((one): one is QueryExercise => one.kind === 'query');

  it('asks for a prediction before it shows something surprising', () => {
    expect(lesson.units.some(({ kind }) => kind === 'predict')).toBe(true);
  });

  it('never has two screens of prose without something to do', () => {
    const kinds = lesson.units.map(({ kind }: Unit) => kind);
    for (const [index, kind] of kinds.entries()) {
      if (kind === 'read') expect(kinds[index + 1], `unit ${index}`).not.toBe('read');
    }
    expect(kinds.at(-1)).not.toBe('read');
  });

  it('shows queries that our parser can read', () => {
    const queries = [
      ...exercises.flatMap(({ reference, accept, acceptWithNote }) => [
        reference,
        ...accept,
        ...acceptWithNote.map(({ query }) => query),
      ]),
      ...lesson.units.flatMap((unit) =>
        unit.kind === 'demo' ? [unit.query] : unit.kind === 'predict' ? [unit.demo.query] : [],
      ),
      ...lesson.neighbours.map(({ query }) => query),
    ];
    expect(queries.filter((query) => parse(query).kind === 'error')).toEqual([]);
  });

  it('does not give an answer away in a hint before the last', () => {
    for (const { hints, reference } of exercises) {
      expect(hints.slice(0, 3).filter((hint) => hint.includes(reference))).toEqual([]);
    }
  });

  it('does not give an answer away in a demo before its exercise', () => {
    const seen: string[] = [];
    for (const unit of lesson.units) {
      if (unit.kind === 'demo') seen.push(unit.query);
      if (unit.kind === 'predict') seen.push(unit.demo.query);
      if (unit.kind === 'query') expect(seen).not.toContain(unit.reference);
    }
  });
});
