import { describe, expect, it, vi } from 'vitest';
import { binFolder, dockerScript } from '../helpers.ts';
import { breakInTurn, newPatient } from './breakages.ts';
import { MACHINE_ROWS, type MachineGround, mountObstacle, ROOT_ROWS } from './machine-rows.ts';

/** Nothing listens where a server is looked for that nobody named: somebody on this machine may have one there. */
vi.mock('../../../src/client/server-url.ts', async (original) => {
  const real = await original<typeof import('../../../src/client/server-url.ts')>();
  const DEFAULT_URL = 'http://127.0.0.1:9';
  return {
    ...real,
    DEFAULT_URL,
    serverUrl: (...args: Parameters<typeof real.serverUrl>) => {
      const found = real.serverUrl(...args);
      return found.origin === 'default' ? { ...found, url: DEFAULT_URL } : found;
    },
  };
});

describe.skipIf(process.platform === 'win32')('a machine on which nothing runs', () => {
  const ground: MachineGround = {
    patient: newPatient({ PATH: binFolder({ docker: dockerScript({}) }), PROMETHEUS_URL: '' }),
  };

  it('is well', async () => {
    const { fails, warns, code } = await ground.patient.doctor();
    expect({ fails, warns, code }).toEqual({ fails: [], warns: [], code: 0 });
  });

  breakInTurn(() => ground, MACHINE_ROWS);

  const obstacle = mountObstacle();
  if (obstacle === undefined) breakInTurn(() => ground, ROOT_ROWS);
  else it.skip(`full and read-only disks are left out: ${obstacle}`, () => undefined);
});
