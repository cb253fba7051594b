import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { realSuite } from '../../helpers/prometheus.ts';
import { dockerObstacle, ownPorts } from '../../helpers/stack.ts';
import { breakInTurn, newPatient } from './breakages.ts';
import { DOCKER_ROWS, type DockerGround } from './docker-rows.ts';

realSuite(
  'a stack on Docker that breaks',
  ['docker'],
  () => {
    const { DOCKER_HOST } = process.env;
    const ground: DockerGround = { patient: newPatient(DOCKER_HOST === undefined ? {} : { DOCKER_HOST }) };
    const { patient } = ground;
    // Some builds of Prometheus come without a web page.
    patient.knownWorry = 'ui';

    beforeAll(async () => {
      patient.ports = await ownPorts();
      const { code, err } = await patient.run(['start', '--backend', 'docker', '--wait', ...patient.ports]);
      expect(`${code}\n${err}`).toMatch(/^0\n/);
    });

    afterAll(() => patient.run(['stop']));

    it('is well', async () => {
      const { fails, warns, code } = await patient.doctor();
      expect({ fails, warns, code }).toEqual({ fails: [], warns: [], code: 0 });
    });

    breakInTurn(() => ground, DOCKER_ROWS);

    it('the doctor has a verdict inside a container, where nothing of this is', () => {
      const root = new URL('../../..', import.meta.url).pathname;
      const args = ['run', '--rm', '--network', 'none', '-e', 'HOME=/nonexistent', '-v', `${root}:/tutor:ro`];
      const { stdout, stderr, status } = spawnSync(
        'docker',
        [...args, 'node:22-alpine', 'node', '/tutor/bin/prom-tutor.js', 'doctor', '--json'],
        { encoding: 'utf8' },
      );
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(JSON.parse(stdout).summary).toMatchObject({ next: 'prom-tutor start' });
    });
  },
  dockerObstacle,
);
