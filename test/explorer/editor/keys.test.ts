import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Key, keyDecoder } from '../../../src/explorer/editor/keys.ts';
import { SEEDED } from '../../helpers/hostile.ts';

/** Keys in short: text as it is, a paste in angle brackets, other keys by their names. */
function short(keys: readonly Key[]): string {
  return keys
    .map((key) => {
      if (key.kind === 'text') return key.text;
      if (key.kind === 'paste') return `<${key.text}>`;
      return key.kind === 'key' ? `[${key.name}]` : `(${key.row},${key.column})`;
    })
    .join('');
}

function decoded(...chunks: readonly (string | Uint8Array)[]): string {
  const decoder = keyDecoder();
  const keys = chunks.flatMap((chunk) => decoder.take(chunk));
  return short([...keys, ...decoder.flush()]);
}

describe('keyDecoder', () => {
  it.each([
    ['text', 'up', 'up'],
    ['Enter, both ways', '\r\n', '[enter]'],
    ['line feeds', 'a\nb\n', 'a[enter]b[enter]'],
    ['Ctrl with a letter', '\x01\x05\x12\x1a\x1f', '[ctrl-a][ctrl-e][ctrl-r][ctrl-z][ctrl-_]'],
    ['keys that have their own byte', '\t\x7f\x08\x00', '[tab][backspace][backspace][ctrl-space]'],
    ['arrows', '\x1b[A\x1b[B\x1b[C\x1b[D', '[up][down][right][left]'],
    ['arrows of the other mode', '\x1bOA\x1bOB\x1bOH', '[up][down][home]'],
    ['home and end, four ways', '\x1b[H\x1b[F\x1b[1~\x1b[8~', '[home][end][home][end]'],
    ['delete and pages', '\x1b[3~\x1b[5~\x1b[6~', '[delete][page-up][page-down]'],
    ['modifiers', '\x1b[1;5C\x1b[1;3D\x1b[3;5~\x1b[1;2A', '[ctrl-right][alt-left][ctrl-delete][shift-up]'],
    ['modifiers of rxvt', '\x1bOd\x1bOc', '[ctrl-left][ctrl-right]'],
    ['Alt', '\x1bb\x1bF\x1b\r\x1b\x7f\x1b1\x1bé', '[alt-b][alt-f][alt-enter][alt-backspace][alt-1][alt-é]'],
    ['shift-tab', '\x1b[Z', '[shift-tab]'],
    ['keys told by their number', '\x1b[13;3u\x1b[97;5u\x1b[97u\x1b[27;2;13~', '[alt-enter][ctrl-a]a[shift-enter]'],
    ['numbers that are no characters', '\x1b[57358u\x1b[155u\x1b[55296u\x1b[9999999999u', ''],
    ['where the cursor is', '\x1b[12;34R', '(12,34)'],
    ['function keys', '\x1bOP\x1b[15~\x1b[[A\x1b[1;5P', ''],
    ['reports of the mouse and the focus', '\x1b[<0;3;4M\x1b[I\x1b[O', ''],
    ['what a terminal tells of itself', '\x1b]11;rgb:00/00/00\x1b\\\x1bP1$r0m\x1b\\\x1b]0;t\x07x', 'x'],
    ['a sequence that is none', '\x1b[12\x01x', '[ctrl-a]x'],
    ['a C1 control', 'a\u009b31mb', 'a31mb'],
    ['a lone Escape', '\x1b', '[escape]'],
    ['Escape twice', '\x1b\x1b', '[escape][escape]'],
    ['the beginning of a sequence, then silence', '\x1b[1;', ''],
    ['a paste', '\x1b[200~sum(\r\nup\x1b[A\t)\x1b[201~y\r', '<sum(\nup[A )>y[enter]'],
    ['a paste that holds its own beginning', '\x1b[200~a\x1b[200~b\x1b[201~', '<a[200~b>'],
    ['a paste without an end', '\x1b[200~a\rb', ''],
    ['wide characters and emoji', '日本👩‍👩‍👧é', '日本👩‍👩‍👧é'],
  ])('%s', (_what, bytes, keys) => expect(decoded(bytes)).toBe(keys));

  it('does not mind where the bytes are cut', () => {
    const bytes = Buffer.from('xé日😀\x1b[A\x1b[1;5C\x1bb\x1bOH\x1b[200~a\n日\x1b[201~\x1b[3~\x01é');
    const whole = 'xé日😀[up][ctrl-right][alt-b][home]<a\n日>[delete][ctrl-a]é';
    for (let cut = 0; cut <= bytes.length; cut++) {
      expect(decoded(bytes.subarray(0, cut), bytes.subarray(cut)).replace(/\[escape\]/g, '')).toBe(whole);
    }
    expect(decoded(...[...bytes].map((byte) => Uint8Array.of(byte)))).toBe(whole);
  });

  it('says when it waits, and only then', () => {
    const decoder = keyDecoder();
    const waits = ['a', '\x1b', '[', 'A', '\x1b[200~', 'x', '\x1b[201~'].map((chunk) => {
      decoder.take(chunk);
      return decoder.waiting();
    });
    expect(waits).toEqual([false, true, true, false, false, false, false]);
  });

  it('takes any bytes, and lets no control character through', () => {
    const pieces = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.constantFrom(
        '\x1b[',
        '\x1b[200~',
        '\x1b[201~',
        '\x1bO',
        '\x1b]',
        '\x1bP',
        '\x1b\\',
        'up',
        '\r',
        ';5',
        '~',
        'u',
      ),
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (chunks) => {
        const decoder = keyDecoder();
        const keys = chunks.flatMap((chunk) => [...decoder.take(chunk), ...(decoder.waiting() ? decoder.flush() : [])]);
        for (const key of keys) {
          if (key.kind === 'text') expect(key.text).toMatch(/^[^\u0000-\u001f\u007f-\u009f]+$/);
          if (key.kind === 'paste') expect(key.text).toMatch(/^(?:\n|[^\u0000-\u001f\u007f-\u009f])*$/);
        }
        expect(decoder.waiting()).toBe(false);
      }),
      SEEDED,
    );
  });
});
