import { execa } from 'execa';
import { docker, dockerEnv } from './docker-cli.ts';
import type { ContainerState } from './docker-project.ts';
import { mergeLines } from './merge-lines.ts';
import type { World } from './world.ts';

type Line = { readonly service: string; readonly time: string; readonly text: string };

type LogOptions = { readonly follow: boolean; readonly tail: number; readonly signal: AbortSignal };

/** The last lines of each container by Docker's time, then, with `follow`, what comes. */
export async function* dockerLogs(
  world: World,
  containers: readonly ContainerState[],
  { follow, tail, signal }: LogOptions,
): AsyncIterable<Line> {
  const past = await Promise.all(containers.map((container) => lastLines(world, container, tail, signal)));
  yield* past.flat().sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
  if (!follow) return;
  const streams = containers
    .filter(({ status }) => status === 'running')
    .map((container) => newLines(world, container, past.flat(), signal));
  yield* mergeLines(streams);
}

async function lastLines(
  world: World,
  container: ContainerState,
  tail: number,
  signal: AbortSignal,
): Promise<readonly Line[]> {
  const args = ['logs', '--timestamps', '--tail', String(tail), container.id];
  const { stdout, stderr } = await docker(world, args, { signal, timeoutMs: 15_000 });
  return `${stdout}\n${stderr}`.split('\n').flatMap((line) => lineOf(container, line));
}

/** Docker's `--since` includes the line of that very time, which was shown already. */
async function* newLines(
  world: World,
  container: ContainerState,
  shown: readonly Line[],
  signal: AbortSignal,
): AsyncIterable<Line> {
  const ofService = shown.filter(({ service }) => service === container.service).map(({ time }) => time);
  const last = ofService.sort().at(-1) ?? '';
  const since = last === '' ? ['--tail', '0'] : ['--since', last];
  const running = execa('docker', ['logs', '--timestamps', '--follow', ...since, container.id], {
    env: dockerEnv(world),
    extendEnv: false,
    stdin: 'ignore',
    all: true,
    buffer: false,
    reject: false,
    cancelSignal: signal,
  });
  for await (const text of running.iterable({ from: 'all' })) {
    yield* lineOf(container, text).filter(({ time }) => time > last);
  }
}

/** `2026-01-01T00:00:00.000000000Z text`, with the time in UTC and always as long, so that it sorts as text. */
function lineOf({ service }: ContainerState, line: string): readonly Line[] {
  const match = /^(\d{4}-\d\d-\d\dT[\d:.]+Z) ?(.*)$/.exec(line);
  return match === null ? [] : [{ service, time: match[1] ?? '', text: match[2] ?? '' }];
}
