import { describe, expect, it } from 'vitest';
import type { DockerAnswer } from '../../src/backends/docker-cli.ts';
import { dockerAvailability, probeDocker, versionsOf } from '../../src/backends/docker-probe.ts';
import { fakeIo } from '../helpers/fake-io.ts';
import { programFolder } from '../helpers/programs.ts';

const never = new AbortController().signal;
const CLIENT = '"Client":{"Version":"28.2.2"}';

/** A world whose PATH holds only these programs, and what they need. */
function worldWith(programs: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}) {
  const io = fakeIo({ env: { PATH: `${programFolder(programs)}:/usr/bin:/bin`, ...env } });
  return { ...io, stateDir: '/nonexistent', stackFiles: '/nonexistent', toolVersion: '0' };
}

const answer = (fields: Partial<DockerAnswer>): DockerAnswer => ({
  ok: false,
  stdout: '',
  stderr: '',
  failure: 'failed',
  ...fields,
});

describe('versionsOf', () => {
  it.each([
    [
      'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
      'not-running',
    ],
    [
      'error during connect: Get "http://%2F%2F.%2Fpipe%2Fdocker_engine/v1.24/version": open //./pipe/docker_engine',
      'not-running',
    ],
    ['permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock', 'denied'],
    ['client version 1.52 is too new. Maximum supported API version is 1.41', 'other'],
  ])('%s', (stderr, reason) => {
    const { client, daemon } = versionsOf(answer({ stdout: `{${CLIENT},"Server":null}`, stderr }), '');
    expect(client).toEqual({ installed: true, version: '28.2.2' });
    expect(daemon).toEqual({ answers: false, reason, detail: stderr });
  });

  it.each([
    ['unix:///var/run/docker.sock', true],
    ['npipe:////./pipe/docker_engine', true],
    ['tcp://localhost:2375', true],
    ['tcp://127.0.0.1:2375', true],
    ['', true],
    ['tcp://10.1.2.3:2376', false],
    ['ssh://me@build.example', false],
  ])('takes a daemon at %j for one of this machine: %s', (endpoint, local) => {
    const { daemon } = versionsOf(
      { ok: true, stdout: `{${CLIENT},"Server":{"Version":"20.10"}}`, stderr: '' },
      endpoint,
    );
    expect(daemon).toEqual(
      local ? { answers: true, version: '20.10' } : { answers: false, reason: 'remote', detail: endpoint },
    );
  });
});

describe.skipIf(process.platform === 'win32')('probeDocker', () => {
  const script = (compose: string) => `case "$1" in
version) echo '{${CLIENT},"Server":{"Version":"27.0.1"}}';;
context) echo unix:///var/run/docker.sock;;
compose) ${compose};;
esac`;

  it('finds what is needed', async () => {
    const probe = await probeDocker(worldWith({ docker: script('echo v2.40.3-3') }), never);
    expect(dockerAvailability(probe)).toEqual({ usable: true, detail: 'Docker 27.0.1, Compose 2.40.3-3' });
  });

  it.each([
    ['echo "unknown command: docker compose" >&2; exit 1', 'the Docker Compose plugin is not installed'],
    ['echo 1.29.2', 'Docker Compose 1.29.2 is too old: 2.0 or newer is needed'],
  ])('with compose answering %j', async (compose, reason) => {
    const probe = await probeDocker(worldWith({ docker: script(compose) }), never);
    expect(dockerAvailability(probe)).toMatchObject({
      usable: false,
      reason,
      hint: expect.stringContaining('docs.docker.com'),
    });
  });

  it('gives a silent daemon two seconds', async () => {
    const began = performance.now();
    const probe = await probeDocker(worldWith({ docker: 'exec sleep 30' }), never);
    expect(performance.now() - began).toBeLessThan(4_000);
    expect(dockerAvailability(probe)).toMatchObject({ usable: false, reason: 'Docker did not answer within 2 s' });
  });

  it('knows that Docker is not installed', async () => {
    const world = { ...worldWith({}), env: { PATH: programFolder({}) } };
    expect(dockerAvailability(await probeDocker(world, never))).toEqual({
      usable: false,
      reason: 'Docker is not installed',
      hint: expect.stringContaining('https://docs.docker.com/get-docker/'),
    });
  });

  it('keeps the environment from pointing compose elsewhere', async () => {
    const echo = 'env | grep -E "^(COMPOSE|PROM_TUTOR|DOCKER)_" | tr "\\n" " "; exit 1';
    const env = {
      COMPOSE_FILE: 'other.yaml',
      COMPOSE_PROJECT_NAME: 'x',
      PROM_TUTOR_APP_PORT: '1',
      DOCKER_HOST: 'unix:///x',
    };
    const { compose } = await probeDocker(worldWith({ docker: echo }, env), never);
    expect(compose).toMatchObject({ installed: false });
    const told = compose.installed ? '' : compose.detail;
    expect(told).toContain('DOCKER_HOST=unix:///x');
    expect(told).not.toMatch(/COMPOSE_FILE|COMPOSE_PROJECT_NAME|PROM_TUTOR/);
  });

  it('ends at once when the person does', async () => {
    const ending = new AbortController();
    setTimeout(() => ending.abort(new Error('enough')), 100);
    await expect(probeDocker(worldWith({ docker: 'exec sleep 30' }), ending.signal)).rejects.toThrow('enough');
  });
});
