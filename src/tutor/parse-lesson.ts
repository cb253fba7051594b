import { nearest } from '../lib/nearest.ts';
import { CHAPTERS, isExercise, type Lesson, type LessonDiagnostic, type Unit } from './lesson.ts';
import { checked, needProse, neighbourOf, proseList } from './parse-texts.ts';
import { FENCED_KINDS, type Fence, isFencedKind, readUnit } from './parse-unit.ts';
import { type Fields, type Report, readFields } from './yaml-fields.ts';

export type ParsedLesson = { readonly lesson: Lesson } | { readonly diagnostics: readonly LessonDiagnostic[] };

/**
 * Reads a lesson file: front matter (YAML between `---` lines), prose, and fenced blocks with YAML inside, one for every
 * kind of unit. Other fences (promql, text, console, json, yaml) are part of the prose. All problems
 * are found at once, each with its line.
 */
export function parseLesson(text: string, file: string): ParsedLesson {
  const diagnostics: LessonDiagnostic[] = [];
  const report: Report = (line, message) => diagnostics.push({ file, line, message });
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const end = lines[0] === '---' ? lines.indexOf('---', 1) : -1;
  if (end < 0) {
    report(1, 'a lesson begins with its front matter: YAML between two lines "---"');
    return { diagnostics };
  }
  const head = readHead(lines.slice(1, end).join('\n'), file, report);
  const units = readUnits(lines, end + 1, head?.slug ?? '', report);
  if (lines.slice(end + 1).every((line) => line.trim() === '')) report(end + 1, 'nothing comes after the front matter');
  if (head === undefined || diagnostics.length > 0) {
    return { diagnostics: diagnostics.sort((a, b) => a.line - b.line) };
  }
  return { lesson: { ...head, units } };
}

const HEAD_KEYS = [
  'number',
  'slug',
  'title',
  'minutes',
  'chapter',
  'goal',
  'guide',
  'sources',
  'recap',
  'summary',
  'neighbours',
];

function readHead(text: string, file: string, report: Report): Omit<Lesson, 'units'> | undefined {
  const fields = readFields(text, { name: 'front matter', firstLine: 2, report }, HEAD_KEYS);
  if (fields === undefined) return undefined;
  const slug = fields.needText('slug');
  if (slug !== '' && !isSlug(slug)) report(fields.lineOf('slug'), `"${slug}" is not a slug: a-z, 0-9, - and _`);
  return {
    file,
    number: fields.needInteger('number'),
    slug,
    title: needProse(fields, 'title', report),
    minutes: fields.needInteger('minutes'),
    chapter: chapterOf(fields, report),
    goal: needProse(fields, 'goal', report),
    guide: fields.texts('guide'),
    sources: fields.texts('sources'),
    recap: threeLines(fields, 'recap', report),
    summary: threeLines(fields, 'summary', report),
    neighbours: fields.children('neighbours', ['query', 'text']).map((item) => neighbourOf(item, report)),
  };
}

export function isSlug(text: string): boolean {
  return /^[a-z][a-z0-9_-]*$/.test(text);
}

export function chapterOf(fields: Fields, report: Report): Lesson['chapter'] {
  if (!fields.has('chapter')) report(fields.line, '"chapter" is missing');
  return fields.oneOf('chapter', CHAPTERS) ?? 'Look';
}

function threeLines(fields: Fields, key: string, report: Report): readonly string[] {
  const lines = proseList(fields, key, report);
  if (lines.length !== 3) report(fields.lineOf(key), `"${key}" has three lines, here are ${lines.length}`);
  return lines;
}

/** Fences that stay in the prose as they are. */
const PROSE_FENCES = ['', 'promql', 'text', 'console', 'json', 'yaml'];

/** Cuts the lines from index `start` on into units. Lines are counted from 1 in what is reported. */
function readUnits(lines: readonly string[], start: number, slug: string, report: Report): readonly Unit[] {
  const units: Unit[] = [];
  let prose: { title?: string; line: number; lines: string[] } = { line: start + 1, lines: [] };
  const endProse = (nextLine: number) => {
    const text = checked(prose.lines.join('\n').trim(), prose.line, report);
    const { title, line } = prose;
    if (text !== '' || title !== undefined)
      units.push({ kind: 'read', line, text, ...(title === undefined ? {} : { title }) });
    prose = { line: nextLine + 1, lines: [] };
  };
  for (let index = start; index < lines.length; index++) {
    const line = lines[index] ?? '';
    const fence = fenceAt(lines, index, report);
    if (fence !== undefined && isFencedKind(fence.kind)) {
      endProse(fence.end + 1);
      const place = { slug, number: units.filter(isExercise).length + 1 };
      const unit = readUnit({ ...fence, kind: fence.kind }, place, report);
      if (unit !== undefined) units.push(unit);
      index = fence.end;
    } else if (fence !== undefined) {
      if (!PROSE_FENCES.includes(fence.kind)) report(index + 1, unknownFence(fence.kind));
      prose.lines.push(...lines.slice(index, fence.end + 1));
      index = fence.end;
    } else if (/^#{1,6}\s/.test(line)) {
      if (!line.startsWith('## ')) report(index + 1, 'only "## " headings; the title stands in the front matter');
      endProse(index + 1);
      prose = { title: line.replace(/^#+\s+/, '').trim(), line: index + 1, lines: [] };
    } else {
      prose.lines.push(line);
    }
  }
  endProse(lines.length);
  return units;
}

/** The fence that opens at this line, if one does; `end` is the index of its closing line. */
function fenceAt(
  lines: readonly string[],
  index: number,
  report: Report,
): (Fence & { readonly end: number }) | undefined {
  const [, marks, info] = /^(`{3,}|~{3,})\s*(.*?)\s*$/.exec(lines[index] ?? '') ?? [];
  if (marks === undefined || info === undefined) return undefined;
  const close = lines.findIndex((line, at) => at > index && line.trimEnd() === marks);
  if (close < 0) report(index + 1, `the block "${marks}${info}" is never closed`);
  const end = close < 0 ? lines.length : close;
  return { kind: info, body: lines.slice(index + 1, end).join('\n'), firstLine: index + 2, end };
}

function unknownFence(kind: string): string {
  const known = [...FENCED_KINDS, ...PROSE_FENCES.filter((name) => name !== '')];
  const [meant] = nearest(kind, known, 1);
  return `unknown block "${kind}"; ${meant === undefined ? `known are ${known.join(', ')}` : `did you mean "${meant}"?`}`;
}
