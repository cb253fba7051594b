import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { Figure } from './figure.ts';

const bench = fileURLToPath(new URL('../bench/startup.ts', import.meta.url));

type Row = { readonly name: string; readonly ms: number; readonly timesNode: number; readonly goal?: number };

/** How long a start takes, beside Node's own: all of it from one run, in which the processes take turns. */
export const STARTUP: readonly Figure[] = ['prom-tutor --version', 'prom-tutor --help', 'prom-tutor query up'].map(
  (name): Figure => ({
    group: 'startup',
    name: `\`${name}\`, the whole process, median of 20`,
    goal: `at most ${name.endsWith('up') ? 2.5 : 1.3} times \`node -e 0\``,
    async measure() {
      rows ??= measured();
      const found = (await rows).find((row) => row.name === name);
      const floor = (await rows).find((row) => row.name.startsWith('undici'));
      if (found?.goal === undefined || floor === undefined) throw new Error(`the benchmark tells nothing of ${name}`);
      const beside = name.endsWith('up') ? `; undici's index and one request ${floor.timesNode.toFixed(2)}` : '';
      return {
        measured: `${found.timesNode.toFixed(2)} (${found.ms.toFixed(0)} ms${beside})`,
        held: found.timesNode <= found.goal,
      };
    },
  }),
);

let rows: Promise<readonly Row[]> | undefined;

async function measured(): Promise<readonly Row[]> {
  const { stdout } = await execa('npx', ['tsx', bench, '20', '--json']);
  return (JSON.parse(stdout) as { rows: readonly Row[] }).rows;
}
