import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bareLearner, leaveStack } from '../helpers/learner.ts';

describe('status', () => {
  it('ends with 3 and the command that helps when nothing runs', async () => {
    const { code, out } = await bareLearner().run(['status']);
    expect({ code, out }).toEqual({ code: 3, out: 'No stack is running.\n\nNext: prom-tutor start\n' });
    const json = await bareLearner().run(['status', '--json']);
    expect(json.code).toBe(3);
    expect(JSON.parse(json.out)).toEqual({ status: 'none', kept: [], next: 'prom-tutor start', notices: [] });
  });

  it('does not believe the state file', async () => {
    const me = bareLearner();
    leaveStack(me.stateDir, 'running');
    const { code, out } = await me.run(['status']);
    expect(code).toBe(3);
    expect(out.replace(/\s+/g, ' ')).toContain(
      'The stack that was started with the prometheus binary does not run any more.',
    );
    expect(out).toMatch(/prometheus +stopped +process 4000000 has ended/);
    expect(out).toMatch(/load +missing/);
    expect(out).toMatch(/Next: prom-tutor start\n$/);
  });

  it('tells a start that was killed from a stack', async () => {
    const me = bareLearner();
    leaveStack(me.stateDir, 'starting');
    const { code, out } = await me.run(['status', '--json']);
    expect(code).toBe(3);
    expect(JSON.parse(out)).toMatchObject({ status: 'unfinished', backend: 'binary', next: 'prom-tutor start' });
    expect(out).not.toContain('"token"');
  });

  it('says when the backend is out of reach', async () => {
    const me = bareLearner();
    leaveStack(me.stateDir, 'running');
    writeFileSync(join(me.stateDir, 'stack.json'), JSON.stringify({ ...me.state(), backend: 'docker' }));
    const { code, out } = await me.run(['status']);
    expect(code).toBe(3);
    expect(out).toContain('The stack was started with Docker, which is out of reach: Docker is not');
    expect(out).toContain('Next: prom-tutor doctor');
  });
});
