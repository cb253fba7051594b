import { StringDecoder } from 'node:string_decoder';

/** What a person did at the keyboard. */
export type Key =
  /** One or more characters that stand for themselves; never a control character. */
  | { readonly kind: 'text'; readonly text: string }
  /** What was pasted, lines ended by \n; no other control character is in it. */
  | { readonly kind: 'paste'; readonly text: string }
  /** `up`, `ctrl-a`, `alt-b`, `ctrl-left`, `shift-tab`, `escape`, and so on: modifiers in the order ctrl, alt, shift. */
  | { readonly kind: 'key'; readonly name: string }
  /** The terminal's answer to the question where the cursor is; counted from 1. */
  | { readonly kind: 'cursor'; readonly row: number; readonly column: number };

export type KeyDecoder = {
  /** Takes what the terminal sent, cut anywhere, and gives the keys that are whole. */
  take(chunk: Uint8Array | string): readonly Key[];
  /** Whether something was begun that may be over or go on: after a moment of silence call `flush`. */
  waiting(): boolean;
  /** Nothing came: a lone Escape was the key, and the beginning of anything else is dropped. */
  flush(): readonly Key[];
};

/**
 * From the bytes of a terminal to keys. What we do not know is swallowed, never typed.
 * https://invisible-island.net/xterm/ctlseqs/ctlseqs.html
 */
export function keyDecoder(): KeyDecoder {
  const decoder = new StringDecoder('utf8');
  let held = '';
  let pasted: string | undefined;
  let afterReturn = false;

  /** The next key at the beginning of `held`, and how much of it that takes; undefined when more must come. */
  const next = (): Read | undefined => (pasted === undefined ? readKey(held) : readPaste(held));

  return {
    take(chunk) {
      let text = typeof chunk === 'string' ? chunk : decoder.write(Buffer.from(chunk));
      if (afterReturn && text.startsWith('\n')) text = text.slice(1);
      if (text !== '') afterReturn = text.endsWith('\r');
      held += text;
      const keys: Key[] = [];
      while (held !== '') {
        const read = next();
        if (read === undefined) break;
        held = held.slice(read.length);
        if (read.pasted !== undefined) pasted = (pasted ?? '') + read.pasted;
        if (read.mark === 'start') pasted = '';
        if (read.mark === 'end') {
          keys.push({ kind: 'paste', text: pastedText(pasted ?? '') });
          pasted = undefined;
        }
        if (read.key !== undefined) keys.push(read.key);
      }
      return keys;
    },
    waiting: () => held !== '' && pasted === undefined,
    flush() {
      if (pasted !== undefined) return [];
      const lone = held === ESC;
      held = '';
      return lone ? [named('escape')] : [];
    },
  };
}

type Read = {
  readonly length: number;
  readonly key?: Key | undefined;
  readonly mark?: 'start' | 'end';
  readonly pasted?: string;
};

const ESC = '\x1b';
const PASTE_END = '\x1b[201~';

function readPaste(text: string): Read | undefined {
  const end = text.indexOf(PASTE_END);
  if (end === 0) return { length: PASTE_END.length, mark: 'end' };
  const length = end > 0 ? end : text.length - overlap(text, PASTE_END);
  return length === 0 ? undefined : { length, pasted: text.slice(0, length) };
}

/** How many characters at the end of `text` could be the beginning of `mark`. */
function overlap(text: string, mark: string): number {
  for (let length = Math.min(mark.length - 1, text.length); length > 0; length--) {
    if (mark.startsWith(text.slice(-length))) return length;
  }
  return 0;
}

/** Line ends as we write them, a tab as a blank, and no other control character. */
function pastedText(text: string): string {
  return wellFormed(
    text
      .replace(/\r\n?/g, '\n')
      .replace(/\t/g, ' ')
      .replace(/(?!\n)[\u0000-\u001f\u007f-\u009f]/g, ''),
  );
}

const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

function wellFormed(text: string): string {
  return text.replace(LONE_SURROGATE, '\ufffd');
}

function readKey(text: string): Read | undefined {
  const run = /^[^\u0000-\u001f\u007f-\u009f]+/.exec(text)?.[0];
  if (run !== undefined) return { length: run.length, key: { kind: 'text', text: wellFormed(run) } };
  if (text.startsWith('\r\n')) return { length: 2, key: named('enter') };
  if (text.startsWith(ESC)) return readEscape(text);
  return { length: 1, key: control(text.charCodeAt(0)) };
}

/** https://en.wikipedia.org/wiki/C0_and_C1_control_codes: what stands for a key of its own, and what for Ctrl and a character. */
function control(code: number): Key | undefined {
  if (code === 0x0d || code === 0x0a) return named('enter');
  if (code === 0x09) return named('tab');
  if (code === 0x7f || code === 0x08) return named('backspace');
  if (code === 0) return named('ctrl-space');
  if (code < 0x20) return named(`ctrl-${String.fromCharCode(code + 0x40).toLowerCase()}`);
  return undefined;
}

function named(name: string): Key {
  return { kind: 'key', name };
}

/** The longest sequence that is waited for; whatever is longer is none of a keyboard. */
const LONGEST = 256;

function readEscape(text: string): Read | undefined {
  const second = text[1];
  if (second === undefined) return undefined;
  if (second === '[') return readCsi(text);
  if (second === 'O') return readSs3(text);
  if ('P]^_X'.includes(second)) return readString(text);
  if (second === ESC) return { length: 1, key: named('escape') };
  const code = text.codePointAt(1) ?? 0;
  if (code < 0x20 || code === 0x7f) {
    const key = control(code);
    return { length: 2, key: key?.kind === 'key' ? named(`alt-${key.name}`) : undefined };
  }
  const character = String.fromCodePoint(code);
  return { length: 1 + character.length, key: named(`alt-${wellFormed(character).toLowerCase()}`) };
}

function readCsi(text: string): Read | undefined {
  // The Linux console sends its function keys with a second bracket.
  if (text[2] === '[') return text.length < 4 ? undefined : { length: 4 };
  const [whole, parameters = '', final] = /^\x1b\[([\x30-\x3f]*)[\x20-\x2f]*([\x40-\x7e])?/.exec(text) ?? [text];
  if (final === undefined)
    return whole.length === text.length && text.length < LONGEST ? undefined : { length: whole.length };
  const { length } = whole;
  if (whole === '\x1b[200~') return { length, mark: 'start' };
  return { length, key: csiKey(parameters, final) };
}

function readSs3(text: string): Read | undefined {
  const [whole, modifier, final] = /^\x1bO([0-9]{0,2})([\x40-\x7e])?/.exec(text) ?? [text];
  if (final === undefined) return whole.length === text.length ? undefined : { length: whole.length };
  const name = SS3[final] ?? LETTERS[final];
  return { length: whole.length, key: name === undefined ? undefined : named(modified(name, Number(modifier || 1))) };
}

/** What a terminal tells about itself, up to its end: nobody typed that. */
function readString(text: string): Read | undefined {
  const end = /\x07|\x1b\\/.exec(text.slice(2));
  if (end !== null) return { length: 2 + end.index + end[0].length };
  return text.length < LONGEST * 16 ? undefined : { length: text.length };
}

const LETTERS: Readonly<Record<string, string>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  H: 'home',
  F: 'end',
};

/** Keys of the number pad and of rxvt that only come this way. */
const SS3: Readonly<Record<string, string>> = {
  M: 'enter',
  c: 'ctrl-right',
  d: 'ctrl-left',
  a: 'ctrl-up',
  b: 'ctrl-down',
};

const TILDES: Readonly<Record<string, string>> = {
  1: 'home',
  2: 'insert',
  3: 'delete',
  4: 'end',
  5: 'page-up',
  6: 'page-down',
  7: 'home',
  8: 'end',
};

function csiKey(parameters: string, final: string): Key | undefined {
  const [first = '', second = '', third = ''] = parameters.split(';');
  const modifier = Number(second.split(':')[0] || 1);
  if (final === '~') {
    if (first === '27') return codeKey(Number(third), modifier);
    const name = TILDES[first];
    return name === undefined ? undefined : named(modified(name, modifier));
  }
  if (final === 'u') return codeKey(Number(first.split(':')[0]), modifier);
  if (final === 'Z') return named('shift-tab');
  if (final === 'R' && /^\d+;\d+$/.test(parameters))
    return { kind: 'cursor', row: Number(first), column: Number(second) };
  const name = LETTERS[final];
  return name === undefined ? undefined : named(modified(name, modifier));
}

/** A key told by the number of its character, as terminals do for combinations that have no bytes of their own. */
function codeKey(code: number, modifier: number): Key | undefined {
  if (!Number.isInteger(code) || code < 0 || code > 0x10ffff) return undefined;
  const special: Readonly<Record<number, string>> = {
    9: 'tab',
    10: 'enter',
    13: 'enter',
    27: 'escape',
    127: 'backspace',
  };
  const name = special[code];
  if (name !== undefined) return named(modified(name, modifier));
  // What is no character: controls, surrogates, and the private numbers by which function keys are told.
  if (code < 0x20 || (code > 0x7e && code < 0xa0) || (code >= 0xd800 && code <= 0xf8ff)) return undefined;
  const text = String.fromCodePoint(code);
  if (((modifier - 1) & ~1) === 0) return { kind: 'text', text: modifier === 2 ? text.toUpperCase() : text };
  return named(modified(text === ' ' ? 'space' : text.toLowerCase(), ((modifier - 1) & ~1) + 1));
}

/** The number is one more than the sum of 1 for Shift, 2 for Alt, 4 for Ctrl. */
function modified(name: string, number: number): string {
  const bits = Number.isInteger(number) && number > 0 ? number - 1 : 0;
  return `${bits & 4 ? 'ctrl-' : ''}${bits & 2 ? 'alt-' : ''}${bits & 1 ? 'shift-' : ''}${name}`;
}
