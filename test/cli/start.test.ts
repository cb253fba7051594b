import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bareLearner, newLearner } from '../helpers/learner.ts';
import { programFolder } from '../helpers/programs.ts';

describe('start with a backend that is not there', () => {
  it.each([
    ['docker', 'Docker is not installed', 'prom-tutor start --backend embedded'],
    ['binary', 'prometheus is not on PATH', 'Install Prometheus 3 .*prometheus\\.io/download'],
  ])(
    '%s: says what is missing and what there is without it, and leaves nothing behind',
    async (backend, words, hint) => {
      const me = bareLearner();
      const { code, out, err } = await me.run(['start', '--backend', backend]);
      expect({ code, out }).toEqual({ code: 3, out: '' });
      expect(err).toContain(`error: the stack cannot be started: ${words}`);
      expect(err).toMatch(new RegExp(`hint: .*${hint}`));
      expect(err).toContain('With Node alone: prom-tutor start --backend embedded');
      expect(readdirSync(me.stateDir)).toEqual([]);
    },
  );

  it('gives one JSON document for the error', async () => {
    const { code, out } = await bareLearner().run(['start', '--backend', 'docker', '--json']);
    expect(code).toBe(3);
    expect(JSON.parse(out)).toMatchObject({ status: 'error', error: expect.stringContaining('cannot be started') });
  });

  it.skipIf(process.platform === 'win32')('passes over what is too old, and says so', async () => {
    const old = (name: string) => `echo '${name}, version 2.53.0 (branch: HEAD)'`;
    const folder = programFolder({ prometheus: old('prometheus'), promtool: old('promtool') });
    const { code, err } = await newLearner({ PATH: `${folder}:/bin` }).run(['start', '--backend', 'binary']);
    expect(code).toBe(3);
    expect(err).toContain(`${folder}/prometheus is version 2.53.0, too old: 3.0 or newer is needed`);
  });
});

describe('start and an unusable state file', () => {
  it('sets a damaged one aside and goes on', async () => {
    const me = bareLearner();
    mkdirSync(me.stateDir, { recursive: true });
    writeFileSync(join(me.stateDir, 'stack.json'), '{"version":1,');
    const { err } = await me.run(['start', '--backend', 'binary']);
    expect(err.replace(/\s+/g, ' ')).toContain('was damaged (it is not JSON). It was set aside as');
    expect(readdirSync(me.stateDir)).toEqual(['stack.json.damaged']);
  });

  it('leaves the stack of a newer prom-tutor alone', async () => {
    const me = bareLearner();
    mkdirSync(me.stateDir, { recursive: true });
    writeFileSync(join(me.stateDir, 'stack.json'), '{"version":7}');
    const { code, err } = await me.run(['start']);
    expect(code).toBe(3);
    expect(err).toContain('newer prom-tutor (format 7');
    expect(readdirSync(me.stateDir)).toEqual(['stack.json']);
  });
});

describe('the options of start', () => {
  it.each([
    [['--history', '2h'], 'too short'],
    [['--history', 'long'], 'history'],
    [['--history', '90d'], 'too long'],
    [['--port', '0'], '"0" is not a port'],
    [['--port', '70000'], '"70000" is not a port'],
    [['--app-port', 'x'], '"x" is not a port'],
    [['--port', '19000', '--app-port', '19000'], '--port and --app-port are the same port, 19000'],
    [['--port', '19001', '--app-port', '19000'], '--port and the second instance (--app-port and 1) are the same port'],
    [['--seed', '-1'], '"-1" is not a seed'],
    [['--seed', '1.5'], '"1.5" is not a seed'],
    [['--backend', 'podman'], 'podman'],
    [['more'], 'too many arguments'],
  ])('refuses %j before anything is touched', async (argv, words) => {
    const me = bareLearner();
    const { code, err } = await me.run(['start', ...argv]);
    expect(code).toBe(2);
    expect(err).toContain(words);
    expect(err).toContain('hint:');
    expect(() => readdirSync(me.stateDir)).toThrow('ENOENT');
  });

  it('stand in the help', async () => {
    const { code, out } = await bareLearner().run(['start', '--help']);
    expect(code).toBe(0);
    for (const option of [
      '--backend',
      '--wait',
      '--grafana',
      '--port',
      '--app-port',
      '--grafana-port',
      '--history',
      '--seed',
    ]) {
      expect(out).toContain(option);
    }
  });
});
