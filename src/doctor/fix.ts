import { shellWord } from '../lib/shell-word.ts';

/**
 * What mends a finding, as data: `commandLine` prints it for people, `doctor --fix` carries it out. Both are the same thing.
 */
export type Fix = Deed & {
  /**
   * `none`: it only brings back what this tool had started, or moves a file of ours aside. `ask`: something is lost by it, or
   * begins that was not there. `by-hand`: only the person can do it (their shell, their password, their whole machine).
   */
  readonly consent: 'none' | 'ask' | 'by-hand';
};

type Deed =
  /** Commands of ours, one after another as long as each ends well: the words after `prom-tutor`. */
  | { readonly kind: 'tutor'; readonly commands: readonly (readonly string[])[] }
  | { readonly kind: 'docker'; readonly args: readonly string[] }
  /** A process of ours that a signal has suspended goes on. */
  | { readonly kind: 'resume'; readonly pid: number }
  /** A file of ours gets another name. */
  | { readonly kind: 'set-aside'; readonly path: string; readonly aside: string }
  /** A line for the person's own shell. */
  | { readonly kind: 'shell'; readonly line: string };

/** What a person types for it. */
export function commandLine(fix: Fix): string {
  return WORDS[fix.kind](fix as never);
}

const WORDS: { readonly [K in Deed['kind']]: (fix: Extract<Deed, { readonly kind: K }>) => string } = {
  tutor: ({ commands }) => commands.map((words) => ['prom-tutor', ...words.map(shellWord)].join(' ')).join(' && '),
  docker: ({ args }) => ['docker', ...args.map(shellWord)].join(' '),
  resume: ({ pid }) => `kill -CONT ${pid}`,
  'set-aside': ({ path, aside }) => `mv ${shellWord(path)} ${shellWord(aside)}`,
  shell: ({ line }) => line,
};

/** A stack that was started comes back, or takes the place of what is left of it. */
export const bringBack: Fix = { kind: 'tutor', commands: [['start']], consent: 'none' };

/** Nothing runs and nothing is broken: starting is an offer. */
export const startStack: Fix = { ...bringBack, consent: 'ask' };

/** What was scraped is lost by it. */
export const renewStack: Fix = { kind: 'tutor', commands: [['stop'], ['start']], consent: 'ask' };

/** The files of the stack are written anew, its data stays; while it is away nothing is scraped. */
export const rebuildStack: Fix = { kind: 'tutor', commands: [['stop', '--keep-data'], ['start']], consent: 'ask' };

export const clearFaults: Fix = { kind: 'tutor', commands: [['fault', 'clear']], consent: 'none' };

/** What a person wrote into their settings gets another value, or none. */
export function changeSettings(words: readonly string[]): Fix {
  return { kind: 'tutor', commands: [words], consent: 'ask' };
}

/** Something that Docker does to what is ours. */
export function withDocker(...args: readonly string[]): Fix {
  return { kind: 'docker', args, consent: 'none' };
}

export function resume(pid: number): Fix {
  return { kind: 'resume', pid, consent: 'none' };
}

export function moveAside(path: string, aside: string): Fix {
  return { kind: 'set-aside', path, aside, consent: 'none' };
}

/** Variables of the person's shell, programs that want a password, settings of the whole machine. */
export function byHand(line: string): Fix {
  return { kind: 'shell', line, consent: 'by-hand' };
}
