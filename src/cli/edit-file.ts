import { execa } from 'execa';
import { UserError } from '../model/errors.ts';
import { commandWords } from './command-words.ts';
import type { Context } from './context.ts';

/**
 * Opens a file in the editor of the person and waits until it is closed. The command of $VISUAL or $EDITOR is split into
 * words here; no shell reads it. Throws `UserError` where there is no terminal, no such editor, or it fails.
 */
export async function editFile(context: Context, path: string): Promise<void> {
  const { io } = context;
  if (!context.interactive) {
    throw new UserError('an editor needs a terminal, and this is none', { hint: `The file is ${path}`, exitCode: 2 });
  }
  const [program = '', ...args] = commandWords(
    io.env.VISUAL || io.env.EDITOR || (io.platform === 'win32' ? 'notepad' : 'vi'),
  );
  const done = await execa(program, [...args, path], {
    cwd: io.cwd,
    env: { ...io.env },
    extendEnv: false,
    stdio: 'inherit',
    reject: false,
  });
  if (!done.failed) return;
  const why = done.code === 'ENOENT' ? 'there is no such program' : `it ended with ${done.exitCode ?? done.signal}`;
  throw new UserError(`the editor ${program}: ${why}`, {
    hint: `Name another one: VISUAL=nano prom-tutor …, or open the file yourself: ${path}`,
  });
}
