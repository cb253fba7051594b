import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { storageWithHistory } from '../../../src/backends/embedded-stack.ts';
import { listen } from '../../../src/server/listen.ts';
import { embeddedSource } from '../../../src/source/embedded.ts';
import { middle } from './measure.ts';

/**
 * How long the tool takes to start, as its user waits for it: whole processes, from spawn to exit, in turn in one run, so
 * that what else the machine does meets all of them. Beside it what Node alone takes, and what asking with undici's index
 * costs anybody. `npm run bench:startup -- [RUNS] [--json]`; needs the built tool. Nothing here passes or fails.
 */
const root = fileURLToPath(new URL('../../..', import.meta.url));
const bin = join(root, 'bin', 'prom-tutor.js');
const runs = Number(process.argv.slice(2).find((word) => /^\d+$/.test(word)) ?? 20);

/** One request, as small as it can be written. */
const FLOOR = `
  const { request } = await import('undici');
  const { body } = await request(process.argv[1] + '/api/v1/query', { method: 'POST', body: 'query=up', headers: { 'content-type': 'application/x-www-form-urlencoded' } });
  await body.json();
  process.exit(0);
`;

type Case = { readonly name: string; readonly args: readonly string[]; readonly goal?: number };

const home = mkdtempSync(join(tmpdir(), 'prom-tutor-startup-'));
const t0Ms = 1_763_800_005_000;
const storage = storageWithHistory({ t0Ms, seed: 1, historyMs: 3 * 3_600_000 });
const source = embeddedSource({ storage, name: 'the demo history', now: () => t0Ms });
const server = await listen({ source, now: () => t0Ms, metrics: async () => '' }, { host: '127.0.0.1', port: 0 });
try {
  const cases: readonly Case[] = [
    { name: 'node -e 0', args: ['-e', '0'] },
    { name: 'prom-tutor --version', args: [bin, '--version'], goal: 1.3 },
    { name: 'prom-tutor --help', args: [bin, '--help'], goal: 1.3 },
    {
      name: 'prom-tutor query up',
      args: [bin, 'query', 'up', '--time', String(t0Ms / 1000), '-s', server.url],
      goal: 2.5,
    },
    { name: 'undici alone, one request', args: ['--input-type=module', '-e', FLOOR, server.url] },
  ];
  const times = cases.map((): number[] => []);
  for (const { args } of cases) await wait(args);
  for (let run = 0; run < runs; run++) {
    for (const [index, { args }] of cases.entries()) times[index]?.push(await wait(args));
  }
  const [base = Number.NaN] = times.map(middle);
  const rows = cases.map(({ name, goal }, index) => {
    const ms = middle(times[index] ?? []);
    return {
      name,
      ms,
      timesNode: ms / base,
      least: Math.min(...(times[index] ?? [])),
      ...(goal === undefined ? {} : { goal }),
    };
  });
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, load ${loadavg()[0]?.toFixed(1)}, Node ${process.versions.node}`;
  if (process.argv.includes('--json')) console.log(JSON.stringify({ machine, runs, rows }, undefined, 2));
  else {
    console.log(`${new Date().toISOString().slice(0, 10)}, ${machine}, median of ${runs}`);
    for (const { name, ms, least, timesNode, goal } of rows) {
      const held = goal === undefined ? '' : `  goal ${goal} times: ${timesNode <= goal ? 'held' : 'not held'}`;
      console.log(
        `${name.padEnd(28)}${ms.toFixed(0).padStart(6)} ms  (least ${least.toFixed(0)} ms)  ${timesNode.toFixed(2)} times node${held}`,
      );
    }
  }
} finally {
  await server.close();
  rmSync(home, { recursive: true, force: true });
}

/** Runs one process to its end; milliseconds. Throws when it fails: a fast failure is no start. */
function wait(args: readonly string[]): Promise<number> {
  const env = {
    ...process.env,
    HOME: home,
    XDG_STATE_HOME: home,
    XDG_CONFIG_HOME: home,
    XDG_CACHE_HOME: home,
    CI: '1',
  };
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const child = spawn(process.execPath, [...args], { cwd: root, env, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    child.on('exit', (code) => {
      if (code === 0) resolve(performance.now() - began);
      else reject(new Error(`${args.join(' ')} ended with ${code}: ${said}`));
    });
  });
}
