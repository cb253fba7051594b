import { processIo } from './io.ts';
import { main } from './main.ts';

/**
 * What `bin` calls: the whole program against the real process. A reader that went away (EPIPE) is a quiet success; a
 * terminal that went away (EIO) ends it as a hang-up does.
 */
export async function run(): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(0);
      if (error.code === 'EIO') process.exit(143);
      throw error;
    });
  }
  process.exitCode = await main(process.argv.slice(2), processIo());
}
