import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { programFolder } from '../../helpers/programs.ts';
import { realSuite } from '../../helpers/prometheus.ts';
import { ownPorts } from '../../helpers/stack.ts';
import { breakInTurn, newPatient } from './breakages.ts';
import { PROCESS_ROWS, type ProcessGround } from './process-rows.ts';

realSuite('a stack of processes that breaks', ['prometheus', 'promtool'], () => {
  // No Docker: what another suite runs in it at the same time is nothing to this one.
  const real = (name: string) => `exec '${spawnSync('which', [name], { encoding: 'utf8' }).stdout.trim()}' "$@"`;
  const programs = { prometheus: real('prometheus'), promtool: real('promtool') };
  const patient = newPatient({ PATH: programFolder(programs) });
  const ground: ProcessGround = { patient, left: undefined };
  // Some builds of Prometheus come without a web page.
  patient.knownWorry = 'ui';

  beforeAll(async () => {
    patient.ports = ['--backend', 'binary', ...(await ownPorts())];
    const { code, err } = await patient.run(['start', '--wait', ...patient.ports]);
    expect(`${code}\n${err}`).toMatch(/^0\n/);
  });

  afterAll(() => patient.run(['stop']));

  it('is well', async () => {
    const { fails, warns, code, find } = await patient.doctor();
    expect({ fails, warns, code }).toEqual({ fails: [], warns: [], code: 0 });
    for (const id of ['processes', 'ports', 'prometheus', 'targets', 'samples', 'clock', 'scenario']) {
      expect(`${id}: ${find(id).status}`).toBe(`${id}: ok`);
    }
  });

  breakInTurn(() => ground, PROCESS_ROWS);
});
