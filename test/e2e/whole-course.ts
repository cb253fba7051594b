import { stripVTControlCharacters } from 'node:util';
import type { Terminal } from '../helpers/terminal.ts';

/** What the robot has met on its way. */
export type Walk = {
  /** Lines typed at the shell, in their order. */
  readonly commands: readonly string[];
  /** Kinds of prompts and how often each was answered. */
  readonly prompts: Readonly<Record<string, number>>;
  /** Exercises by id, in their order. */
  readonly exercises: readonly string[];
  /** Acts that were waited for until they were seen. */
  readonly seen: number;
};

const MOST_STEPS = 2_000;

/**
 * Follows the course from a shell prompt to its end and types only what the screen suggests: Enter, a number that is on
 * offer, the words of the list that `?` prints, the command behind "next:", and the answer that `solution` or the last
 * hint puts there. Acts are waited for `waits` times; afterwards Enter goes on, as the waiting prompt says.
 */
export async function walkCourse(terminal: Terminal, first: string, waits: number): Promise<Walk> {
  const commands: string[] = [];
  const prompts: Record<string, number> = {};
  const exercises: string[] = [];
  let seen = 0;
  let words = '';
  let next: string | undefined;
  let command = first;
  const reader = promptsOf(terminal);
  await reader.next();
  for (let step = 0; step < MOST_STEPS; step++) {
    if (command !== '') {
      commands.push(command);
      terminal.enter(command);
      command = '';
    }
    const { label, said } = await reader.next();
    prompts[label] = (prompts[label] ?? 0) + 1;
    const asked = /(?:Task|Question|Number|Report) (\d+\.\d+):/.exec(said)?.[1];
    if (asked !== undefined) exercises.push(asked);
    if (said.includes('\nSeen.')) seen++;
    next = /End of lesson [\s\S]*^next: (prom-tutor .*)$/m.exec(said)?.[1] ?? next;
    if (words === '' && label === 'Enter>') {
      terminal.enter('?');
      words = (await reader.next()).said;
    }
    switch (label) {
      case '$': {
        const suggested = next ?? /^Next: (prom-tutor .*)$/m.exec(said)?.[1];
        if (suggested === undefined) return { commands, prompts, exercises, seen };
        command = suggested;
        next = undefined;
        break;
      }
      case 'screen readers):':
      case 'Enter>':
      case 'q leaves>':
      case 'Enter does it>':
        terminal.enter();
        break;
      case 'waiting, Enter goes on>':
        if (seen >= waits) terminal.enter();
        break;
      case 'choose>':
        if (/Predict:/.test(said)) terminal.enter('1');
        else await solve(terminal, reader, false);
        break;
      case 'promql>':
        if (exercises.length === 1) await solveByHints(terminal, reader);
        else await solve(terminal, reader, /Mend it where it stands/.test(said.replace(/\s+/g, ' ')));
        break;
      case 'number>':
      case 'report>':
        await solve(terminal, reader, false);
        break;
      default:
        throw new Error(`no idea what to type at "${label}":\n${said}`);
    }
  }
  throw new Error(`no end after ${MOST_STEPS} steps`);
}

type Reader = { next(): Promise<{ readonly label: string; readonly said: string }> };

/** The answer that `solution` puts on the line is sent as it stands. */
async function solve(terminal: Terminal, reader: Reader, mending: boolean): Promise<void> {
  if (mending) terminal.press('ctrl-u');
  terminal.enter('solution');
  await reader.next();
  terminal.enter();
}

/** Hint after hint, asked for again where that is said; the last one has the answer in backticks. */
async function solveByHints(terminal: Terminal, reader: Reader): Promise<void> {
  for (let step = 0; step < 12; step++) {
    terminal.enter('hint');
    const { said } = await reader.next();
    const last = /Hint 4 of 4:([\s\S]*)/.exec(said)?.[1];
    const answer = /`([^`]+)`/.exec(last ?? '')?.[1] ?? /solution:\s+(\S[^\n]*)/i.exec(last ?? '')?.[1];
    if (answer !== undefined) {
      terminal.enter(answer.trim());
      return;
    }
  }
  throw new Error('the last hint has no answer');
}

/** The last one in a text is the one that waits: what is typed behind it may go on in further rows. */
const LABELS =
  /(?<=^|\n).*?(screen readers\):|waiting, Enter goes on>|Enter does it>|q leaves>|Enter>|choose>|promql>|number>|report>|play>|\$) /g;

/**
 * What waits for input. A prompt of the tool is known by the switch to bracketed paste before it, that of the shell by
 * its `$ `; what was printed since the prompt before comes with it.
 */
function promptsOf(terminal: Terminal): Reader {
  let from = 0;
  return {
    async next() {
      for (;;) {
        const raw = terminal.raw();
        const on = raw.lastIndexOf('\x1b[?2004h');
        const waits = on >= from && on > raw.lastIndexOf('\x1b[?2004l');
        const text = stripVTControlCharacters(raw.slice(from)).replace(/\r/g, '');
        const label = [...text.matchAll(LABELS)].at(-1)?.[1];
        if (
          label !== undefined &&
          (waits ||
            (label === 'screen readers):' && text.endsWith(': ')) ||
            (label === '$' && text.endsWith('\n$ ')) ||
            (from === 0 && text === '$ '))
        ) {
          from = raw.length;
          return { label, said: text };
        }
        await terminal.changed();
      }
    },
  };
}
