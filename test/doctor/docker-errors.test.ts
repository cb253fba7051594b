import { describe, expect, it } from 'vitest';
import { type DockerPlace, explainDockerError, isLocalEndpoint } from '../../src/doctor/docker-errors.ts';

const LINUX: DockerPlace = {
  platform: 'linux',
  endpoint: 'unix:///var/run/docker.sock',
  chosenBy: 'default',
  hasSystemd: true,
};

const SILENT = 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?';

/** What the client prints, on which machine, and the kind and command it must lead to. */
const CASES: readonly (readonly [text: string, place: Partial<DockerPlace>, kind: string, fix: string | undefined])[] =
  [
    [SILENT, {}, 'not-running', 'sudo systemctl start docker'],
    [SILENT, { hasSystemd: false }, 'not-running', 'sudo service docker start'],
    [SILENT, { platform: 'darwin' }, 'not-running', 'open -a Docker'],
    [SILENT, { endpoint: 'unix:///run/user/1000/docker.sock' }, 'not-running', 'systemctl --user start docker'],
    [
      SILENT,
      { endpoint: 'unix:///home/me/.docker/desktop/docker.sock' },
      'not-running',
      'systemctl --user start docker-desktop',
    ],
    [
      SILENT,
      { platform: 'darwin', endpoint: 'unix:///Users/me/.colima/default/docker.sock' },
      'not-running',
      'colima start',
    ],
    [
      'error during connect: in the default daemon configuration on Windows, the docker client must be run with elevated privileges: open //./pipe/docker_engine: The system cannot find the file specified.',
      { platform: 'win32', endpoint: 'npipe:////./pipe/docker_engine' },
      'not-running',
      undefined,
    ],
    [
      'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock',
      {},
      'permission',
      'sudo usermod -aG docker "$USER"',
    ],
    [
      'error during connect: Get "http://docker.example.com/v1.50/version": command [ssh -l me -- office docker system dial-stdio] has exited with exit status 255: stderr=me@office: Permission denied (publickey).',
      { endpoint: 'ssh://me@office', chosenBy: 'context' },
      'elsewhere',
      'docker context use default',
    ],
    [
      'error during connect: Get "http://build.invalid:2375/v1.50/version": dial tcp: lookup build.invalid: no such host',
      { endpoint: 'tcp://build.invalid:2375', chosenBy: 'DOCKER_HOST' },
      'elsewhere',
      'unset DOCKER_HOST',
    ],
    [
      'Failed to initialize: unable to resolve docker endpoint: context "gone": context not found: open /root/.docker/contexts/meta/x/meta.json: no such file or directory',
      { endpoint: '', chosenBy: 'context' },
      'no-context',
      'docker context use default',
    ],
    [
      'Error response from daemon: client version 1.50 is too new. Maximum supported API version is 1.41',
      {},
      'api-version',
      'export DOCKER_API_VERSION=1.41',
    ],
    [
      'Error response from daemon: client version 1.22 is too old. Minimum supported API version is 1.24',
      {},
      'api-version',
      undefined,
    ],
    [
      'Error response from daemon: write /var/lib/docker/x: no space left on device',
      {},
      'disk-full',
      'docker system prune',
    ],
    [
      'Error response from daemon: Docker Desktop is manually paused. Unpause it through the Whale menu or Dashboard.',
      {},
      'desktop-paused',
      undefined,
    ],
    ['something nobody has seen', {}, 'other', 'sudo systemctl start docker'],
  ];

describe('explainDockerError', () => {
  it.each(CASES)('%s on %o', (text, place, kind, fix) => {
    const trouble = explainDockerError(text, { ...LINUX, ...place });
    expect({ kind: trouble.kind, fix: trouble.fix }).toEqual({ kind, fix });
    expect(trouble.sentence).toMatch(/^[A-Z].*\.$/);
    expect(trouble.fix ?? trouble.advice).toBeDefined();
  });

  it.each([
    ['', true],
    ['unix:///var/run/docker.sock', true],
    ['npipe:////./pipe/docker_engine', true],
    ['tcp://127.0.0.1:2375', true],
    ['tcp://localhost:2375', true],
    ['tcp://192.168.1.2:2376', false],
    ['ssh://me@office', false],
    ['tcp://localhost.evil.example:2375', false],
  ])('%s is on this machine: %s', (endpoint, local) => {
    expect(isLocalEndpoint(endpoint)).toBe(local);
  });
});
