import { writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { BIN } from '../helpers/lesson-stack.ts';
import { render } from './bench/report.ts';
import { FIGURES } from './verify/figures.ts';

/**
 * Every figure the project promises, measured here and now: `npm run verify`, or some of it: `npm run verify -- memory fuzz`.
 * `--write` keeps the table in docs/verified.md. Ends with 1 when one is not held. What a machine lacks is named, not failed.
 */
const words = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const write = process.argv.includes('--write');
const groups = new Set(FIGURES.map(({ group }) => group));
const unknown = words.find((word) => !groups.has(word));
if (unknown !== undefined) throw new Error(`there is no group ${unknown}; there are ${[...groups].join(', ')}`);

const progress = (line: string) => {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line}`);
};
const rows: string[][] = [];
for (const { group, name, goal, measure } of FIGURES) {
  if (words.length > 0 && !words.includes(group)) continue;
  progress(name);
  const { measured, held } = await measure({
    parts: [],
    runs: 20,
    form: 'text',
    bin: BIN,
    only: undefined,
    progress,
  }).catch((error: unknown) => ({ measured: error instanceof Error ? error.message : String(error), held: false }));
  progress('');
  const verdict = held === undefined ? 'not here' : held ? 'held' : 'NOT HELD';
  rows.push([name, goal, measured.replace(/\s+/g, ' ').slice(0, 300), verdict]);
  console.log(`${verdict}: ${name}: ${measured} (goal: ${goal})`);
  if (held === false) process.exitCode = 1;
}

const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, ${Math.round(totalmem() / 1024 ** 3)} GB, ${process.platform}, Node ${process.versions.node}, load at the end ${loadavg()[0]?.toFixed(1)}`;
const title = `${new Date().toISOString().slice(0, 10)}, ${machine}`;
const table = { title, columns: ['figure', 'goal', 'measured', ''], rows };
console.log(render(table, 'text'));
if (write) {
  const page = fileURLToPath(new URL('../../docs/verified.md', import.meta.url));
  writeFileSync(
    page,
    `# Verified\n\nWhat \`npm run verify\` measured, and on which machine. Anybody can run it: \`npm run verify -- GROUP\` for a part,\n\`--write\` for this page.\n\n${render(table, 'markdown')}`,
  );
}
