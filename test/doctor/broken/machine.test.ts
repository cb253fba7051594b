import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { Report } from '../../../src/doctor/finding.ts';
import { BIN } from '../../helpers/lesson-stack.ts';
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

  it.skipIf(obstacle !== undefined || process.platform !== 'linux')(
    'localhost is IPv6 only: the printed line gives it an address of IPv4',
    { timeout: 60_000 },
    () => {
      const me = newPatient({ PATH: `${binFolder({ docker: dockerScript({}) })}:/usr/bin:/bin` });
      const hosts = join(me.env.HOME ?? '', 'hosts');
      writeFileSync(hosts, '::1 localhost\n');
      // The file of this machine stays as it is: only this process and its children see another one.
      const examined = (before: string): Report => {
        const line = `mount --bind '${hosts}' /etc/hosts && ${before} exec '${process.execPath}' '${BIN}' doctor --json`;
        const { stdout } = spawnSync('unshare', ['-m', '/bin/sh', '-c', line], { env: me.env, encoding: 'utf8' });
        return JSON.parse(stdout) as Report;
      };
      const localhost = ({ findings }: Report) => findings.find(({ id }) => id === 'localhost');
      const broken = examined('');
      expect(localhost(broken)).toMatchObject({ kind: 'localhost-ipv6-only', evidence: ['localhost is ::1'] });
      expect(broken.findings.filter(({ status }) => status === 'fail')).toEqual([]);
      const well = examined(`sudo() { "$@"; }; ${localhost(broken)?.fix} > /dev/null;`);
      expect(localhost(well)?.status).toBe('ok');
      expect(readFileSync(hosts, 'utf8')).toContain('127.0.0.1 localhost');
    },
  );

  if (obstacle === undefined) breakInTurn(() => ground, ROOT_ROWS);
  else it.skip(`full and read-only disks are left out: ${obstacle}`, () => undefined);
});
