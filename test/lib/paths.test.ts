import { describe, expect, it } from 'vitest';
import { stateDir } from '../../src/lib/paths.ts';

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
