import { afterAll, beforeAll, expect, vi } from 'vitest';
import { newLearner } from '../helpers/learner.ts';
import { realSuite } from '../helpers/prometheus.ts';
import { dockerObstacle, ownPorts, runApart } from '../helpers/stack.ts';
import { controlsOf } from './faults-of.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

realSuite(
  'faults of a stack of containers',
  ['docker'],
  () => {
    const me = newLearner();
    beforeAll(async () => {
      const { code, err } = runApart(me, 'start', '--backend', 'docker', ...(await ownPorts()));
      expect(`${code}\n${err}`).toMatch(/^0\n/);
    });
    afterAll(async () => {
      await me.run(['stop']);
    });

    controlsOf(me, /lookup sse-app-2|connection refused|no route to host|context deadline/);
  },
  dockerObstacle,
);
