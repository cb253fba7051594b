import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { howToType } from '../../src/cli/own-name.ts';

const bin = '/opt/prom-tutor/bin';

describe('how prom-tutor is typed here', () => {
  it('needs no word where a shell finds it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'prom-tutor-path-'));
    writeFileSync(join(folder, 'prom-tutor'), '');
    chmodSync(join(folder, 'prom-tutor'), 0o755);
    expect(howToType({ env: { PATH: `/nonexistent:${folder}` }, platform: 'linux', cwd: '/' }, bin)).toBeUndefined();
  });

  it.each([
    ['in a clone', { PATH: '/usr/bin' }, '/opt/prom-tutor', '`node bin/prom-tutor.js`', '`npm link`.'],
    [
      'elsewhere',
      { PATH: '' },
      '/home/ada',
      '`node /opt/prom-tutor/bin/prom-tutor.js`',
      '`npm link` in /opt/prom-tutor.',
    ],
    ['under npx', { npm_command: 'exec' }, '/home/ada', '`npx prom-tutor`', '`npm install --global prom-tutor`.'],
  ])('is said %s', (_where, env, cwd, typed, once) => {
    const text = howToType({ env, platform: 'linux', cwd }, bin);
    expect(text).toContain(typed);
    expect(text).toContain(once);
  });
});
