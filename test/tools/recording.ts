import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { BIN } from '../helpers/lesson-stack.ts';
import { programFolder } from '../helpers/programs.ts';
import { startTerminal } from '../helpers/terminal.ts';
import { drawFilm } from './recording/draw-film.ts';
import { camera } from './recording/film.ts';

/**
 * Films the built tool in a real terminal, over a demo that it really starts, and writes docs/recording.svg (or the file that
 * is named): `npm run recording -- [FILE]`. It needs the ports 9090, 8000 and 8001; where they are taken, the film says so.
 */
const COLUMNS = 92;
const ROWS = 30;
const TYPED_MS = 60;
/** Nobody wants to wait in a film as long as on a busy machine. */
const LONGEST_MS = 400;
/** So long nothing is written when a command has answered. */
const QUIET_MS = 800;

type Scene = {
  readonly type: string;
  /** What is on the screen when it has answered. */
  readonly until: string;
  /** How long the answer stands. */
  readonly readMs: number;
};

const SCENES: readonly Scene[] = [
  { type: 'prom-tutor start --backend embedded', until: 'Next: prom-tutor lesson', readMs: 5_000 },
  { type: 'prom-tutor lesson up', until: 'Press Enter, or type a', readMs: 1_500 },
  { type: '', until: 'What came before', readMs: 2_500 },
  { type: '', until: '3. three', readMs: 5_000 },
  { type: '3', until: 'your guess, 3: right.', readMs: 4_000 },
  { type: 'quit', until: 'Saved.', readMs: 1_500 },
  {
    type: "prom-tutor query 'sum by (type) (rate(sse_errors_total[5m]))' --range 1h -o graph",
    until: 'last',
    readMs: 5_500,
  },
  { type: `prom-tutor why 'sse_requests_total{provider="OpenAI"}'`, until: 'run it?', readMs: 5_000 },
  { type: 'y', until: 'rows, at', readMs: 6_000 },
];

const home = mkdtempSync(join(tmpdir(), 'prom-tutor-recording-'));
const programs = programFolder({ 'prom-tutor': `exec "${process.execPath}" "${BIN}" "$@"` });
const env = {
  HOME: home,
  XDG_STATE_HOME: home,
  XDG_CONFIG_HOME: home,
  PATH: [programs, dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter),
  PS1: '\\[\\e[36m\\]$\\[\\e[0m\\] ',
  TZ: 'UTC',
};
const film = camera(COLUMNS, ROWS);
const terminal = startTerminal('/bin/bash', ['--norc', '--noprofile', '-i'], {
  columns: COLUMNS,
  rows: ROWS,
  cwd: home,
  env,
  timeoutMs: 60_000,
});
let filmed = 0;

try {
  await terminal.waitFor('$ ');
  await shot(800);
  for (const scene of SCENES) await play(scene);
} finally {
  terminal.kill();
  await terminal.exit().catch(() => undefined);
  const stopping = startTerminal('prom-tutor', ['stop'], { env });
  await stopping.exit({ timeoutMs: 60_000 });
  for (const folder of [home, programs]) rmSync(folder, { recursive: true, force: true });
}

const commands = SCENES.map(({ type }) => type).filter((text) => text.startsWith('prom-tutor'));
const whole = film.film();
const svg = drawFilm(
  whole,
  'prom-tutor in a terminal',
  `A recording of these commands, one after another: ${commands.join('; ')}. The demo starts and draws its last hour; the lesson asks how many rows "up" will have, and the answer, three, is right; errors are drawn by type; a query with a wrong capital letter is explained and mended.`,
);
const file = process.argv[2] ?? join(dirname(BIN), '..', 'docs', 'recording.svg');
writeFileSync(file, svg);
console.log(`${file}: ${Math.round(Buffer.byteLength(svg) / 1000)} kB, ${Math.round(whole.lengthMs / 1000)} s`);

async function play({ type, until, readMs }: Scene): Promise<void> {
  for (const sign of type) {
    terminal.type(sign);
    await terminal.settled(15);
    await shot(TYPED_MS);
  }
  await shot(500);
  terminal.mark();
  terminal.enter();
  for (let began = performance.now(); ; began = performance.now()) {
    const quiet = await Promise.race([
      terminal.settled(QUIET_MS).then(() => true),
      terminal.changed().then(() => false),
    ]);
    if (quiet && terminal.sinceMark().includes(until)) break;
    if (!quiet) await shot(Math.min(LONGEST_MS, performance.now() - began));
  }
  await shot(readMs);
}

async function shot(standsMs: number): Promise<void> {
  const raw = terminal.raw();
  await film.shot(raw.slice(filmed), Math.round(standsMs));
  filmed = raw.length;
}
