import type { Style } from '../render/style.ts';
import type { Config } from './config/config.ts';
import type { Io } from './io.ts';

/** What a command works with: the outside world, how to draw, and what the global options said. */
export type Context = {
  readonly io: Io;
  /** How to draw on stdout, and on stderr (the two may differ: `query up | less` keeps colours on stderr). */
  readonly style: Style;
  readonly errStyle: Style;
  /** `--json`: stdout carries one JSON document (or JSON lines) and nothing else. */
  readonly json: boolean;
  /** Whether a person can be asked something: both ends are a terminal and `--no-input` was not given. */
  readonly interactive: boolean;
  readonly debug: boolean;
  /** The settings in force. */
  readonly config: Config;
  /** Writes one block to stdout, with a newline after it. */
  out(text: string): void;
  /** Writes one block to stderr, with a newline after it. */
  note(text: string): void;
};
