import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { realSuite } from '../../helpers/prometheus.ts';
import { dockerObstacle, ownPorts } from '../../helpers/stack.ts';
import { breakInTurn, newPatient, runPrinted } from './breakages.ts';
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

    it.runIf(process.env.PROM_TUTOR_E2E_DESTRUCTIVE === '1')(
      'puts all down to a killed daemon, and start recovers (only with PROM_TUTOR_E2E_DESTRUCTIVE=1)',
      async () => {
        const pid = Number(readFileSync('/var/run/docker.pid', 'utf8'));
        const [program = '', ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
        process.kill(pid, 'SIGKILL');
        const broken = async () => (await patient.doctor()).fails;
        await expect.poll(broken, { timeout: 15_000 }).toEqual(['docker-daemon']);
        const { find } = await patient.doctor();
        expect(find('docker-daemon').sentence).toBe('The Docker daemon is not running.');
        expect(find('containers').because).toBe('docker-daemon');
        // The command that was named is for machines with an init system; this one may have none. A killed daemon leaves
        // pid files, which keep the next one from starting as long as nobody has reaped the first.
        for (const file of ['docker.pid', 'docker/containerd/containerd.pid'])
          rmSync(`/var/run/${file}`, { force: true });
        spawn(program, args, { detached: true, stdio: 'ignore' }).unref();
        const daemon = async () => (await patient.doctor()).find('docker-daemon').status;
        await expect.poll(daemon, { timeout: 30_000, interval: 1_000 }).toBe('ok');
        await runPrinted(patient, 'prom-tutor start');
        await expect.poll(broken, { timeout: 45_000, interval: 1_000 }).toEqual([]);
        expect(patient.state().backend).toBe('docker');
      },
    );

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
