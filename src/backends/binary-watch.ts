import { request } from 'undici';
import { type Backend, SERVICES, type ServiceStatus } from './backend.ts';
import type { ServiceName } from './binary-services.ts';
import { lastLines, newLines } from './file-lines.ts';
import { mergeLines } from './merge-lines.ts';
import { isRunning } from './processes.ts';
import { logFile } from './stack-folder.ts';
import { portOf } from './stack-ports.ts';
import type { StackState } from './state.ts';
import { type World, within } from './world.ts';

/** What each service does: its process, and whether it answers. */
export function binaryStatus(world: World, state: StackState, signal: AbortSignal): Promise<readonly ServiceStatus[]> {
  return Promise.all(SERVICES.map((name) => serviceStatus(world, state, name, signal)));
}

async function serviceStatus(
  world: World,
  state: StackState,
  name: ServiceName,
  signal: AbortSignal,
): Promise<ServiceStatus> {
  const record = state.processes.find((one) => one.name === name);
  if (record === undefined) return { name, state: 'missing', detail: 'it was never started' };
  if (!(await isRunning(world, record))) return { name, state: 'stopped', detail: `process ${record.pid} has ended` };
  const process = `process ${record.pid}`;
  const url = urlOf(state, name);
  if (url === undefined) return { name, state: 'running', detail: process };
  const answers = await request(url, { signal: within(1_500, signal) }).then(
    async ({ statusCode, body }) => {
      await body.dump();
      return statusCode === 200;
    },
    () => false,
  );
  signal.throwIfAborted();
  if (answers) return { name, state: 'running', detail: process };
  return { name, state: 'unhealthy', detail: `${process} does not answer on port ${portOf(url)}` };
}

function urlOf({ urls }: StackState, name: ServiceName): string | undefined {
  const bases = {
    prometheus: urls.prometheus,
    'sse-app': urls.apps[0],
    'sse-app-2': urls.apps[1],
    load: undefined,
  } as const;
  const base = bases[name];
  return base === undefined ? undefined : `${base}${name === 'prometheus' ? '/-/ready' : '/healthz'}`;
}

/** The ends of the log files, service by service, then what is added to them. */
export async function* binaryLogs(
  world: World,
  state: StackState,
  { service, follow, tail, signal }: Parameters<Backend['logs']>[1],
): AsyncIterable<string> {
  const names = service === undefined ? SERVICES : [service];
  const width = Math.max(...names.map((name) => name.length));
  const told = (name: string, line: string) => (service === undefined ? `${name.padEnd(width)} | ${line}` : line);
  const ends: number[] = [];
  for (const name of names) {
    const { lines, end } = await lastLines(logFile(state, name), tail);
    ends.push(end);
    for (const line of lines) yield told(name, line);
  }
  if (!follow) return;
  const streams = names.map(async function* (name, index): AsyncIterable<string> {
    for await (const line of newLines(world, logFile(state, name), ends[index] ?? 0, signal)) yield told(name, line);
  });
  yield* mergeLines(streams);
}
