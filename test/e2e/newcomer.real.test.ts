import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { BIN } from '../helpers/lesson-stack.ts';
import { realSuite } from '../helpers/prometheus.ts';
import { startTerminal, type Terminal } from '../helpers/terminal.ts';

const PROJECT = dirname(dirname(BIN));
/** What a newcomer's shell finds; neither docker nor prometheus is among it. */
const PROGRAMS = ['node', 'npm', 'git', 'sh', 'env', 'cat', 'uname'];
const WITHIN_MS = 60_000;

realSuite('a newcomer, with Node alone', ['node', 'npm', 'git', 'sh'], newcomer, obstacle);

function obstacle(): string | undefined {
  if (process.platform === 'win32') return 'the robot types into /bin/sh';
  const answer = spawnSync('npm', ['ping'], { encoding: 'utf8', timeout: 20_000 });
  return answer.status === 0 ? undefined : "npm's registry does not answer, so npm ci cannot be run";
}

function newcomer(): void {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'prom-tutor-newcomer-')));
  const clone = join(home, 'prom-tutor');
  const stateDir = join(home, 'state', 'prom-tutor');
  const env = {
    PATH: toolFolder(join(home, 'bin')),
    HOME: home,
    XDG_STATE_HOME: join(home, 'state'),
    // What npm has fetched before need not be fetched again.
    npm_config_cache: spawnSync('npm', ['config', 'get', 'cache'], { encoding: 'utf8' }).stdout.trim(),
    npm_config_prefer_offline: 'true',
    npm_config_update_notifier: 'false',
    PS1: '$ ',
  };

  afterAll(() => {
    if (existsSync(stateDir)) spawnSync(process.execPath, [join(clone, 'bin', 'prom-tutor.js'), 'stop'], { env });
    rmSync(home, { recursive: true, force: true });
  });

  it('clones, types the first line of the README, solves three exercises of lesson 2 and stops, within a minute', async () => {
    const cloned = spawnSync('git', ['clone', '--quiet', '--no-hardlinks', PROJECT, clone], { encoding: 'utf8' });
    expect(cloned).toMatchObject({ status: 0, stderr: '' });
    expect(readdirSync(home).sort()).toEqual(['bin', 'prom-tutor']);
    const [line = ''] = /```sh\n(.+)\n/.exec(readFileSync(join(clone, 'README.md'), 'utf8'))?.slice(1) ?? [];
    expect(line).toContain('npm');

    await using shell = startTerminal('/bin/sh', ['-i'], {
      cwd: clone,
      env,
      columns: 100,
      rows: 50,
      timeoutMs: 120_000,
    });
    await shell.waitFor('$ ');
    const began = performance.now();
    shell.enter(line);
    await shell.waitFor('The stack runs, with the embedded Prometheus.');
    await shell.waitFor('All 3 targets are up.');
    await shell.waitFor(/Next: .*lesson/);
    await shell.waitFor('$ ');
    const startedMs = performance.now() - began;

    shell.enter('node bin/prom-tutor.js lesson 2');
    await shell.waitFor('plain text (screen readers): ');
    shell.enter();
    for (const [task, answer] of [
      ['2.1', 'up{job="sse-streaming"}'],
      ['2.2', 'up == 0'],
      ['2.3', 'avg(up{job="sse-streaming"})'],
    ] as const) {
      await toTask(shell, task);
      shell.enter(answer);
      await shell.waitFor('Correct.');
    }
    await shell.waitFor('Enter> ');
    shell.enter('quit');
    await shell.waitFor('Saved. Go on with: prom-tutor lesson 2');
    await shell.waitFor('$ ');

    shell.enter('node bin/prom-tutor.js stop');
    await shell.waitFor('The stack has stopped. Removed: 1 process, 1 data folder.');
    const tookMs = performance.now() - began;
    shell.enter('exit');
    expect((await shell.exit()).code).toBe(0);
    expect(shell.raw()).not.toMatch(/internal error|npm error/);
    expect(readdirSync(stateDir).filter((name) => !name.startsWith('progress'))).toEqual([]);

    // On a machine that does other things too, everything takes as many times longer as work waits for each processor.
    const crowd = Math.max(1, (loadavg()[0] ?? 0) / cpus().length);
    const told = `started after ${(startedMs / 1000).toFixed(1)} s, done after ${(tookMs / 1000).toFixed(1)} s`;
    expect(`${told}, in time: ${tookMs < WITHIN_MS * crowd}`).toBe(`${told}, in time: true`);
  }, 300_000);
}

function toolFolder(folder: string): string {
  mkdirSync(folder);
  const path = (process.env.PATH ?? '').split(delimiter);
  for (const name of PROGRAMS) {
    const found = path.map((place) => join(place, name)).find((file) => existsSync(file));
    if (found !== undefined) symlinkSync(name === 'node' ? process.execPath : realpathSync(found), join(folder, name));
  }
  return folder;
}

/** Goes on by Enter, guessing 1 where a guess is asked for, until the prompt of this task waits. */
async function toTask(shell: Terminal, id: string): Promise<void> {
  await goOnUntil(shell, new RegExp(`Task ${id.replace('.', '\\.')}:`));
  await shell.waitFor('promql> ');
}

async function goOnUntil(shell: Terminal, goal: RegExp): Promise<void> {
  const either = new RegExp(`(Enter|choose|does it|goes on)> |${goal.source}`);
  for (;;) {
    const found = await shell.waitFor(either);
    if (goal.test(found)) return;
    shell.enter(found.startsWith('choose') ? '1' : '');
  }
}
