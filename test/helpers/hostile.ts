import fc from 'fast-check';
import stringWidth from 'string-width';
import { expect } from 'vitest';
import type { Style } from '../../src/render/style.ts';

const { CI, PROM_TUTOR_REQUIRE_REAL, PROM_TUTOR_VERIFY } = process.env;

/** Cases per property: some thousands over all of them, more in `npm run verify`. The seed is fixed, so a failure is repeatable. */
export const SEEDED = {
  seed: 20_251_122,
  numRuns: PROM_TUTOR_VERIFY === '1' ? 20_000 : 200,
} as const;

/** Cases of a property that runs over every command, all of them together. */
export const CASES_OF_ALL = PROM_TUTOR_VERIFY === '1' ? 100_000 : CI || PROM_TUTOR_REQUIRE_REAL ? 2_000 : 400;

/** Every way of drawing: colour, ASCII, accessible, widths 20 to 200, several time zones. */
export const styles: fc.Arbitrary<Style> = fc.record({
  width: fc.oneof(fc.integer({ min: 20, max: 200 }), fc.constantFrom(20, 40, 59, 60, 80, 120)),
  colour: fc.boolean(),
  ascii: fc.boolean(),
  accessible: fc.boolean(),
  timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kolkata', 'America/St_Johns'),
});

/** Pieces that move cursors, change colours, ring, reorder text, break tables or widths. */
const PIECES = [
  '\x1b[2J',
  '\x1b]0;title\x07',
  '\x1b[31mred\x1b[0m',
  '\x1b',
  '\u009b31m',
  '\u009d8;;http://x\u009c',
  '\r',
  '\n',
  '\t',
  '\b\b\b',
  '\x00',
  '\x7f',
  '\u202eabc',
  '\u2066',
  '\u200b',
  '\ufeff',
  '\u2028',
  '\ud800',
  '\udfff',
  '日本語',
  'é',
  'e\u0301',
  '👩‍👩‍👧',
  '🇩🇪',
  '%s%n',
  '"quoted"',
  '\\x1b',
  '{{value}}',
  '| a | b |',
  '```',
  '**bold**',
  '`code`',
  '<script>',
  '&lt;',
  'a'.repeat(90),
  'word '.repeat(30),
] as const;

/** Text nobody would write and everybody may receive. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.array(fc.oneof(fc.constantFrom(...PIECES), fc.string()), { maxLength: 5 }).map((all) => all.join('')),
  },
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
);

/** As hostile, but below 128: whatever is above in the output is our own drawing. */
export const hostileAscii: fc.Arbitrary<string> = hostileText.map((text) => text.replace(/[^\u0000-\u007f]/g, '~'));

/** Numbers as samples hold them. */
export const sampleNumbers: fc.Arbitrary<number> = fc.oneof(
  fc.double(),
  fc.integer().map((value) => value / 7),
  fc.integer({ min: 0, max: 20 }),
  fc.constantFrom(0, -0, 1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1.7e308, -1.7e308, 5e-324),
);

/** Fails when the text holds a control byte other than newline, tab and, where colour is on, our own colours. */
export function expectClean(text: string, style: Style): void {
  const bare = style.colour && !style.accessible ? text.replace(/\x1b\[(?:1|2|22|3[1-6]|39)m/g, '') : text;
  expect(bare).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
  expect(bare).not.toMatch(/[\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/);
  expect(bare).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/);
}

/** Fails when our own drawing is not ASCII; only for output made from ASCII data. */
export function expectAscii(text: string): void {
  expect(text).not.toMatch(/[^\u0000-\u007f]/);
}

/** Fails when a line takes more columns than the style has. */
export function expectWithin(text: string, width: number): void {
  for (const line of text.split('\n')) {
    if (stringWidth(line) > width) expect.fail(`${stringWidth(line)} columns of ${width}: ${JSON.stringify(line)}`);
  }
}
