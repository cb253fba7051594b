import type { ScraperPlace } from '../advise/scrape-errors.ts';
import type { StackState } from '../backends/state.ts';
import { QueryError, UnavailableError } from '../model/errors.ts';
import type { Looked } from '../source/http-look.ts';
import type { Source, Target } from '../source/source.ts';
import type { Page } from './flavour.ts';
import { once } from './once.ts';
import type { World } from './world.ts';

/** The server that is examined, and why this one. */
export type ServerChoice = {
  readonly url: string;
  readonly from: 'option' | 'stack' | 'environment' | 'default';
  /** Where that Prometheus runs, which decides what `localhost` means to it. */
  readonly place: ScraperPlace;
};

/** Whether a Prometheus answers. `version` is empty where the server does not tell. */
export type Reach =
  | { readonly kind: 'answers'; readonly version: string }
  | { readonly kind: 'starting'; readonly error: UnavailableError }
  | { readonly kind: 'failed'; readonly error: UnavailableError }
  /** Nothing was started (or is just being), nobody named a server, and none is at the default address. */
  | { readonly kind: 'nothing' };

/** The server's clock and ours at about the same moment, in milliseconds since 1970. */
export type Clocks = { readonly serverMs: number; readonly localMs: number };

export type TargetList =
  | { readonly kind: 'listed'; readonly targets: readonly Target[] }
  /** Mimir, Thanos and others have no target list. */
  | { readonly kind: 'unsupported' }
  | { readonly kind: 'unknown'; readonly reason: string };

export type ServerFacts = {
  readonly choice: () => Promise<ServerChoice>;
  readonly reach: () => Promise<Reach>;
  readonly clocks: () => Promise<Clocks | undefined>;
  readonly targets: () => Promise<TargetList>;
  /** The server itself, for those who ask it more; undefined when it does not answer. */
  readonly source: () => Promise<Source | undefined>;
  /** A page of it that is not the query API, whether it answers queries or not; undefined when nothing came. */
  readonly page: Page;
  /** The vector of an instant query, as label sets and numbers; undefined when the server does not answer at all. */
  readonly vector: (query: string, timeMs?: number) => Promise<readonly VectorRow[] | undefined>;
  close(): Promise<void>;
};

export type VectorRow = { readonly labels: Readonly<Record<string, string>>; readonly value: number };

/** `settling`: a start is under way, so that silence of the stack means nothing yet. */
export function serverFacts(
  world: World,
  state: () => Promise<StackState | undefined>,
  settling: () => Promise<boolean>,
): ServerFacts {
  const choice = once(async () => choiceOf(world, await state()));
  const source = once(async () => world.openSource((await choice()).url));
  const look = once(async () => world.openLook((await choice()).url));
  const pages = new Map<string, Promise<Looked | undefined>>();
  const reach = once(async () => reachOf(await choice(), source, settling));
  const answering = async () => ((await reach()).kind === 'answers' ? source() : undefined);
  return {
    choice,
    reach,
    clocks: once(async () => {
      const server = await answering();
      return server === undefined ? undefined : clocksOf(world, server);
    }),
    targets: once(async () => {
      const server = await answering();
      return server === undefined ? { kind: 'unknown', reason: 'the server does not answer' } : targetsOf(server);
    }),
    source: answering,
    page: (path, root) => {
      const key = `${root ?? ''} ${path}`;
      const asked = pages.get(key) ?? look().then((at) => at.at(path, { root: root === 'root' }));
      // What cannot be looked at says nothing; whether the server answers at all is told by `reach`.
      const found = asked.catch(() => undefined);
      pages.set(key, found);
      return found;
    },
    vector: async (query, timeMs) => {
      const server = await answering();
      return server === undefined ? undefined : vectorOf(server, query, timeMs);
    },
    close: async () => {
      const opened = await Promise.all([source, look].map((open) => open().catch(() => undefined)));
      await Promise.all(opened.map((each) => each?.close()));
    },
  };
}

function choiceOf(world: World, state: StackState | undefined): ServerChoice {
  if (world.server !== undefined) return { url: world.server, from: 'option', place: 'unknown' };
  if (state !== undefined) {
    return { url: state.urls.prometheus, from: 'stack', place: state.backend === 'docker' ? 'container' : 'here' };
  }
  if (world.envServer !== undefined) return { url: world.envServer.url, from: 'environment', place: 'unknown' };
  return { url: world.defaultServer, from: 'default', place: 'unknown' };
}

/**
 * Build information and a query: every backend answers queries, some have nothing else, and some tell about themselves
 * without answering queries (Mimir before it knows the tenant, Prometheus in agent mode).
 */
async function reachOf(
  choice: ServerChoice,
  source: () => Promise<Source>,
  settling: () => Promise<boolean>,
): Promise<Reach> {
  try {
    const server = await source();
    const [answered, told] = await Promise.allSettled([server.instant('1'), server.buildInfo()]);
    if (answered.status === 'rejected') throw answered.reason;
    return { kind: 'answers', version: told.status === 'fulfilled' ? told.value.version : '' };
  } catch (error) {
    if (choice.from === 'default' || (choice.from === 'stack' && (await settling()))) return { kind: 'nothing' };
    const known = error instanceof UnavailableError ? error : unexpected(error, choice.url);
    return known.kind === 'starting' ? { kind: 'starting', error: known } : { kind: 'failed', error: known };
  }
}

async function clocksOf(world: World, server: Source): Promise<Clocks | undefined> {
  const before = world.now();
  const { data } = await server.instant('time()');
  const localMs = (before + world.now()) / 2;
  return data.kind === 'scalar' ? { serverMs: data.value * 1000, localMs } : undefined;
}

async function targetsOf(server: Source): Promise<TargetList> {
  try {
    return { kind: 'listed', targets: await server.targets() };
  } catch (error) {
    if (error instanceof UnavailableError && error.kind === 'not-found') return { kind: 'unsupported' };
    return { kind: 'unknown', reason: error instanceof Error ? error.message : String(error) };
  }
}

async function vectorOf(server: Source, query: string, timeMs?: number): Promise<readonly VectorRow[] | undefined> {
  const { data } = await server.instant(query, timeMs === undefined ? {} : { timeMs });
  if (data.kind !== 'vector') return undefined;
  return data.samples.flatMap(({ labels, value }) => (typeof value === 'number' ? [{ labels, value }] : []));
}

/** A server that refuses even the query `1` is none that can be asked. */
function unexpected(error: unknown, url: string): UnavailableError {
  const message = error instanceof Error ? error.message : String(error);
  const kind = error instanceof QueryError ? 'server-error' : 'reset';
  return new UnavailableError({ kind, message: `${url} answers no query: ${message}`, url, cause: error });
}
