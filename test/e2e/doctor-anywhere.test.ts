import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { bareLearner } from '../helpers/learner.ts';
import { BIN } from '../helpers/lesson-stack.ts';

/** The built command by a real shell: what only shows in a process of its own. */
function shell(line: string, env: Readonly<Record<string, string>>) {
  return spawnSync('/bin/sh', ['-c', line.replaceAll('doctor', `'${process.execPath}' '${BIN}' doctor`)], {
    env,
    encoding: 'utf8',
    timeout: 30_000,
  });
}

describe.skipIf(process.platform === 'win32')('doctor', () => {
  const { env } = bareLearner();

  it.each([
    'doctor >&-',
    'doctor --json >&-',
    'doctor --report=- >&-',
    'doctor --fix >&-',
    'doctor | /usr/bin/head -0',
    'doctor --fix --json | /usr/bin/head -0',
    'doctor >&- 2>&- <&-',
  ])('%s ends by itself and quietly', (line) => {
    const { status, stderr } = shell(line, { ...env, PATH: '' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it.each([
    ['TERM=dumb', { ...env, TERM: 'dumb' }],
    ['an empty environment', {}],
    ['a HOME that is not there', { HOME: '/nonexistent', PATH: '' }],
  ])('has a verdict with %s', (_, other) => {
    const { status, stdout, stderr } = shell('doctor --json', other as Record<string, string>);
    expect([0, 1]).toContain(status);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({ summary: { sentence: expect.any(String) } });
  });
});
