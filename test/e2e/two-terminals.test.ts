import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { bareLearner } from '../helpers/learner.ts';
import { ended, ownPorts, processesOf, startApart, stateIs } from '../helpers/stack.ts';

describe.skipIf(process.platform === 'win32')('two terminals at once', () => {
  const me = bareLearner();
  afterEach(async () => {
    await me.run(['stop']);
    expect(processesOf(me)).toEqual([]);
  });

  it('start and stop follow each other, whoever comes first', { timeout: 60_000 }, async () => {
    const ports = await ownPorts();
    const first = startApart(me, 'start', ...ports);
    await stateIs(me, ({ phase }) => phase === 'starting');
    const second = startApart(me, 'stop');
    await Promise.all([ended(first), ended(second)]);
    // The stop waited for the start, and found a whole stack to remove.
    expect([first.exitCode, second.exitCode]).toEqual([0, 0]);
    expect(existsSync(join(me.stateDir, 'stack.json'))).toBe(false);
    expect(readdirSync(me.stateDir).filter((name) => /lock|stack/.test(name))).toEqual([]);
  });

  it('answers given in two terminals are both kept', { timeout: 60_000 }, async () => {
    const both = [startApart(me, 'check', '1.1', '4'), startApart(me, 'check', '2.1', 'up{job="sse-streaming"}')];
    await Promise.all(both.map(ended));
    const kept = readdirSync(me.stateDir)
      .filter((name) => name.startsWith('progress'))
      .map((name) => readFileSync(join(me.stateDir, name), 'utf8'))
      .join('\n');
    expect(kept).toMatch(/up\{job=/);
    expect((await me.run(['progress', '--json'])).code).toBe(0);
  });
});
