import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { bareLearner, newLearner } from '../helpers/learner.ts';
import { realSuite } from '../helpers/prometheus.ts';
import { processesOf } from '../helpers/stack.ts';
import { expectWhole, killedAfterEachLine } from './start-killed.ts';

realSuite('a stack of processes whose start is killed', ['prometheus', 'promtool'], () => {
  const me = newLearner();
  afterAll(() => me.run(['stop']));

  it('is repaired by the next start, wherever it was', async () => {
    const told = await killedAfterEachLine(me, 'binary');
    expect(told.length).toBeGreaterThan(4);
    await expectWhole(me);
    expect(processesOf(me)).toHaveLength(4);
    expect(readdirSync(join(me.stateDir, 'binary'))).toEqual([me.state().id]);
  });
});

realSuite('an embedded stack whose start is killed', [], () => {
  const me = bareLearner();
  afterAll(() => me.run(['stop']));

  it('is repaired by the next start, wherever it was', async () => {
    const told = await killedAfterEachLine(me, 'embedded');
    expect(told.length).toBeGreaterThan(2);
    await expectWhole(me);
    expect(processesOf(me)).toHaveLength(1);
  });
});
