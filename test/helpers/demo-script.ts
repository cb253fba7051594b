import { type Io, processIo } from '../../src/cli/io.ts';
import { main } from '../../src/cli/main.ts';

/**
 * The tool from source, for tests that need it in a pseudo-terminal. With DEMO_CRASH=1 the first wait is an error that
 * nobody expects; with DEMO_ENDED=FILE it is asked to write there how it ended.
 */
const io: Io = processIo();
const { DEMO_CRASH, DEMO_ENDED } = process.env;
const crashing: Io = {
  ...io,
  sleep: async () => {
    throw new Error('a crash on purpose');
  },
};
process.stdout.on('error', () => undefined);
process.exitCode = await main(process.argv.slice(2), DEMO_CRASH === '1' ? crashing : io);
if (DEMO_ENDED !== undefined) {
  const { writeFileSync } = await import('node:fs');
  writeFileSync(DEMO_ENDED, String(process.exitCode));
}
