import type { ExploreState } from '../explorer/session.ts';
import type { ExitCode } from '../model/errors.ts';
import type { Style } from '../render/style.ts';
import type { Connection } from './connect.ts';
import type { Context } from './context.ts';
import type { ExploreOutput } from './explore-output.ts';
import type { Pages } from './explore-pages.ts';
import type { OptionsOf } from './spec.ts';
import type { exploreSpec } from './specs/explore.ts';

export type ExploreOptions = OptionsOf<typeof exploreSpec>;

/** What one session of `explore` works with. What changes from line to line is written here by the loop and the acts. */
export type ExploreRoom = {
  /** With the signal of the piece of work under way, and the width the terminal has now. */
  context: Context;
  connection: Connection;
  /** What was asked at the beginning; it is closed by who has opened it. */
  readonly first: Connection;
  readonly options: ExploreOptions;
  state: ExploreState;
  /** An answer of which only a part was shown. */
  pages: Pages | undefined;
  /** The file that results are written to, too. */
  output: ExploreOutput | undefined;
  /** The server gave no usable answer the last time. */
  down: boolean;
  /** How the first line ended that could not be followed; what a script gets to know. */
  failed: ExitCode | undefined;
  /** What was typed, oldest first. */
  readonly typed: string[];
  /** How many files are being read within each other. */
  depth: number;
};

/** Writes a block to the terminal, and to the file where there is one: there whole, wide and without colours. */
export async function show(room: ExploreRoom, draw: (style: Style) => string): Promise<void> {
  const text = draw(room.context.style);
  if (text !== '') room.context.out(text);
  await record(room, draw);
}

/** Writes a block to the file alone. */
export async function record(room: ExploreRoom, draw: (style: Style) => string): Promise<void> {
  if (room.output === undefined) return;
  await room.output.write(draw({ ...room.context.style, colour: false, accessible: false, width: FILE_WIDTH }));
}

/** Rows of a file stay one line each, however long. */
const FILE_WIDTH = 1_000_000;

/** Lines of the terminal that an answer may take, so that its head is still there when the prompt is. */
export function screenLines({ context }: ExploreRoom): number | undefined {
  if (!context.interactive) return undefined;
  return Math.max(5, (context.io.stdout.rows?.() ?? 24) - 4);
}
