import type { StartOptions } from './backend.ts';
import { BackendUnavailable } from './backend-unavailable.ts';
import { type DockerAnswer, docker, lastWords } from './docker-cli.ts';
import { numberAt, parsedJson, textAt } from './json-path.ts';
import type { World } from './world.ts';

/** A pull that shows no progress for this long counts as one that will not end. */
const STALL_MS = 20_000;

export type PullOptions = {
  readonly signal: AbortSignal;
  readonly stallMs?: number;
  /** How far it is, from 0 to 1. */
  onProgress(share: number): void;
};

/** Makes sure that an image is there, and tells how far it is when it has to come from a registry. */
export async function fetchImage(
  world: World,
  image: string,
  { signal, report }: Pick<StartOptions, 'signal' | 'report'>,
): Promise<void> {
  if (await hasImage(world, image, signal)) return;
  const id = `image ${image}`;
  report({ kind: 'step', id, text: `fetching ${image}` });
  await pullImage(world, image, {
    signal,
    onProgress: (share) => report({ kind: 'step', id, text: `fetching ${image}, ${Math.floor(share * 100)} %` }),
  });
  report({ kind: 'done', id, text: `${image} is here` });
}

async function hasImage(world: World, image: string, signal: AbortSignal): Promise<boolean> {
  return (await docker(world, ['image', 'inspect', '--format', '{{.Id}}', image], { signal, timeoutMs: 10_000 })).ok;
}

/** Fetches an image. Throws `BackendUnavailable` when it cannot be had, or stops coming. */
export async function pullImage(world: World, image: string, options: PullOptions): Promise<void> {
  const { answer, stalled } = await pull(world, image, options);
  if (answer.ok) return;
  const why = stalled ? `no progress for ${Math.round((options.stallMs ?? STALL_MS) / 1000)} s` : reasonOf(answer);
  throw new BackendUnavailable(`the image ${image} could not be fetched: ${why}`, {
    hint: `Check the network (or the registry mirror of Docker), then try: docker pull ${image}`,
  });
}

/**
 * `docker pull` is silent between the layers when nobody watches it on a terminal, so compose does it: it counts bytes.
 * An older compose without that output gets the plain command, and six times the patience.
 */
async function pull(
  world: World,
  image: string,
  { signal, onProgress, stallMs = STALL_MS }: PullOptions,
): Promise<{ readonly answer: DockerAnswer; readonly stalled: boolean }> {
  const compose = ['compose', '-p', 'prom-tutor-pull', '-f', '-', '--progress', 'json', 'pull'];
  const file = JSON.stringify({ services: { image: { image } } });
  const first = await watched(world, compose, { signal, onProgress, stallMs, input: file });
  if (first.answer.ok || first.stalled || !/unsupported --progress|unknown flag/i.test(first.answer.stderr))
    return first;
  return watched(world, ['pull', image], { signal, onProgress, stallMs: stallMs * 6 });
}

async function watched(
  world: World,
  args: readonly string[],
  options: {
    readonly signal: AbortSignal;
    readonly stallMs: number;
    readonly input?: string;
    onProgress(share: number): void;
  },
): Promise<{ readonly answer: DockerAnswer; readonly stalled: boolean }> {
  const stall = new AbortController();
  const layers = new Map<string, Layer>();
  const giveUp = () => stall.abort(new Error('no progress'));
  let timer = setTimeout(giveUp, options.stallMs);
  try {
    const answer = await docker(world, args, {
      signal: AbortSignal.any([options.signal, stall.signal]),
      ...(options.input === undefined ? {} : { input: options.input }),
      onLine: (line) => {
        if (!isProgress(layers, line)) return;
        clearTimeout(timer);
        timer = setTimeout(giveUp, options.stallMs);
        options.onProgress(shareOf(layers));
      },
    });
    return { answer, stalled: false };
  } catch (error) {
    if (!stall.signal.aborted || options.signal.aborted) throw error;
    return { answer: { ok: false, stdout: '', stderr: '' }, stalled: true };
  } finally {
    clearTimeout(timer);
  }
}

type Layer = { readonly text: string; readonly current: number; readonly total: number };

/** Whether a line tells something new about a layer. Waiting and trying again are no progress. */
function isProgress(layers: Map<string, Layer>, line: string): boolean {
  const event = parsedJson(line);
  const id = textAt(event, 'id') ?? line;
  const text = textAt(event, 'text') ?? '';
  if (/^(retrying|waiting)/i.test(text)) return false;
  const known = layers.get(id);
  const current = numberAt(event, 'current') ?? known?.current ?? 0;
  const total = numberAt(event, 'total') ?? known?.total ?? 0;
  if (known !== undefined && known.text === text && known.current === current) return false;
  layers.set(id, { text, current, total });
  return true;
}

function shareOf(layers: ReadonlyMap<string, Layer>): number {
  const sized = [...layers.values()].filter(({ total }) => total > 0);
  const total = sized.reduce((sum, layer) => sum + layer.total, 0);
  return total === 0 ? 0 : sized.reduce((sum, layer) => sum + Math.min(layer.current, layer.total), 0) / total;
}

/** The daemon's own words without the wrapping of the client. */
function reasonOf(answer: DockerAnswer): string {
  const last = lastWords({ ...answer, stdout: '' });
  return (textAt(parsedJson(last), 'message') ?? last).replace(/^Error response from daemon: /, '');
}
