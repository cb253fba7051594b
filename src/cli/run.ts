import { processIo } from './io.ts';
import { toolVersion } from './version.ts';

/**
 * What `bin` calls: the whole program against the real process. A reader that went away (EPIPE) is a quiet success; a
 * terminal that went away (EIO) ends it as a hang-up does.
 */
export async function run(): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(0);
      if (error.code !== 'EIO') throw error;
      // Not an exit at once: what a command has begun must be tidied up first.
      process.emit('SIGHUP', 'SIGHUP');
      setTimeout(() => process.exit(143), HANG_UP_MS).unref();
    });
  }
  const argv = process.argv.slice(2);
  if (argv.length === 1 && VERSION_WORDS.has(argv[0] ?? '')) {
    process.stdout.write(`${toolVersion()}\n`);
    return;
  }
  const { main } = await import('./main.ts');
  process.exitCode = await main(argv, processIo());
}

/** Asked for by other programs, again and again: answered before anything else is loaded. */
const VERSION_WORDS: ReadonlySet<string> = new Set(['--version', '-V']);

/** The longest that tidying up may take when nobody is there to see it. */
const HANG_UP_MS = 40_000;
