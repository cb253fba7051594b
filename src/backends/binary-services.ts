import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RETENTION_MS } from '../model/scenario.ts';
import type { SERVICES } from './backend.ts';
import { BackendUnavailable, PortTaken } from './backend-unavailable.ts';
import { isRunning, spawnInBackground } from './processes.ts';
import { logFile, PARTS } from './stack-folder.ts';
import { portOf } from './stack-ports.ts';
import type { ProcessRecord, StackState } from './state.ts';
import type { World } from './world.ts';

export type ServiceName = (typeof SERVICES)[number];

/** Starts one service of a stack in the background. `prometheus`: the program to use. */
export async function startService(
  world: World,
  state: StackState,
  name: ServiceName,
  prometheus: string,
): Promise<ProcessRecord> {
  const node = { file: world.execPath, args: (mode: string) => [join(state.dir, PARTS.app), mode] };
  const programs = {
    prometheus: { file: prometheus, args: prometheusArgs(state), env: {} },
    'sse-app': { file: node.file, args: node.args('serve'), env: instanceEnv(state, 0) },
    'sse-app-2': { file: node.file, args: node.args('serve'), env: instanceEnv(state, 1) },
    load: {
      file: node.file,
      args: node.args('load'),
      // Three of four requests go to the first instance, as in the compose file.
      env: { SSE_TARGETS: `${state.urls.apps[0]}=3,${state.urls.apps[1]}=1`, SSE_RATE: '8' },
    },
  } as const satisfies { readonly [N in ServiceName]: object };
  const { file, args, env } = programs[name];
  const program = {
    name,
    file,
    args,
    env: { ...plainEnv(world), ...env },
    cwd: state.dir,
    logFile: logFile(state, name),
  };
  return spawnInBackground(world, program);
}

/** What any program needs of the environment. Nothing else of it may change how the stack behaves. */
export function plainEnv(world: World): Readonly<Record<string, string | undefined>> {
  const names = ['PATH', 'Path', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'LANG', 'LC_ALL', 'TZ'];
  return Object.fromEntries(
    names.filter((name) => world.env[name] !== undefined).map((name) => [name, world.env[name]]),
  );
}

/** Throws with its last words when a service that was started has ended by itself. */
export async function requireRunning(world: World, state: StackState): Promise<void> {
  for (const record of state.processes) {
    if (await isRunning(world, record)) continue;
    const words = await lastLogWords(state, record.name);
    if (/EADDRINUSE|address already in use|only one usage of each socket address/i.test(words)) {
      throw new PortTaken(`${record.name} found its port taken`);
    }
    throw new BackendUnavailable(`${record.name} ended by itself${words === '' ? '' : `:\n${words}`}`, {
      hint: 'Find out more: prom-tutor doctor',
    });
  }
}

async function lastLogWords(state: StackState, service: string): Promise<string> {
  const text = await readFile(logFile(state, service), 'utf8').catch(() => '');
  return text.trim().split('\n').slice(-5).join('\n');
}

function prometheusArgs(state: StackState): readonly string[] {
  return [
    `--config.file=${join(state.dir, PARTS.config)}`,
    `--storage.tsdb.path=${join(state.dir, PARTS.data)}`,
    `--storage.tsdb.retention.time=${RETENTION_MS / 86_400_000}d`,
    `--web.listen-address=127.0.0.1:${portOf(state.urls.prometheus)}`,
  ];
}

function instanceEnv(state: StackState, index: 0 | 1): Readonly<Record<string, string>> {
  return {
    SSE_INSTANCE: index === 0 ? 'sse-app:8000' : 'sse-app-2:8000',
    SSE_HOST: '127.0.0.1',
    SSE_PORT: String(portOf(state.urls.apps[index])),
    SSE_SCENARIO_DIR: join(state.dir, PARTS.scenario),
    SSE_PROMETHEUS_URL: state.urls.prometheus,
    SSE_TOKEN: state.token,
  };
}
