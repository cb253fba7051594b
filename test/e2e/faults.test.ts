import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Report } from '../../src/doctor/finding.ts';
import { newLearner } from '../helpers/learner.ts';
import { programFolder } from '../helpers/programs.ts';
import { counterNow, ownPorts, processesOf, runApart } from '../helpers/stack.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const words = (text: string) => text.replace(/\s+/g, ' ');

describe('faults of a stack on a machine with Node alone', () => {
  const me = newLearner({ PATH: programFolder({}) });
  const say = (...argv: string[]) => {
    const { code, out, err } = runApart(me, ...argv);
    return `${code} ${words(out)}${words(err)}`;
  };
  const listens = (index: 0 | 1) =>
    new Promise<boolean>((resolve) => {
      const socket = connect(Number(new URL(me.state().urls.apps[index] ?? '').port), '127.0.0.1');
      socket.on('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.on('error', () => resolve(false));
    });

  beforeAll(async () => {
    expect(say('start', '--backend', 'embedded', ...(await ownPorts()))).toMatch(/^0 /);
  });
  afterAll(async () => {
    await me.run(['stop']);
    expect(processesOf(me)).toEqual([]);
  });

  it('are shown by status and list, and ended by clear', async () => {
    expect(say('fault', 'provider-outage', '--for', '10m')).toMatch(
      /^0 provider-outage is on: anthropic\. It ends by itself in 10 min\. Look: /,
    );
    expect(say('fault', 'instance-stopped')).toMatch(/^0 instance-stopped is on: sse-app-2\./);
    expect([await listens(0), await listens(1)]).toEqual([true, false]);
    expect(say('status')).toMatch(
      /Faults on: provider-outage \(anthropic, since \d\d:\d\d:\d\d, ends in [^)]+\); instance-stopped \(sse-app-2, since \d\d:\d\d:\d\d\)\. To end them: `prom-tutor fault clear` .*Next: prom-tutor fault clear $/,
    );
    expect(say('fault', 'list')).toMatch(/instance-stopped on: sse-app-2, since/);
    const { summary } = JSON.parse(runApart(me, 'doctor', '--json').out) as Report;
    expect(summary).toMatchObject({ cause: 'faults/sse-app-2', next: 'prom-tutor fault clear' });
    expect(say('fault', 'clear')).toBe('0 Ended: provider-outage of anthropic. Started again: sse-app-2. ');
    expect([await listens(0), await listens(1)]).toEqual([true, true]);
    expect(say('fault', 'clear')).toBe('0 No fault was on. ');
    expect(say('status')).not.toContain('Faults on');
  });

  it('are mended by start as well, without losing what was scraped', async () => {
    const [process] = me.state().processes;
    expect(say('fault', 'both-stopped', '--for', '10m')).toMatch(/^0 both-stopped is on: both instances\./);
    expect([await listens(0), await listens(1)]).toEqual([false, false]);
    expect(say('start', '--backend', 'embedded')).toMatch(/^0 .*The stack runs again/);
    expect([await listens(0), await listens(1)]).toEqual([true, true]);
    expect(me.state().processes).toEqual([process]);
    expect(await counterNow(me.state().urls.apps[0] ?? '', 'sse_requests_total')).toBeLessThan(1_000);
  });
});
