import { connect, createServer } from 'node:net';
import { EXIT, UserError } from '../model/errors.ts';
import { describeHolder, type PortHolder, portHolder } from './port-holder.ts';
import type { System } from './world.ts';

/** A port that `start` needs. `asked`: the person named it, so another one will not do. */
export type PortWish = {
  readonly name: string;
  readonly port: number;
  readonly asked: boolean;
  /** The option by which it is set, for the hint. */
  readonly option: string;
};

export type PortChoice = {
  readonly port: number;
  /** What was in the way of the wished port; undefined when the wish was granted. */
  readonly movedFrom: { readonly port: number; readonly holder: PortHolder } | undefined;
};

/**
 * Gives every wish a port of its own: the wished one when it is free, otherwise the next one that is free, is no other
 * wish's and is not in `published` (ports that containers publish, which a bind test may not notice). Throws `UserError`
 * with the holder when an asked one is taken.
 */
export async function choosePorts<const K extends string>(
  system: System,
  wishes: { readonly [N in K]: PortWish },
  published: ReadonlyMap<number, string>,
): Promise<{ readonly [N in K]: PortChoice }> {
  const list = (Object.entries(wishes) as [K, PortWish][]).sort(([, a], [, b]) => Number(b.asked) - Number(a.asked));
  const taken = new Set(list.map(([, wish]) => wish.port));
  const chosen: [K, PortChoice][] = [];
  for (const [name, wish] of list) {
    const double = list.find(([other, { port }]) => other !== name && port === wish.port);
    const granted = chosen.some(([, choice]) => choice.port === wish.port);
    if (!granted && (await isUsable(wish.port, published))) {
      chosen.push([name, { port: wish.port, movedFrom: undefined }]);
      continue;
    }
    const holder: PortHolder =
      granted && double !== undefined
        ? { kind: 'ours', name: double[1].name }
        : (await bindError(wish.port)) === 'EACCES'
          ? { kind: 'forbidden' }
          : await portHolder(system, wish.port, published);
    if (wish.asked) throw takenError(wish, holder);
    const port = await nextFree(wish, taken, published);
    taken.add(port);
    chosen.push([name, { port, movedFrom: { port: wish.port, holder } }]);
  }
  return Object.fromEntries(chosen) as { [N in K]: PortChoice };
}

/** How many ports above the wished one are tried. */
const REACH = 200;

async function nextFree(
  wish: PortWish,
  taken: ReadonlySet<number>,
  published: ReadonlyMap<number, string>,
): Promise<number> {
  const last = Math.min(65_535, wish.port + REACH);
  for (let port = wish.port + 1; port <= last; port++) {
    if (!taken.has(port) && (await isUsable(port, published))) return port;
  }
  throw new UserError(`no free port for ${wish.name} between ${wish.port} and ${last}`, {
    hint: `Name one: ${wish.option} PORT`,
    exitCode: EXIT.unavailable,
  });
}

function takenError(wish: PortWish, holder: PortHolder): UserError {
  return new UserError(`port ${wish.port} cannot be used: ${describeHolder(holder)}`, {
    hint: `Free it, give ${wish.option} another port, or leave ${wish.option} away to let prom-tutor choose one.`,
    exitCode: EXIT.unavailable,
  });
}

async function isUsable(port: number, published: ReadonlyMap<number, string>): Promise<boolean> {
  return !published.has(port) && (await isPortFree(port));
}

/**
 * Whether we could listen on a port of this machine. Binding alone is not enough: macOS lets a loopback address be bound
 * beside a listener on all addresses, and Docker may publish a port without a listener. So nobody may answer either.
 */
export async function isPortFree(port: number): Promise<boolean> {
  return (await bindError(port)) === undefined && !(await isAnswered(port));
}

/** Whether someone accepts connections on a port of this machine. Unlike a bind test it gets in nobody's way. */
export async function isAnswered(port: number): Promise<boolean> {
  const answers = await Promise.all(['127.0.0.1', '::1'].map((host) => someoneAnswers(host, port)));
  return answers.includes(true);
}

/** EADDRINUSE when taken, EACCES when this account may not listen there. */
function bindError(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

/** On this machine a connection is accepted or refused at once; a silence means a filter, and nobody we could reach. */
const ANSWER_MS = 300;

function someoneAnswers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: ANSWER_MS });
    const finish = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => finish(true));
    socket.once('timeout', () => finish(false));
    socket.once('error', () => finish(false));
  });
}
