import { parseText } from './interpolation.ts';
import type { Neighbour } from './lesson.ts';
import type { Fields, Report } from './yaml-fields.ts';

/** A text that has to be there. Interpolations in it that cannot be read are reported; so in all of these. */
export function needProse(fields: Fields, key: string, report: Report): string {
  return checked(fields.needText(key), fields.lineOf(key), report);
}

/** A text that may be absent: then it is empty. */
export function prose(fields: Fields, key: string, report: Report): string {
  return checked(fields.text(key) ?? '', fields.lineOf(key), report);
}

export function proseList(fields: Fields, key: string, report: Report): readonly string[] {
  return fields.texts(key).map((text) => checked(text, fields.lineOf(key), report));
}

export function neighbourOf(fields: Fields, report: Report): Neighbour {
  return { query: fields.needText('query'), text: needProse(fields, 'text', report) };
}

export function checked(text: string, line: number, report: Report): string {
  for (const problem of parseText(text).problems) report(line, problem);
  return text;
}
