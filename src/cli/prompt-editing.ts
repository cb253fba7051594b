import type { Key } from '../explorer/editor/keys.ts';
import { offer } from '../explorer/editor/menu.ts';
import { type EditorRules, type Effect, press } from '../explorer/editor/press.ts';
import { type EditorState, editorState } from '../explorer/editor/state.ts';
import { drawEditor, drawnEditor, type EditorLook } from '../render/editor.ts';
import { InputRegion } from './input-region.ts';
import { listenToKeys } from './keyboard.ts';
import type { Answer, PromptStreams, Question } from './prompt.ts';
import { PASTE_GAP_MS } from './prompt-lines.ts';
import { isIncomplete, oneLine } from './prompt-text.ts';
import { enterTerminal } from './terminal-session.ts';

/**
 * Asks with the line editor. `canWrite` is handed a way to write above the question while it is asked. Afterwards the
 * terminal is as it was.
 */
export function askEditing(
  streams: PromptStreams,
  question: Question,
  canWrite: (above: (block: string) => void) => void,
): Promise<Answer> {
  return new Promise((resolve) => {
    const editing = new Editing(streams, question, resolve);
    canWrite((block) => editing.above(block));
    editing.begin();
  });
}

class Editing {
  readonly #streams: PromptStreams;
  readonly #question: Question;
  readonly #resolve: (answer: Answer) => void;
  readonly #rules: EditorRules;
  readonly #region: InputRegion;
  readonly #label: string;
  #state: EditorState;
  /** Enter was pressed, and nothing came behind it yet. */
  #entering: NodeJS.Timeout | undefined;
  /** The window has another size, and the terminal was asked where it put the cursor. */
  #resizing: NodeJS.Timeout | undefined;
  /** Counts what was typed: an answer of the completer is for one of them. */
  #turn = 0;
  #over = false;
  #release: readonly (() => void)[] = [];

  constructor(streams: PromptStreams, question: Question, resolve: (answer: Answer) => void) {
    this.#streams = streams;
    this.#question = question;
    this.#resolve = resolve;
    this.#region = new InputRegion(streams.output);
    this.#rules = {
      isIncomplete,
      breaksOff: question.breaksOff ?? (() => false),
      pasted: question.keepsLines === true ? (text) => text : oneLine,
      choices: (question.choices ?? []).map(({ key }) => key),
    };
    const [label = ''] = question.label.split('\n').slice(-1);
    this.#label = label;
    this.#state = editorState(question.prefill ?? '', question.history ?? []);
  }

  begin(): void {
    const { input, output, signal, ways } = this.#streams;
    const session = enterTerminal(
      { stdin: input, stdout: output, ways },
      {
        raw: true,
        bracketedPaste: true,
        onLeave: () => this.#region.leave(this.#whole()),
        onResume: () => this.#begin(),
      },
    );
    const onAbort = () => this.#finish(this.#interrupted());
    const noResize = output.onResize?.(() => this.#resized());
    const noKeys = listenToKeys(input, {
      onKeys: (keys) => this.#take(keys),
      onEnd: () => this.#ended(),
    });
    signal.addEventListener('abort', onAbort, { once: true });
    this.#release = [
      noKeys,
      () => noResize?.(),
      () => signal.removeEventListener('abort', onAbort),
      () => session.restore(),
    ];
    const { label, until } = this.#question;
    if (label !== this.#label) output.write(label.slice(0, -this.#label.length || undefined));
    this.#begin();
    void until?.then(() => this.#finish({ kind: 'line', text: '' }));
  }

  above(block: string): void {
    if (!this.#over) this.#region.above(`${block}\n`, this.#frame());
  }

  #begin(): void {
    this.#region.begin();
    this.#paint();
  }

  #take(keys: readonly Key[]): void {
    if (this.#over) return;
    this.#turn++;
    if (this.#entering !== undefined) {
      clearTimeout(this.#entering);
      this.#entering = undefined;
      this.#press(ENTER, true);
    }
    let ask: Effect | undefined;
    for (const [index, key] of keys.entries()) {
      if (key.kind === 'cursor') {
        this.#cursorAt(key.column);
        continue;
      }
      if (key.kind === 'key' && key.name === 'enter' && index === keys.length - 1) {
        this.#entering = setTimeout(() => this.#enter(), PASTE_GAP_MS);
        break;
      }
      const effect = this.#press(index < keys.length - 1 ? withoutTab(key) : key, keys.length > 1);
      if (this.#over) return;
      ask = effect;
    }
    if (ask?.kind === 'complete' && this.#entering === undefined) this.#complete(ask.how);
    this.#paint();
  }

  #enter(): void {
    this.#entering = undefined;
    const effect = this.#press(ENTER, false);
    if (this.#over) return;
    if (effect?.kind === 'complete') this.#complete(effect.how);
    this.#paint();
  }

  #press(key: Key, more: boolean): Effect | undefined {
    const { state, effect } = press(this.#state, key, this.#rules, more);
    this.#state = state;
    switch (effect?.kind) {
      case 'submit':
        this.#finish({
          kind: 'line',
          text: effect.text.trim(),
          ...(effect.unfinished === undefined ? {} : { unfinished: this.#rules.pasted(effect.unfinished.trimEnd()) }),
        });
        break;
      case 'choice':
        this.#finish({
          kind: 'line',
          text: effect.key,
          choice: effect.key,
          ...(state.text === '' ? {} : { unfinished: state.text }),
        });
        break;
      case 'interrupt':
        this.#finish(this.#interrupted());
        break;
      case 'end':
        this.#finish({ kind: 'end' });
        break;
      case 'clear':
        this.#region.clear(this.#height());
        break;
      case 'stop':
        this.#streams.ways?.stop();
        break;
    }
    return effect;
  }

  #complete(how: 'typing' | 'tab'): void {
    const { completer } = this.#question;
    if (completer === undefined) return;
    const turn = this.#turn;
    const { text } = this.#state;
    const { now, later } = completer(text, this.#state.cursor);
    this.#state = offer(this.#state, now, { by: how, answer: later === undefined ? 'only' : 'first' });
    if (this.#state.text !== text) {
      this.#complete('typing');
      return;
    }
    void later?.then((more) => {
      if (this.#over || turn !== this.#turn) return;
      this.#state = offer(this.#state, more, { by: how, answer: 'later' });
      this.#paint();
    });
  }

  #ended(): void {
    if (this.#over) return;
    if (this.#entering !== undefined) this.#enter();
    if (!this.#over) this.#finish({ kind: 'end' });
  }

  #interrupted(): Answer {
    const { text } = this.#state;
    return { kind: 'interrupt', text: this.#question.keepsLines === true ? text.trim() : oneLine(text) };
  }

  #finish(answer: Answer): void {
    if (this.#over) return;
    if (this.#resizing !== undefined) this.#redraw(false);
    this.#over = true;
    clearTimeout(this.#entering);
    this.#region.leave(this.#whole());
    for (const release of this.#release) release();
    this.#resolve(answer);
  }

  /** Only where the cursor's own row was longer than the window now is, terminals differ: then this one is asked. */
  #resized(): void {
    const { width } = this.#look();
    clearTimeout(this.#resizing);
    if (this.#region.column < width) {
      this.#redraw(false);
      return;
    }
    this.#resizing = setTimeout(() => this.#redraw(false), CURSOR_MS);
    this.#region.askCursor();
  }

  /** A cursor that went to the next row with what stood before it is where the old column says. */
  #cursorAt(column: number): void {
    if (this.#resizing === undefined) return;
    this.#redraw(column - 1 === this.#region.column % this.#look().width);
  }

  #redraw(broken: boolean): void {
    clearTimeout(this.#resizing);
    this.#resizing = undefined;
    if (this.#over) return;
    this.#region.resized(this.#look().width, broken);
    this.#paint();
  }

  #paint(): void {
    if (!this.#over && this.#resizing === undefined) this.#region.show(this.#frame());
  }

  #frame() {
    const state = this.#entering === undefined ? this.#state : { ...this.#state, menu: undefined };
    return drawEditor(state, this.#look());
  }

  /** As it stays on the screen, without menu, and with all its rows. */
  #whole() {
    return drawnEditor(this.#state, this.#look());
  }

  #height(): number {
    return Math.max(2, this.#streams.output.rows?.() ?? 24);
  }

  #look(): EditorLook {
    const { output, style } = this.#streams;
    return {
      label: this.#label,
      more: this.#question.more ?? '... ',
      highlight: this.#question.highlight ?? ((text) => text),
      style: style ?? { colour: false, ascii: false, accessible: false },
      width: Math.max(8, output.columns() ?? 80),
      height: this.#height(),
    };
  }
}

/** A terminal that does not say where its cursor is within this time, in milliseconds, never will. */
const CURSOR_MS = 150;

const ENTER: Key = { kind: 'key', name: 'enter' };

/** A tab in the middle of what was pasted parts two words and completes none. */
function withoutTab(key: Key): Key {
  return key.kind === 'key' && key.name === 'tab' ? { kind: 'text', text: ' ' } : key;
}
