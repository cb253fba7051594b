import xterm from '@xterm/headless';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CompletionItem } from '../../src/explorer/completion.ts';
import { editorState } from '../../src/explorer/editor/state.ts';
import { writeCells } from '../../src/render/cells.ts';
import { drawEditor, drawnEditor, type EditorLook } from '../../src/render/editor.ts';
import { highlightQuery } from '../../src/render/highlight.ts';
import { EMPTY_FRAME, erased, type Frame, repaint } from '../../src/render/repaint.ts';
import { hostileText, SEEDED } from '../helpers/hostile.ts';

const LOOK: EditorLook = {
  label: 'promql> ',
  more: '   ...> ',
  highlight: (text) => text,
  style: { colour: false, ascii: false, accessible: false },
  width: 20,
  height: 24,
};

/** The frame as text, with a bar where the cursor is. */
function seen(frame: Frame): string {
  const lines = frame.rows.map(writeCells);
  const { row, column } = frame.cursor;
  const line = (lines[row] ?? '').padEnd(column);
  return lines.map((text, at) => (at === row ? `${line.slice(0, column)}|${line.slice(column)}` : text)).join('\n');
}

/** An editor with the cursor at the bar. */
const at = (text: string) => ({ ...editorState(text.replace('|', ''), []), cursor: text.indexOf('|') });

describe('drawEditor', () => {
  it.each([
    ['nothing typed', '|', 'promql> |'],
    ['the cursor in the middle', 'sum(|)', 'promql> sum(|)'],
    ['several lines', 'sum(\n  u|p\n)', 'promql> sum(\n   ...>   u|p\n   ...> )'],
    ['a long line is wrapped', 'sum(rate(x[5m])|)', 'promql> sum(rate(x[5\nm])|)'],
    ['a full row: the cursor goes to the next', 'abcdefghijkl|', 'promql> abcdefghijkl\n|'],
    ['also before another line', 'abcdefghijkl|\nm', 'promql> abcdefghijkl\n|\n   ...> m'],
    ['a wide character is never cut', 'abcdefghijk日|', 'promql> abcdefghijk\n日|'],
    ['what cannot be seen is written out', 'a\u202eb|', 'promql> a\\u202eb|'],
    ['a tab is a blank', 'a\tb|', 'promql> a b|'],
  ])('%s', (_what, text, expected) => {
    // Wide characters: the bar of this test counts characters, the frame columns.
    expect(seen(drawEditor(at(text), LOOK)).replace('日 |', '日|')).toBe(expected);
  });

  it('shows what fits around the cursor, and says what it leaves out', () => {
    const text = Array.from({ length: 30 }, (_, index) => `line ${index}`).join('\n');
    const frame = drawEditor(
      { ...editorState(text, []), cursor: text.indexOf('line 20') },
      { ...LOOK, width: 60, height: 6 },
    );
    expect(seen(frame)).toBe(
      [
        '(rows not shown: 18 above, 7 below)',
        '   ...> line 18',
        '   ...> line 19',
        '   ...> |line 20',
        '   ...> line 21',
        '   ...> line 22',
      ].join('\n'),
    );
    expect(drawnEditor({ text }, LOOK).rows.length).toBe(30);
  });

  it('colours the text and nothing else', () => {
    const style = { ...LOOK.style, colour: true };
    const highlight = (text: string) => highlightQuery(text, { ...style, width: 80, timeZone: 'UTC' });
    expect(writeCells(drawEditor(at('rate(x[5m])|'), { ...LOOK, width: 60, highlight }).rows[0] ?? [])).toBe(
      'promql> \x1b[36mrate\x1b[0m(x[\x1b[1m5m\x1b[0m])',
    );
  });

  it.each<[string, { readonly typed: string; readonly failed: boolean }, string]>([
    ['looks', { typed: 'up', failed: false }, 'older line with "up": sum(|up)'],
    ['finds none', { typed: 'upp', failed: true }, 'no older line with "upp": sum(|up)'],
  ])('says what Ctrl-R %s', (_what, search, expected) => {
    const before = { text: '', cursor: 0, at: 0 };
    expect(seen(drawEditor({ ...at('sum(|up)'), search: { ...search, before } }, { ...LOOK, width: 60 }))).toBe(
      expected,
    );
  });
});

const ITEMS: readonly CompletionItem[] = [
  {
    kind: 'function',
    label: 'rate',
    insert: 'rate(',
    detail: '(range vector) → instant vector',
    help: 'How fast it grows.',
  },
  { kind: 'metric', label: 'requests_total\x1b[2J', insert: 'requests_total' },
];

function menu(
  items: readonly CompletionItem[],
  selected: number | undefined,
  look: Partial<EditorLook> = {},
  note?: string,
) {
  const state = { ...at('r|'), menu: { from: 0, items, selected, note } };
  return seen(drawEditor(state, { ...LOOK, width: 60, ...look }))
    .split('\n')
    .slice(1);
}

describe('the menu', () => {
  it('says what each word is, and marks the chosen one with a character', () => {
    expect(menu(ITEMS, undefined)).toEqual([
      '  rate                   function  (range vector) → instan…',
      '  requests_total\\x1b[2J  metric',
    ]);
    expect(menu(ITEMS, 0)).toEqual([
      '> rate                   function  (range vector) → instan…',
      '  requests_total\\x1b[2J  metric',
      '  How fast it grows.',
    ]);
  });

  it('shows eight at a time, and how many there are', () => {
    const many = Array.from(
      { length: 20 },
      (_, index): CompletionItem => ({ kind: 'metric', label: `m${index}`, insert: `m${index}` }),
    );
    expect(menu(many, undefined, {}, 'more on the server')).toEqual([
      ...Array.from({ length: 8 }, (_, index) => `  m${index}  metric`),
      '  1 to 8 of 20; more on the server',
    ]);
    expect(menu(many, 18)).toEqual([
      '  m16  metric',
      '  m17  metric',
      '> m18  metric',
      '  m19  metric',
      '  17 to 20 of 20',
    ]);
  });

  it('says a note alone', () =>
    expect(menu([], undefined, {}, 'the server is away')).toEqual(['  the server is away']));

  it('draws with ASCII where that is wished', () => {
    const plain = ITEMS.map((item) => ({ ...item, detail: 'd'.repeat(80) }));
    expect(menu(plain, 0, { style: { ...LOOK.style, ascii: true } }).join('')).toMatch(/^[\x20-\x7e]*$/);
  });

  it('leaves room for the line on a low terminal', () => {
    expect(menu(ITEMS, 0, { height: 3 }).length).toBe(2);
    expect(menu(ITEMS, 0, { height: 1 }).length).toBe(0);
  });
});

describe('repaint', () => {
  const frame = (text: string, look: Partial<EditorLook> = {}) => drawEditor(at(text), { ...LOOK, ...look });

  it.each([
    ['a character at the end is that character', 'u|', 'up|', 'p'],
    ['a character in the middle moves the rest', 'sum|()', 'sumx|()', 'x()\x1b[13G'],
    ['a shorter line is cut', 'up|', 'u|', '\x1b[10G\x1b[K'],
    ['the cursor alone', 'up|', '|up', '\x1b[9G'],
    ['nothing', 'up|', 'up|', ''],
  ])('%s', (_what, before, after, bytes) => expect(repaint(frame(before), frame(after))).toBe(bytes));

  it('shows changes of several rows at once', () => {
    expect(repaint(frame('sum(|'), frame('sum(\n|'))).toBe('\r\n   ...> ');
    expect(repaint(frame('a|\nb'), frame('|'))).toMatch(/^\x1b\[\?2026h.*\x1b\[\?2026l$/s);
  });

  it('never clears the screen or goes above the frame', async () => {
    const texts = fc.array(
      fc.oneof(hostileText, fc.string({ unit: 'grapheme', maxLength: 60 }), fc.constant('sum(\nup)\n\n')),
      {
        minLength: 1,
        maxLength: 5,
      },
    );
    const look = fc.record({ width: fc.integer({ min: 8, max: 40 }), height: fc.integer({ min: 2, max: 12 }) });
    await fc.assert(
      fc.asyncProperty(texts, look, fc.nat(), async (all, size, place) => {
        const screen = new xterm.Terminal({
          cols: size.width,
          rows: size.height,
          scrollback: 500,
          allowProposedApi: true,
        });
        const write = (text: string) => new Promise<void>((resolve) => screen.write(text, resolve));
        await write('above\r\n');
        let shown: Frame = EMPTY_FRAME;
        for (const text of all) {
          // What only some terminals draw in two columns is no part of this.
          const plain = text.replace(/[^\x20-\x7e\n日本é]/g, '');
          const cursor = plain.length === 0 ? 0 : place % (plain.length + 1);
          const next = drawEditor({ ...editorState(plain, []), cursor }, { ...LOOK, ...size });
          const bytes = repaint(shown, next);
          expect(bytes).not.toMatch(/\x1b\[[23]J|\x1b\[H/);
          await write(bytes);
          shown = next;
        }
        const { active } = screen.buffer;
        const rows = Array.from(
          { length: active.length },
          (_, row) => active.getLine(row)?.translateToString(true).trimEnd() ?? '',
        );
        const top = active.baseY + active.cursorY - shown.cursor.row;
        expect(rows.slice(0, top).join('\n').trimEnd()).toBe('above');
        expect(rows.slice(top, top + shown.rows.length)).toEqual(shown.rows.map((row) => writeCells(row).trimEnd()));
        expect(active.cursorX).toBe(shown.cursor.column);
        await write(erased(shown));
        expect(active.getLine(active.baseY + active.cursorY)?.translateToString(true)).toBe('');
        screen.dispose();
      }),
      { ...SEEDED, numRuns: Math.min(SEEDED.numRuns, 200) },
    );
  });
});
