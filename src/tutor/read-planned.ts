import type { PlannedLesson } from './lesson.ts';
import { chapterOf, isSlug } from './parse-lesson.ts';
import { type Report, readFields } from './yaml-fields.ts';

const KEYS = ['number', 'slug', 'title', 'minutes', 'chapter', 'guide'];

/** Reads `planned.yaml`: under `lessons`, one item for every lesson of the course that has no file yet. */
export function readPlanned(text: string, report: Report): readonly PlannedLesson[] {
  const fields = readFields(text, { name: 'the list of planned lessons', firstLine: 1, report }, ['lessons']);
  return (fields?.children('lessons', KEYS) ?? []).map((item) => {
    const slug = item.needText('slug');
    if (!isSlug(slug)) report(item.lineOf('slug'), `"${slug}" is not a slug: a-z, 0-9, - and _`);
    return {
      number: item.needInteger('number'),
      slug,
      title: item.needText('title'),
      minutes: item.needInteger('minutes'),
      chapter: chapterOf(item, report),
      guide: item.texts('guide'),
    };
  });
}
