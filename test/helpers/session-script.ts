import { writeFileSync } from 'node:fs';
import { processIo } from '../../src/cli/io.ts';
import { enterTerminal } from '../../src/cli/terminal-session.ts';

/**
 * A program for tests of the ways out: changes everything of the terminal, says `ready`, and does what its first argument
 * says: `wait` for a key or a signal, `throw` an error nobody catches, `reject` a promise, `exit`, or `nest` two sessions.
 * Its second argument is a file that it writes at its end.
 */
const ended = process.argv[3];
if (ended !== undefined) process.on('exit', () => writeFileSync(ended, 'ended'));
const io = processIo();
const all = { raw: true, altScreen: true, hideCursor: true, bracketedPaste: true } as const;
const session = enterTerminal(io, { ...all, onResume: () => io.stdout.write('resumed\n') });
io.stdin.resume();
io.stdout.write('ready\n');
switch (process.argv[2]) {
  case 'throw':
    setTimeout(() => {
      throw new Error('nobody catches this');
    }, 10);
    break;
  case 'reject':
    void Promise.reject(new Error('nobody waits for this'));
    break;
  case 'exit':
    process.exit(3);
    break;
  case 'nest': {
    const inner = enterTerminal(io, { raw: true, hideCursor: true });
    inner.restore();
    io.stdout.write('still there\n');
    session.restore();
    session.restore();
    io.stdin.pause();
    break;
  }
  default:
    io.signal.addEventListener('abort', () => {
      session.restore();
      io.stdin.pause();
    });
    io.stdin.on('data', (chunk: Buffer) => {
      if (chunk.toString() === '\x1a') io.ways?.stop();
      if (chunk.toString() === 'q') {
        session.restore();
        io.stdin.pause();
      }
    });
}
