import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, it } from 'vitest';
import { bareLearner } from '../helpers/learner.ts';
import { BIN } from '../helpers/lesson-stack.ts';
import { ended, ownPorts, processesOf, stateIs } from '../helpers/stack.ts';

describe.skipIf(process.platform === 'win32')('Ctrl-C during start', () => {
  const me = bareLearner();
  afterAll(async () => {
    await me.run(['stop']);
    expect(processesOf(me)).toEqual([]);
  });

  it('ends at once when it is pressed again while tidying up hangs, and the next start finds what is left', {
    timeout: 60_000,
  }, async () => {
    const ports = await ownPorts();
    const child = spawn(process.execPath, [BIN, 'start', ...ports], {
      env: me.env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const tidying = new Promise<void>((resolve) => {
      createInterface({ input: child.stderr }).on('line', (line) => {
        if (line.includes('removing what had been started')) resolve();
      });
    });
    const { processes } = await stateIs(me, (state) => state.phase === 'starting' && state.processes.length > 0);
    // What is suspended neither answers nor ends by SIGTERM: taking it away keeps somebody waiting.
    process.kill(processes[0]?.pid ?? 0, 'SIGSTOP');
    child.kill('SIGINT');
    await tidying;
    child.kill('SIGINT');
    await ended(child);
    expect(child.exitCode).toBe(130);
    // It did not wait for the end of tidying up: what that removes last is still there.
    expect(existsSync(join(me.stateDir, 'stack.json'))).toBe(true);
    expect(me.state().phase).toBe('starting');
    const { code, err } = await me.run(['start', ...ports]);
    expect(`${code}\n${err}`).toMatch(/^0\n/);
    expect(err).toContain('An earlier start did not finish; what it left is removed.');
  });
});
