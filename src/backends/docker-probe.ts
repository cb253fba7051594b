import type { Availability } from './backend.ts';
import { type DockerAnswer, docker, lastWords } from './docker-cli.ts';
import { parsedJson, textAt } from './json-path.ts';
import type { World } from './world.ts';

/** What there is of Docker on this machine. */
export type DockerProbe = {
  readonly client: { readonly installed: true; readonly version: string } | { readonly installed: false };
  readonly daemon:
    | { readonly answers: true; readonly version: string }
    | { readonly answers: false; readonly reason: DaemonSilence; readonly detail: string };
  readonly compose:
    | { readonly installed: true; readonly version: string; readonly major: number }
    | { readonly installed: false; readonly detail: string };
  /** Where the client looks for the daemon, such as unix:///var/run/docker.sock; empty when it does not say. */
  readonly endpoint: string;
};

/** Why no daemon answers. `remote`: it is on another machine, whose loopback ports we could not reach. */
export type DaemonSilence = 'no-client' | 'not-running' | 'denied' | 'timeout' | 'remote' | 'other';

/** A daemon that takes longer than this to say hello is not one to build on. */
const PROBE_MS = 2_000;

/** Asks Docker's client, daemon and compose plugin for a sign of life, all at once and for two seconds at most. */
export async function probeDocker(world: World, signal: AbortSignal): Promise<DockerProbe> {
  const options = { signal, timeoutMs: PROBE_MS };
  const [version, compose, context] = await Promise.all([
    docker(world, ['version', '--format', '{{json .}}'], options),
    docker(world, ['compose', 'version', '--short'], options),
    docker(world, ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'], options),
  ]);
  const endpoint = context.ok ? context.stdout.trim() : '';
  return { ...versionsOf(version, endpoint), compose: composeOf(compose), endpoint };
}

/** From the answer to `docker version`, which names the client even when the daemon is silent. */
export function versionsOf(answer: DockerAnswer, endpoint: string): Pick<DockerProbe, 'client' | 'daemon'> {
  if (answer.failure === 'no-client') {
    const daemon = { answers: false, reason: 'no-client', detail: lastWords(answer) } as const;
    return { client: { installed: false }, daemon };
  }
  const told = parsedJson(answer.stdout);
  const client = { installed: true, version: textAt(told, 'Client', 'Version') ?? 'unknown' } as const;
  if (answer.ok) {
    if (isRemote(endpoint)) return { client, daemon: { answers: false, reason: 'remote', detail: endpoint } };
    // Podman's docker command has no daemon and names no server.
    return { client, daemon: { answers: true, version: textAt(told, 'Server', 'Version') ?? client.version } };
  }
  return { client, daemon: { answers: false, reason: silenceOf(answer), detail: lastWords(answer) } };
}

function silenceOf(answer: DockerAnswer): DaemonSilence {
  if (answer.failure === 'timeout') return 'timeout';
  if (/permission denied/i.test(answer.stderr)) return 'denied';
  return /cannot connect to the docker daemon|is the docker daemon running|error during connect|connection refused|no such file/i.test(
    answer.stderr,
  )
    ? 'not-running'
    : 'other';
}

function composeOf(answer: DockerAnswer): DockerProbe['compose'] {
  const version = answer.stdout.trim().replace(/^v/, '');
  const major = Number.parseInt(version, 10);
  if (answer.ok && Number.isInteger(major)) return { installed: true, version, major };
  return { installed: false, detail: lastWords(answer) };
}

/** A socket or pipe is on this machine, and so is a loopback address. */
function isRemote(endpoint: string): boolean {
  if (endpoint === '' || /^(unix|npipe|fd):/.test(endpoint)) return false;
  const host = URL.canParse(endpoint) ? new URL(endpoint.replace(/^tcp:/, 'http:')).hostname : '';
  return !(host === 'localhost' || host === '[::1]' || host.startsWith('127.'));
}

/** Whether the stack can run on it. */
export function dockerAvailability({ client, daemon, compose }: DockerProbe): Availability {
  if (!client.installed) return { usable: false, ...SILENCES['no-client']('') };
  if (!daemon.answers) return { usable: false, ...SILENCES[daemon.reason](daemon.detail) };
  if (!compose.installed) {
    return { usable: false, reason: 'the Docker Compose plugin is not installed', hint: COMPOSE_HINT };
  }
  if (compose.major < 2) {
    return {
      usable: false,
      reason: `Docker Compose ${compose.version} is too old: 2.0 or newer is needed`,
      hint: COMPOSE_HINT,
    };
  }
  return { usable: true, detail: `Docker ${daemon.version}, Compose ${compose.version}` };
}

const COMPOSE_HINT = 'Install the Compose plugin: https://docs.docker.com/compose/install/';

type Silence = (detail: string) => { readonly reason: string; readonly hint?: string };

const SILENCES: { readonly [K in DaemonSilence]: Silence } = {
  'no-client': () => ({
    reason: 'Docker is not installed',
    hint: 'Install it with its Compose plugin: https://docs.docker.com/get-docker/',
  }),
  'not-running': () => ({ reason: "Docker's daemon is not running", hint: 'Start Docker, then try again.' }),
  denied: () => ({
    reason: 'this account may not talk to the Docker daemon',
    hint: 'See what is missing: prom-tutor doctor',
  }),
  timeout: () => ({
    reason: `Docker did not answer within ${PROBE_MS / 1000} s`,
    hint: 'Restart Docker, then try again.',
  }),
  remote: (detail) => ({
    reason: `Docker runs on another machine (${detail}), whose ports cannot be reached from here`,
    hint: 'Choose a local one: docker context use default',
  }),
  other: (detail) => ({ reason: `Docker does not work: ${detail}`, hint: 'Find out more: prom-tutor doctor' }),
};
