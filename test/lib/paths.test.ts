import { mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { configDir, makeFolder, stateDir } from '../../src/lib/paths.ts';

describe('stateDir', () => {
  it.each([
    ['linux', {}, '/home/ada', '/home/ada/.local/state/prom-tutor'],
    ['linux', { XDG_STATE_HOME: '/var/state' }, '/home/ada', '/var/state/prom-tutor'],
    ['linux', { XDG_STATE_HOME: 'relative' }, '/home/ada', '/home/ada/.local/state/prom-tutor'],
    ['darwin', {}, '/Users/ada', '/Users/ada/.local/state/prom-tutor'],
    [
      'win32',
      { LOCALAPPDATA: 'C:\\Users\\ada\\AppData\\Local' },
      'C:\\Users\\ada',
      'C:\\Users\\ada\\AppData\\Local\\prom-tutor',
    ],
    ['win32', {}, 'C:\\Users\\ada', 'C:\\Users\\ada\\AppData\\Local\\prom-tutor'],
  ] as const)('%s %j', (platform, env, homeDir, expected) => {
    expect(stateDir('prom-tutor', { platform, env, homeDir })).toBe(expected);
  });
});

describe('makeFolder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'prom-tutor-paths-'));

  it('makes what is missing, for its owner alone, and leaves alone what is there', async () => {
    const deep = join(folder, 'a', 'b', 'c');
    await Promise.all([makeFolder(deep), makeFolder(deep), makeFolder(join(folder, 'a', 'd'))]);
    await makeFolder(deep);
    expect(statSync(join(folder, 'a')).mode & 0o777).toBe(process.platform === 'win32' ? 0o666 : 0o700);
    expect(statSync(deep).isDirectory()).toBe(true);
  });

  it('does not go below a file', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    await expect(makeFolder(join(file, 'x', 'y'))).rejects.toMatchObject({ code: 'ENOTDIR' });
    await expect(makeFolder(file)).rejects.toMatchObject({ code: 'EEXIST' });
  });

  it.runIf(process.platform === 'linux')('gives up below /proc, where nothing can be made', async () => {
    await expect(makeFolder('/proc/prom-tutor/deep/er')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('configDir', () => {
  it.each([
    ['linux', {}, '/home/ada', '/home/ada/.config/prom-tutor'],
    ['linux', { XDG_CONFIG_HOME: '/etc/ada' }, '/home/ada', '/etc/ada/prom-tutor'],
    ['linux', { XDG_CONFIG_HOME: 'relative' }, '/home/ada', '/home/ada/.config/prom-tutor'],
    ['darwin', {}, '/Users/ada', '/Users/ada/.config/prom-tutor'],
    ['win32', { APPDATA: 'D:\\Roaming' }, 'C:\\Users\\ada', 'D:\\Roaming\\prom-tutor'],
    ['win32', {}, 'C:\\Users\\ada', 'C:\\Users\\ada\\AppData\\Roaming\\prom-tutor'],
  ] as const)('%s %j', (platform, env, homeDir, expected) => {
    expect(configDir('prom-tutor', { platform, env, homeDir })).toBe(expected);
  });
});
