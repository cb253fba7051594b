import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isIncomplete } from '../../../src/cli/prompt-text.ts';
import type { CompletionItem, Completions } from '../../../src/explorer/completion.ts';
import { type Key, keyDecoder } from '../../../src/explorer/editor/keys.ts';
import { type Offered, offer } from '../../../src/explorer/editor/menu.ts';
import { type EditorRules, type Effect, press } from '../../../src/explorer/editor/press.ts';
import { type EditorState, editorState } from '../../../src/explorer/editor/state.ts';
import { SEEDED } from '../../helpers/hostile.ts';

const RULES: EditorRules = {
  isIncomplete,
  breaksOff: (line) => line.trim() === 'quit',
  pasted: (text) => text,
  choices: ['1', '2'],
};

type Done = { readonly state: EditorState; readonly effects: readonly Effect[] };

/** Presses names of keys; what is no name, or stands behind =, is typed, and what stands behind < is pasted. */
function pressed(state: EditorState, ...keys: readonly string[]): Done {
  const effects: Effect[] = [];
  let now = state;
  const all = keys.flatMap((name): Key[] => {
    if (NAMES.test(name)) return [{ kind: 'key', name }];
    if (name.startsWith('=')) return [...name.slice(1)].map((text) => ({ kind: 'text', text }));
    if (name.startsWith('<')) return [{ kind: 'paste', text: name.slice(1) }];
    return [...name].map((text) => ({ kind: 'text', text }));
  });
  for (const key of all) {
    const { state: next, effect } = press(now, key, RULES);
    now = next;
    if (effect !== undefined && !(effect.kind === 'complete' && effect.how === 'typing')) effects.push(effect);
  }
  return { state: now, effects };
}

const NAMES =
  /^(?:(?:ctrl-|alt-|shift-)+.+|up|down|left|right|home|end|enter|tab|escape|backspace|delete|page-up|page-down)$/;

/** The text with a bar where the cursor is. */
function seen({ text, cursor }: EditorState): string {
  return `${text.slice(0, cursor)}|${text.slice(cursor)}`;
}

describe('press', () => {
  it.each<[string, string, readonly string[], string]>([
    ['typing', '', ['=up'], 'up|'],
    ['typing in the middle', 'sum()', ['left', '=up'], 'sum(up|)'],
    ['Ctrl-A and Ctrl-E', 'up', ['ctrl-a', 'x', 'ctrl-e', 'y'], 'xupy|'],
    ['Ctrl-B and Ctrl-F', 'up', ['ctrl-b', 'ctrl-b', 'ctrl-f'], 'u|p'],
    ['a wide character is one step', 'a日b', ['left', 'left'], 'a|日b'],
    ['an accent goes with its letter', 'e\u0301', ['left'], '|e\u0301'],
    ['a family is removed whole', 'a👩‍👩‍👧', ['backspace'], 'a|'],
    ['Delete takes what is ahead', 'a日b', ['home', 'right', 'delete'], 'a|b'],
    ['Ctrl-D takes what is ahead', 'ab', ['home', 'ctrl-d'], '|b'],
    ['Alt-B stands before the word', 'rate(sse_requests[5m])', ['alt-b'], 'rate(sse_requests[|5m])'],
    ['twice', 'rate(sse_requests[5m])', ['alt-b', 'ctrl-left'], 'rate(|sse_requests[5m])'],
    ['Alt-F stands behind the word', 'rate(sse_requests)', ['home', 'alt-f', 'ctrl-right'], 'rate(sse_requests|)'],
    ['Ctrl-K cuts to the end', 'sum(up)', ['alt-b', 'ctrl-k'], 'sum(|'],
    ['Ctrl-U cuts to the beginning', 'sum(up)', ['left', 'ctrl-u'], '|)'],
    ['Ctrl-W cuts to the blank', 'a + rate(x)', ['ctrl-w'], 'a + |'],
    ['Alt-Backspace cuts a word', 'a + rate(x)', ['alt-backspace'], 'a + rate(|'],
    ['Alt-D cuts the word ahead', 'rate(x)', ['home', 'alt-d'], '|(x)'],
    ['Ctrl-Y brings back', 'up == 1', ['ctrl-u', 'ctrl-y', 'ctrl-y'], 'up == 1up == 1|'],
    ['cuts in a row are one', 'a b c', ['ctrl-w', 'ctrl-w', 'x', 'ctrl-y'], 'a xb c|'],
    ['cuts ahead are one as well', 'a b', ['home', 'alt-d', 'alt-d', 'ctrl-y'], 'a b|'],
    ['Ctrl-T at the end', 'pu', ['ctrl-t'], 'up|'],
    ['Ctrl-T in the middle', 'aXb', ['left', 'left', 'ctrl-t'], 'Xa|b'],
    ['Ctrl-T needs two', 'a', ['ctrl-t'], 'a|'],
    ['Ctrl-_ undoes what was typed together', '', ['sum', 'ctrl-_'], '|'],
    ['words apart', '', ['a b', 'ctrl-_'], 'a|'],
    ['a cut is undone', 'up', ['ctrl-u', 'ctrl-_'], 'up|'],
    ['nothing is undone beyond the beginning', 'up', ['ctrl-_'], 'up|'],
    ['Alt-Enter is a line break', 'up', ['alt-enter', '> 0'], 'up\n> 0|'],
    ['up goes to the line above', 'abc\nd', ['up', 'x'], 'ax|bc\nd'],
    ['and keeps its column', 'abc\nd\nefg', ['up', 'up'], 'abc|\nd\nefg'],
    ['down again', 'abc\nd\nefg', ['up', 'up', 'down', 'down'], 'abc\nd\nefg|'],
    ['home is of the line', 'ab\ncd', ['home', 'x'], 'ab\nx|cd'],
    ['the beginning of an empty first line is its own', '\nup', ['ctrl-home', 'home', 'x'], 'x|\nup'],
    ['nothing is above an empty first line', '\nup', ['ctrl-home', 'up', 'x'], 'x|\nup'],
    ['Ctrl-U at the beginning joins lines', 'ab\ncd', ['home', 'ctrl-u'], 'ab|cd'],
    ['Ctrl-K at the end joins lines', 'ab\ncd', ['up', 'ctrl-e', 'ctrl-k'], 'ab|cd'],
    ['Alt-< and Alt->', 'ab\ncd', ['alt-<', 'x', 'alt->', 'y'], 'xab\ncdy|'],
    ['a paste runs nothing', 'x', ['<sum(\nup)\n'], 'xsum(\nup)\n|'],
    ['keys without a meaning', 'up', ['ctrl-x', 'alt-q', 'shift-up'], 'up|'],
  ])('%s', (_what, text, keys, expected) => {
    const { state, effects } = pressed(editorState(text, []), ...keys);
    expect(seen(state)).toBe(expected);
    expect(effects).toEqual([]);
  });

  it.each<[string, string, readonly string[], Effect]>([
    ['Enter submits', 'up', ['enter'], { kind: 'submit', text: 'up' }],
    ['wherever the cursor is', 'up', ['home', 'enter'], { kind: 'submit', text: 'up' }],
    ['what is open when the line is empty', 'sum(', ['enter', 'enter'], { kind: 'submit', text: 'sum(\n' }],
    [
      'a word behind open lines',
      'sum(',
      ['enter', 'quit', 'enter'],
      { kind: 'submit', text: 'quit', unfinished: 'sum(\n' },
    ],
    ['Ctrl-C', 'up', ['ctrl-c'], { kind: 'interrupt' }],
    ['Ctrl-D on an empty line', '', ['ctrl-d'], { kind: 'end' }],
    ['Ctrl-L', 'up', ['ctrl-l'], { kind: 'clear' }],
    ['Ctrl-Z', 'up', ['ctrl-z'], { kind: 'stop' }],
    ['a choice on an empty line', '', ['2'], { kind: 'choice', key: '2' }],
    ['a choice with Alt', 'up', ['alt-1'], { kind: 'choice', key: '1' }],
    ['Tab', 'up', ['tab'], { kind: 'complete', how: 'tab' }],
  ])('%s', (_what, text, keys, effect) => {
    expect(pressed(editorState(text, []), ...keys).effects).toEqual([effect]);
  });

  it.each<[string, string, readonly string[]]>([
    ['a digit behind other text', 'up > ', ['1']],
    ['a digit that is no choice', '', ['3']],
    ['a word that was pasted with the open lines', 'sum by (', ['<\nquit', 'enter']],
  ])('%s is text', (_what, text, keys) => expect(pressed(editorState(text, []), ...keys).effects).toEqual([]));

  it('takes keys that come together for pasted ones', () => {
    const line = press(editorState('up', []), { kind: 'key', name: 'enter' }, RULES, true);
    expect([seen(line.state), line.effect]).toEqual(['up\n|', undefined]);
    const digit = press(editorState('', []), { kind: 'text', text: '1' }, RULES, true);
    expect(seen(digit.state)).toBe('1|');
  });

  it('never throws and never takes a control character in, whatever is pressed', () => {
    const history = ['up', 'sum(\n  up\n)', 'é日👩‍👩‍👧'];
    const bytes = fc.array(
      fc.oneof(
        fc.uint8Array({ maxLength: 6 }),
        fc.constantFrom(
          '\x1b[A',
          '\x1b[B',
          '\x12',
          '\x07',
          '\x14',
          '\x17',
          '\x19',
          '\x1f',
          '\x1b\r',
          '日',
          'e\u0301',
          '\t',
          '(',
          '\x1b[200~a\nb\x1b[201~',
        ),
      ),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(bytes, (chunks) => {
        const decoder = keyDecoder();
        let state = editorState('', history);
        for (const key of chunks.flatMap((chunk) => decoder.take(chunk))) {
          const { state: next, effect } = press(state, key, RULES);
          state = next;
          if (effect?.kind === 'complete') {
            state = offer(state, { from: state.cursor, items: ITEMS }, { by: effect.how, answer: 'only' });
          }
          expect(state.text).toMatch(/^(?:\n|[^\u0000-\u001f\u007f-\u009f])*$/);
          expect(state.cursor >= 0 && state.cursor <= state.text.length).toBe(true);
          expect(state.text.slice(0, state.cursor)).not.toMatch(/[\ud800-\udbff]$/);
        }
      }),
      SEEDED,
    );
  });
});

describe('history', () => {
  const old = editorState('own', ['first', 'up', 'up', 'sum(\nup)']);

  it.each<[string, readonly string[], string]>([
    ['up brings the newest', ['up'], 'sum(\nup)|'],
    ['up in it goes to its first line, then further back', ['up', 'up', 'up'], 'up|'],
    ['the same twice is shown once', ['ctrl-p', 'ctrl-p', 'ctrl-p', 'up'], 'first|'],
    ['down comes back to what was typed', ['up', 'down'], 'own|'],
    ['nothing is before the first', ['page-up', 'page-up', 'page-up', 'page-up', 'page-up'], 'first|'],
    ['what was changed in an old line is kept', ['up', '!', 'down', 'up'], 'sum(\nup)!|'],
  ])('%s', (_what, keys, expected) => expect(seen(pressed(old, ...keys).state)).toBe(expected));

  it.each<[string, readonly string[], string]>([
    ['finds the newest that holds it', ['ctrl-r', 'UP'], 'sum(\n|up)'],
    ['again: an older one', ['ctrl-r', '=up', 'ctrl-r'], '|up'],
    ['none older: it stays', ['ctrl-r', '=up', 'ctrl-r', 'ctrl-r'], '|up'],
    ['Ctrl-S: back to a newer one', ['ctrl-r', '=up', 'ctrl-r', 'ctrl-s'], 'sum(\n|up)'],
    ['a shorter text finds the newer one again', ['ctrl-r', 'upx', 'backspace'], 'sum(\n|up)'],
    ['Ctrl-G puts back what stood there', ['ctrl-r', '=up', 'ctrl-g'], 'own|'],
    ['Escape keeps what was found', ['ctrl-r', 'fir', 'escape', 'end', '!'], 'first!|'],
    ['down comes back to what was typed', ['ctrl-r', 'fir', 'escape', 'page-down', 'page-down', 'page-down'], 'own|'],
    ['undo brings back what was typed', ['ctrl-r', 'fir', 'escape', 'ctrl-_'], 'own|'],
    ['another key keeps it and is done', ['ctrl-r', 'fir', 'ctrl-e', '!'], 'first!|'],
  ])('Ctrl-R: %s', (_what, keys, expected) => expect(seen(pressed(old, ...keys).state)).toBe(expected));

  it('runs what was found', () => {
    expect(pressed(old, 'ctrl-r', 'fir', 'enter').effects).toEqual([{ kind: 'submit', text: 'first' }]);
  });

  it('says when nothing holds the text', () => {
    expect(pressed(old, 'ctrl-r', 'nowhere').state.search?.failed).toBe(true);
  });
});

const item = (insert: string, kind: CompletionItem['kind'] = 'metric'): CompletionItem => ({
  kind,
  label: insert,
  insert,
});
const ITEMS = [item('rate(', 'function'), item('requests_total'), item('requests_failed')];

function offered(
  text: string,
  items: readonly CompletionItem[],
  how: Partial<Offered> & { note?: string } = {},
): EditorState {
  const { note, ...rest } = how;
  const from = text.search(/\w*$/);
  const completions: Completions = { from, items, ...(note === undefined ? {} : { note }) };
  return offer(editorState(text, ['old']), completions, { by: 'typing', answer: 'only', ...rest });
}

describe('the menu', () => {
  it.each<[string, EditorState, number | undefined]>([
    ['opens while a word is typed', offered('r', ITEMS), 3],
    ['opens behind a bracket', offered('sum(', ITEMS), 3],
    ['stays closed behind a blank', offered('up + ', ITEMS), undefined],
    ['stays closed when the word is whole', offered('up', [item('up')]), undefined],
    ['opens by Tab anywhere', offered('up + ', ITEMS, { by: 'tab' }), 3],
    ['opens by Tab for a note alone', offered('x', [], { by: 'tab', note: 'offline' }), 0],
    ['does not open by itself for a note', offered('x', [], { note: 'offline' }), undefined],
    ['opens when the server answers', offered('r', ITEMS, { answer: 'later' }), 3],
  ])('%s', (_what, state, count) => expect(state.menu?.items.length).toBe(count));

  it.each<[string, EditorState, readonly string[], string, readonly Effect[]]>([
    ['Enter runs when nothing was chosen', offered('r', ITEMS), ['enter'], 'r|', [{ kind: 'submit', text: 'r' }]],
    ['Enter takes what was chosen', offered('r', ITEMS), ['down', 'down', 'enter'], 'requests_total|', []],
    ['Tab takes it too', offered('r', ITEMS), ['down', 'tab'], 'rate(|', []],
    [
      'up from the first leaves the menu to Enter',
      offered('r', ITEMS),
      ['down', 'up', 'enter'],
      'r|',
      [{ kind: 'submit', text: 'r' }],
    ],
    ['up without a choice is history', offered('r', ITEMS), ['up'], 'old|', []],
    ['shift-tab begins at the end', offered('r', ITEMS), ['shift-tab', 'enter'], 'requests_failed|', []],
    ['page-down goes far', offered('r', ITEMS), ['page-down', 'enter'], 'requests_failed|', []],
    ['typing unchooses', offered('r', ITEMS), ['down', 'e', 'enter'], 're|', [{ kind: 'submit', text: 're' }]],
    ['Escape closes it', offered('r', ITEMS), ['down', 'escape', 'enter'], 'r|', [{ kind: 'submit', text: 'r' }]],
  ])('%s', (_what, state, keys, text, effects) => {
    const done = pressed(state, ...keys);
    expect([seen(done.state), done.effects]).toEqual([text, effects]);
  });

  it('stays closed for the word for which Escape closed it', () => {
    const closed = pressed(offered('r', ITEMS), 'escape', 'e').state;
    expect(offer(closed, { from: 0, items: ITEMS }, { by: 'typing', answer: 'only' }).menu).toBeUndefined();
  });

  it.each<[string, EditorState, string]>([
    ['one word comes whole', offered('requests_t', [item('requests_total')], { by: 'tab' }), 'requests_total|'],
    [
      'several come as far as they agree',
      offered('req', [item('requests_total'), item('requests_failed')], { by: 'tab' }),
      'requests_|',
    ],
    [
      'words that only hold it do not count',
      offered('req', [item('requests_total'), item('sse_requests')], { by: 'tab' }),
      'requests_total|',
    ],
    [
      'nothing comes while a server may know more',
      offered('req', [item('requests_total')], { by: 'tab', answer: 'first' }),
      'req|',
    ],
  ])('Tab: %s', (_what, state, text) => expect(seen(state)).toBe(text));

  it('goes to the first word when Tab has nothing to add', () => {
    const open = offered('r', ITEMS, { by: 'tab' });
    expect(open.menu?.selected).toBeUndefined();
    const again = offer(open, { from: 0, items: ITEMS }, { by: 'tab', answer: 'only' });
    expect(again.menu?.selected).toBe(0);
  });

  it('keeps the choice when a server adds words', () => {
    const chosen = pressed(offered('r', ITEMS), 'down', 'down').state;
    const more = offer(chosen, { from: 0, items: [item('region'), ...ITEMS] }, { by: 'typing', answer: 'later' });
    expect(more.menu?.items[more.menu.selected ?? -1]?.label).toBe('requests_total');
  });

  it('does not double a bracket that stands there', () => {
    const state = { ...editorState('rat(x)', []), cursor: 3 };
    const done = offer(state, { from: 0, items: [item('rate(', 'function')] }, { by: 'tab', answer: 'only' });
    expect(seen(done)).toBe('rate(|x)');
  });
});
