import { toolVersion } from './version.ts';

/**
 * What `bin` calls: the whole program against the real process. A reader that went away (EPIPE) is a quiet success; a
 * terminal that went away (EIO) ends it as a hang-up does.
 */
export async function run(): Promise<void> {
  guard(process.stdout);
  const argv = process.argv.slice(2);
  const quick = await quickAnswer(argv);
  if (quick !== undefined) {
    process.stdout.write(quick);
    return;
  }
  guard(process.stderr);
  const [{ main }, { processIo }] = await Promise.all([import('./main.ts'), import('./io.ts')]);
  process.exitCode = await main(argv, processIo());
}

function guard(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    if (error.code !== 'EIO') throw error;
    // Not an exit at once: what a command has begun must be tidied up first.
    process.emit('SIGHUP', 'SIGHUP');
    setTimeout(() => process.exit(143), HANG_UP_MS).unref();
  });
}

/** What is asked again and again, by people and programs, is answered before anything else is loaded. */
async function quickAnswer(argv: readonly string[]): Promise<string | undefined> {
  const [first = '', ...more] = argv;
  if (more.length === 0 && VERSION_WORDS.has(first)) return `${toolVersion()}\n`;
  if (!argv.some((word) => HELP_WORDS.has(word))) return undefined;
  const [{ quickHelp }, { processPlace }] = await Promise.all([import('./quick-help.ts'), import('./io.ts')]);
  return quickHelp(argv, processPlace(), process.stdout.columns ?? 80);
}

const VERSION_WORDS: ReadonlySet<string> = new Set(['--version', '-V']);
const HELP_WORDS: ReadonlySet<string> = new Set(['--help', '-h', 'help']);

/** The longest that tidying up may take when nobody is there to see it. */
const HANG_UP_MS = 40_000;
