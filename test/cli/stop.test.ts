import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bareLearner, LEFT_ID, LEFT_SCENARIO, leaveStack } from '../helpers/learner.ts';

describe('stop', () => {
  it('says so when nothing runs', async () => {
    const { code, out } = await bareLearner().run(['stop']);
    expect({ code, out }).toEqual({ code: 0, out: 'No stack was running.\n' });
    expect(JSON.parse((await bareLearner().run(['stop', '--json'])).out)).toEqual({
      stopped: null,
      removed: [],
      kept: [],
      notes: [],
    });
  });

  it.each(['starting', 'running'] as const)('removes what is left of a stack that was %s', async (phase) => {
    const me = bareLearner();
    leaveStack(me.stateDir, phase);
    const { code, out } = await me.run(['stop']);
    expect(code).toBe(0);
    expect(out).toBe('The stack has stopped. Removed: 1 data folder.\n');
    expect(readdirSync(me.stateDir)).toEqual([]);
  });

  it('keeps the data when asked, says how to go on, and removes it later', async () => {
    const me = bareLearner();
    leaveStack(me.stateDir, 'running');
    const now = () => LEFT_SCENARIO.t0Ms + 7_200_000;
    const { out } = await me.run(['stop', '--keep-data'], { now });
    expect(out).toContain('Kept: the data of the prometheus binary, whose history ends 2 h ago.');
    expect(out).toContain('`prom-tutor start --backend binary` goes on with it');
    expect(readdirSync(join(me.stateDir, 'binary', LEFT_ID))).toEqual(['data']);
    expect((await me.run(['status'], { now })).out).toContain(
      'Kept: data of the prometheus binary, whose history ends 2 h ago.',
    );

    const again = await me.run(['stop', '--keep-data', '--json'], { now });
    expect(JSON.parse(again.out)).toMatchObject({
      stopped: null,
      kept: [{ backend: 'binary', scenario: LEFT_SCENARIO, untilMs: now() }],
    });
    const { out: last } = await me.run(['stop']);
    expect(last).toBe('No stack was running. Removed: 1 data folder.\n');
    expect(readdirSync(me.stateDir)).toEqual([]);
  });

  it('keeps nothing of a start that never finished', async () => {
    const me = bareLearner();
    leaveStack(me.stateDir, 'starting');
    const { out } = await me.run(['stop', '--keep-data', '--json']);
    expect(JSON.parse(out)).toMatchObject({ stopped: 'binary', kept: [] });
    expect(readdirSync(me.stateDir)).toEqual([]);
  });

  it('changes nothing when the stack is in a Docker that does not answer', async () => {
    const me = bareLearner();
    leaveStack(me.stateDir, 'running');
    const path = join(me.stateDir, 'stack.json');
    writeFileSync(path, JSON.stringify({ ...me.state(), backend: 'docker' }));
    const { code, err } = await me.run(['stop']);
    expect(code).toBe(3);
    expect(err).toContain('error: the stack runs in Docker, which is out of reach: Docker is not installed');
    expect(err).toContain('hint: Start Docker, then run again: prom-tutor stop');
    expect(me.state().backend).toBe('docker');
  });

  it('leaves the stack of a newer prom-tutor alone', async () => {
    const me = bareLearner();
    leaveStack(me.stateDir, 'running');
    const path = join(me.stateDir, 'stack.json');
    writeFileSync(path, JSON.stringify({ ...me.state(), version: 7 }));
    const { code, err } = await me.run(['stop']);
    expect(code).toBe(3);
    expect(err).toContain('error: the running stack belongs to a newer prom-tutor');
    expect(err).toContain('hint: Stop it with the version that started it.');
    expect(readdirSync(me.stateDir).sort()).toEqual(['binary', 'stack.json']);
  });
});
