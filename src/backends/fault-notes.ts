import { join } from 'node:path';
import { isListOf, isNumber, isObject, isOneOf, isText } from './shape.ts';
import { readStored, removeStored, type Shape, writeStored } from './stored-json.ts';

/** When an instance was stopped on purpose, and when it comes back by itself. It cannot be asked while it is away. */
export type StopNote = { readonly service: string; readonly sinceMs: number; readonly untilMs?: number };

type NotesFile = { readonly version: 1; readonly stackId: string; readonly stopped: readonly StopNote[] };

/** What is noted of a stack. A file that cannot be used counts as none: only times are lost with it. */
export async function readStopNotes(stateDir: string, stackId: string): Promise<readonly StopNote[]> {
  const { value } = await readStored(fileIn(stateDir), VERSION, shapeOf);
  return value?.stackId === stackId ? value.stopped : [];
}

export async function writeStopNotes(stateDir: string, stackId: string, stopped: readonly StopNote[]): Promise<void> {
  if (stopped.length === 0) await removeStored(fileIn(stateDir));
  else await writeStored(fileIn(stateDir), { version: VERSION, stackId, stopped } satisfies NotesFile);
}

const VERSION = 1;

function fileIn(stateDir: string): string {
  return join(stateDir, 'faults.json');
}

const isNotes = isObject({
  version: isOneOf(VERSION),
  stackId: isText,
  stopped: isListOf(isObject({ service: isText, sinceMs: isNumber }, { untilMs: isNumber })),
});

const shapeOf: Shape<NotesFile> = (document) => {
  const wrong = isNotes(document, '');
  return wrong === undefined ? { value: document as NotesFile } : { wrong };
};
