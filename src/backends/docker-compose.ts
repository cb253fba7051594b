import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EXIT, UserError } from '../model/errors.ts';
import { BackendUnavailable } from './backend-unavailable.ts';
import { type DockerAnswer, type DockerOptions, docker, lastWords, PROJECT } from './docker-cli.ts';
import { copyStackFiles } from './stack-files.ts';
import { portOf } from './stack-ports.ts';
import type { StackState } from './state.ts';
import type { World } from './world.ts';

/** Images of the stack, by the variable of the compose file that overrides each. */
export const IMAGES = {
  node: { variable: 'PROM_TUTOR_NODE_IMAGE', image: 'node:22-alpine' },
  prometheus: { variable: 'PROM_TUTOR_PROMETHEUS_IMAGE', image: 'prom/prometheus:v3.5.3' },
  app: { variable: 'PROM_TUTOR_APP_IMAGE', image: 'prom-tutor/sse-app' },
  grafana: { variable: 'PROM_TUTOR_GRAFANA_IMAGE', image: 'grafana/grafana:12.0.2' },
} as const;

/** The image that is used: the one of the environment, or ours. Throws `UserError` when it can be no image's name. */
export function imageFor(world: World, name: keyof typeof IMAGES): string {
  const { variable, image } = IMAGES[name];
  const asked = world.env[variable];
  if (asked === undefined || asked === '') return image;
  if (/^[\w][\w./:@-]*$/.test(asked)) return asked;
  throw new UserError(`${variable} is no name of an image: ${asked}`, {
    hint: `Write it like ${image}`,
    exitCode: EXIT.unavailable,
  });
}

/**
 * Makes the project's folder: the compose file with all it needs, and an `.env` file with the variables of this stack,
 * so that `docker compose` typed in that folder means the same stack.
 */
export async function writeProject(world: World, state: StackState): Promise<void> {
  await copyStackFiles(world, state.dir);
  const images = (Object.keys(IMAGES) as (keyof typeof IMAGES)[]).map(
    (name) => [IMAGES[name].variable, imageFor(world, name)] as const,
  );
  const lines = [...Object.entries(variablesOf(state)), ...images].map(([name, value]) => `${name}=${value}\n`);
  await writeFile(join(state.dir, '.env'), lines.join(''), { mode: 0o600 });
}

/** Runs `docker compose` on a stack's project. Its variables come from the state, whatever the folder's `.env` says. */
export async function runCompose(
  world: World,
  state: StackState,
  args: readonly string[],
  options: DockerOptions,
): Promise<DockerAnswer> {
  const project = ['compose', '-p', PROJECT, '--project-directory', state.dir, '-f', join(state.dir, 'compose.yaml')];
  return docker(world, [...project, ...args], {
    ...options,
    cwd: state.dir,
    env: { ...variablesOf(state), ...options.env },
  });
}

function variablesOf({ id, token, urls, scenario }: StackState): Readonly<Record<string, string>> {
  const ports = {
    PROM_TUTOR_PROMETHEUS_PORT: portOf(urls.prometheus),
    PROM_TUTOR_APP_PORT: portOf(urls.apps[0]),
    PROM_TUTOR_APP_2_PORT: portOf(urls.apps[1]),
    PROM_TUTOR_GRAFANA_PORT: portOf(urls.grafana),
  };
  return {
    PROM_TUTOR_STACK_ID: id,
    PROM_TUTOR_TOKEN: token,
    PROM_TUTOR_HISTORY: `${Math.round(scenario.historyMs / 1000)}s`,
    PROM_TUTOR_SEED: String(scenario.seed),
    ...Object.fromEntries(
      Object.entries(ports).flatMap(([name, port]) => (port === undefined ? [] : [[name, `${port}`]])),
    ),
  };
}

/** Whether Docker could not publish a port because somebody else has it. */
export function isPortTaken(answer: DockerAnswer): boolean {
  return /port is already allocated|address already in use|ports are not available|bind: Only one usage/i.test(
    answer.stderr,
  );
}

/** Docker refused something that a start needs, in its own last words. */
export function composeFailure(what: string, answer: DockerAnswer): BackendUnavailable {
  const words = lastWords({ ...answer, stdout: '' }).replace(/^Error response from daemon: /, '');
  return new BackendUnavailable(`${what}: ${words}`, { hint: 'Find out more: prom-tutor doctor' });
}
