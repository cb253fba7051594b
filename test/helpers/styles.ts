import type { Style } from '../../src/render/style.ts';

/** A terminal of 80 columns in UTC without colour, unless told otherwise. */
export function styleOf(changes: Partial<Style> = {}): Style {
  return { width: 80, colour: false, ascii: false, accessible: false, timeZone: 'UTC', ...changes };
}
