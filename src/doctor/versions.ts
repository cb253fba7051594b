import { readFile } from 'node:fs/promises';
import type { Patient } from './patient.ts';

/** What runs here, by name; a missing key was not found or does not tell. Read from what the checks found out already. */
export type Versions = { readonly [what: string]: string };

/** Rejects never; what cannot be told is left out. */
export async function versionsOf(patient: Patient): Promise<Versions> {
  const { world } = patient;
  const entries = [
    ['prom-tutor', world.toolVersion],
    ['Node.js', world.nodeVersion],
    ['system', await systemOf(world.platform, world.machine)],
    ...(world.server === undefined ? await ofThisMachine(patient) : []),
    ['server', await serverVersion(patient)],
  ] as const;
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

async function ofThisMachine(patient: Patient): Promise<readonly (readonly [string, string | undefined])[]> {
  const [client, daemon, compose, binaries, state] = await Promise.all([
    patient.client(),
    patient.daemon(),
    patient.compose(),
    patient.binaries(),
    patient.state(),
  ]);
  const pair = binaries.pair?.prometheus.version;
  return [
    ['docker client', client.kind === 'present' ? `${client.version}${client.podman ? ' (Podman)' : ''}` : client.kind],
    ['docker daemon', daemon.kind === 'answers' ? daemon.version : daemon.kind],
    ['docker compose', compose.kind === 'present' || compose.kind === 'standalone' ? compose.version : compose.kind],
    ['prometheus program', pair ?? 'none that can be used'],
    ['stack', state === undefined ? 'none' : `${state.backend}, started by prom-tutor ${state.toolVersion}`],
  ];
}

async function serverVersion({ server }: Patient): Promise<string> {
  const reach = await server.reach();
  if (reach.kind !== 'answers') return `no answer (${reach.kind === 'failed' ? reach.error.kind : reach.kind})`;
  return reach.version === '' ? 'answers, does not tell its version' : reach.version;
}

/** https://www.freedesktop.org/software/systemd/man/latest/os-release.html */
async function systemOf(platform: NodeJS.Platform, machine: string): Promise<string> {
  if (platform !== 'linux') return machine;
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const name = /^PRETTY_NAME="?([^"\n]+)"?$/m.exec(text)?.[1];
  return name === undefined ? machine : `${machine}, ${name}`;
}
