import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bareLearner, LEFT_ID, leaveStack } from '../helpers/learner.ts';

describe('logs', () => {
  it('says that nothing runs', async () => {
    const { code, err } = await bareLearner().run(['logs']);
    expect(code).toBe(3);
    expect(err).toBe('error: no stack is running\nhint: Start one: prom-tutor start\n');
  });

  it('names the services there are', async () => {
    const { code, err } = await bareLearner().run(['logs', 'promtheus']);
    expect(code).toBe(2);
    expect(err).toContain('there is no service "promtheus"');
    expect(err).toContain('prometheus, sse-app, sse-app-2, load');
  });

  it('shows the ends of the logs, service by service, and nothing that could drive a terminal', async () => {
    const me = bareLearner();
    leaveStack(me.stateDir, 'running');
    const logs = join(me.stateDir, 'binary', LEFT_ID, 'logs');
    mkdirSync(logs);
    writeFileSync(join(logs, 'prometheus.log'), 'one\ntwo\nthree\n');
    writeFileSync(join(logs, 'load.log'), 'evil \x1b[31mred\x07\n');
    const all = await me.run(['logs', '--tail', '2']);
    expect(all).toEqual({
      code: 0,
      out: 'prometheus | two\nprometheus | three\nload       | evil \\x1b[31mred\\x07\n',
      err: '',
    });
    expect((await me.run(['logs', 'prometheus', '-n', '1'])).out).toBe('three\n');
  });
});
