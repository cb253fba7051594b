import { describe, expect, it } from 'vitest';
import { FAULT_NAMES } from '../../src/model/fault.ts';
import { bareLearner, leaveStack } from '../helpers/learner.ts';

describe('fault', () => {
  it('alone is `fault list`, and tells without a stack what there would be', async () => {
    const me = bareLearner();
    const [alone, list] = [await me.run(['fault']), await me.run(['fault', 'list'])];
    expect(alone).toEqual(list);
    expect(alone.code).toBe(0);
    for (const name of FAULT_NAMES) expect(alone.out).toContain(`\n${name}\n`.slice(name === FAULT_NAMES[0] ? 1 : 0));
    expect(alone.out.replace(/\s+/g, ' ')).toMatch(/nothing to break yet: `?prom-tutor start`? $/);
    const json = JSON.parse((await me.run(['fault', 'list', '--json'])).out) as { faults: { name: string }[] };
    expect(json).toMatchObject({ running: false });
    expect(json.faults.map(({ name }) => name)).toEqual(FAULT_NAMES);
  });

  it.each([
    [['fault', 'clear']],
    [['fault', 'provider-outage', '--provider', 'openai']],
    [['fault', 'instance-stopped', '--for', '2m']],
  ])('%j without a stack says how to start one', async (argv) => {
    const { code, out, err } = await bareLearner().run(argv);
    expect({ code, out }).toEqual({ code: 3, out: '' });
    expect(err).toContain('no stack is running');
    expect(err).toContain('prom-tutor start');
  });

  it.each([
    [['fault', 'outage'], 'there is no fault "outage"', 'Did you mean provider-outage?'],
    [
      ['fault', 'provider-outage', '--provider', 'gemini'],
      'there is no provider "gemini"',
      'openai, anthropic, mistral',
    ],
    [['fault', 'instance-stopped', '--instance', '3'], 'there is no instance "3"', 'sse-app, sse-app-2'],
    [['fault', 'instance-restarted', '--for', '2m'], 'it is over at once', ''],
    [['fault', 'clear', '--provider', 'openai'], 'fault clear has no --provider', ''],
    [['fault', 'scrape-path', '-s', 'http://prod:9090'], 'not for http://prod:9090', 'prom-tutor start'],
  ])('%j is refused', async (argv, says, hint) => {
    const { code, err } = await bareLearner().run(argv);
    expect(code).toBe(2);
    expect(err.replace(/\s+/g, ' ')).toContain(says);
    expect(err).toContain(hint);
  });

  it('does not touch another server than the stack, and says when the stack is gone', async () => {
    const me = bareLearner();
    leaveStack(me.stateDir, 'running');
    const other = await me.run(['fault', 'scrape-path', '--server', 'http://prod:9090']);
    expect(other.code).toBe(2);
    expect(other.err).toContain('Leave --server out');
    for (const argv of [
      ['fault', 'list'],
      ['fault', 'clear'],
      ['fault', 'both-stopped'],
      ['fault', 'scrape-path', '-s', 'http://127.0.0.1:1'],
    ]) {
      const { code, err } = await me.run(argv);
      expect({ code, err: err.includes('the stack does not answer') }).toEqual({ code: 3, err: true });
    }
    leaveStack(me.stateDir, 'starting');
    expect((await me.run(['fault', 'clear'])).err).toContain('the stack is not started yet');
  });
});
