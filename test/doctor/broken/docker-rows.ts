import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { docker } from '../../helpers/stack.ts';
import type { Breakage, Patient } from './breakages.ts';

/** A started stack on Docker. */
export type DockerGround = { readonly patient: Patient };

const inspected = (name: string, format: string) => docker('inspect', '--format', format, name);

const configOf = ({ patient }: DockerGround) => join(patient.state().dir, 'prometheus.yml');

/** Written in place: what is mounted into the container is this very file. */
function rewriteConfig(ground: DockerGround, change: (text: string) => string): void {
  const path = configOf(ground);
  writeFileSync(path, change(readFileSync(path, 'utf8')));
}

export const DOCKER_ROWS: readonly Breakage<DockerGround>[] = [
  {
    name: 'the container of an instance was killed',
    breakIt: () => docker('kill', 'sse-sse-app-2-1'),
    fails: ['containers/sse-app-2'],
    kind: 'container-killed',
    proves: ({ evidence }) => {
      expect(evidence[0]).toContain('exit code 137');
      expect(inspected('sse-sse-app-2-1', '{{.State.Status}} {{.State.ExitCode}}')).toBe('exited 137');
    },
    mend: 'printed',
  },
  {
    name: 'the container of Prometheus is paused',
    breakIt: () => docker('pause', 'sse-prometheus'),
    fails: ['containers/prometheus'],
    kind: 'container-paused',
    proves: () => expect(inspected('sse-prometheus', '{{.State.Paused}}')).toBe('true'),
    mend: 'printed',
  },
  {
    name: 'the container of the load was removed',
    breakIt: () => docker('rm', '-f', 'sse-load-1'),
    fails: ['containers/load'],
    kind: 'container-removed',
    proves: () => expect(docker('ps', '-a', '--format', '{{.Names}}').split('\n')).not.toContain('sse-load-1'),
    mend: 'printed',
  },
  {
    name: 'an instance is cut off from the docker network',
    breakIt: () => docker('network', 'disconnect', 'sse_default', 'sse-sse-app-1'),
    fails: ['docker-network/sse-app'],
    kind: 'network-cut-off',
    proves: () =>
      expect(
        docker('network', 'inspect', '--format', '{{range .Containers}}{{.Name}} {{end}}', 'sse_default'),
      ).not.toContain('sse-sse-app-1'),
    mend: 'printed',
  },
  {
    name: 'prometheus.yml asks localhost inside the container, and a name that nobody has',
    breakIt: (ground) => {
      rewriteConfig(ground, (text) =>
        text.replace('sse-app:8000', 'localhost:8000').replace('sse-app-2:8000', 'sse-app-9:8000'),
      );
      docker('kill', '--signal', 'HUP', 'sse-prometheus');
    },
    fails: ['targets/sse-app:8000', 'targets/sse-app-2:8000'],
    kind: 'target-localhost-in-container',
    proves: async ({ sentence, advice, evidence }, ground) => {
      expect(`${sentence} ${advice}`).toContain('localhost');
      const answer = await fetch(`${ground.patient.state().urls.prometheus}/api/v1/targets`);
      const { data } = (await answer.json()) as { data: { activeTargets: { lastError: string }[] } };
      expect(data.activeTargets.map(({ lastError }) => `lastError: ${lastError}`)).toContain(evidence[0]);
      expect(readFileSync(configOf(ground), 'utf8')).toContain('localhost:8000');
    },
    mend: 'printed',
  },
  {
    name: 'prometheus.yml cannot be read any more',
    breakIt: (ground) => {
      rewriteConfig(ground, () => 'scrape_configs: [\n');
      docker('restart', 'sse-prometheus');
    },
    fails: ['containers/prometheus'],
    kind: 'container-crashed',
    proves: ({ evidence }) => {
      expect(inspected('sse-prometheus', '{{.State.Status}}')).not.toBe('running');
      expect(evidence.join('\n')).toMatch(/prometheus\.yml|yaml|config/i);
    },
    mend: 'printed',
  },
  {
    name: 'DOCKER_HOST names a socket behind which no daemon is',
    breakIt: ({ patient }) => {
      patient.env.DOCKER_HOST = 'unix:///tmp/no-such-docker.sock';
    },
    fails: ['docker-daemon'],
    kind: 'daemon-not-running',
    proves: ({ evidence }, { patient }) => {
      expect(evidence.join('\n')).toContain('unix:///tmp/no-such-docker.sock, chosen by DOCKER_HOST');
      expect(spawnSync('docker', ['version'], { env: patient.env }).status).not.toBe(0);
    },
    mend: 'printed',
  },
  {
    name: 'all containers were removed by hand',
    breakIt: () =>
      docker('rm', '-f', ...docker('ps', '-aq', '--filter', 'label=com.docker.compose.project=sse').split('\n')),
    fails: ['containers'],
    kind: 'containers-removed',
    proves: () => expect(docker('ps', '-aq', '--filter', 'label=com.docker.compose.project=sse')).toBe(''),
    mend: 'printed',
  },
];
