import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PrometheusClient } from '../client/prometheus-client.ts';
import { UserError } from '../model/errors.ts';
import type { Scenario } from '../model/scenario.ts';
import { type FaultContext, faultsRoute, metricsFromPrometheus } from './admin-routes.ts';
import { FaultBoard } from './faults.ts';
import { HttpProblem, sendJson, sendProblem } from './http.ts';
import { createLiveService } from './live-service.ts';
import type { RelivedLife } from './past-life.ts';
import type { Random } from './random.ts';
import { INSTANCES, type InstanceName } from './schema.ts';
import { streamRoute } from './stream-route.ts';
import type { ProcessReadings } from './vitals.ts';
import { type WakingUsers, wakingUsers } from './waking.ts';

/** What an app takes from the outside world. */
export type AppWorld = {
  /** Milliseconds since 1970. */
  now(): number;
  readonly random: Random;
  readonly readings: ProcessReadings;
  /** One line for people, without a newline. */
  log(line: string): void;
};

export type AppOptions = {
  readonly instance: InstanceName;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** The written past to go on from; without one everything starts at zero. */
  readonly scenario?: Scenario;
  /** The end of that past, where it has been lived again already. */
  readonly earlier?: RelivedLife;
  /** Bearer token of /admin/faults. */
  readonly token?: string;
  readonly prometheusUrl?: string;
  /** Its own unless given: those of an earlier life of this instance. */
  readonly faults?: FaultBoard;
  /** Stops the instance for so long; without it that fault is refused. */
  readonly rest?: (forMs: number) => void;
};

export type RunningApp = {
  readonly host: string;
  readonly port: number;
  /** Without a slash at the end. */
  readonly url: string;
  /** Ends open streams in a way clients understand; resolves within a second. */
  close(): Promise<void>;
};

/** Starts one instance of the service. Throws `UserError` when it cannot listen or the Prometheus URL is none. */
export async function createApp(options: AppOptions, world: AppWorld): Promise<RunningApp> {
  const version = INSTANCES.find(({ name }) => name === options.instance)?.version ?? 'unknown';
  const open = new Set<AbortController>();
  const faults = options.faults ?? new FaultBoard();
  const prometheus =
    options.prometheusUrl === undefined
      ? undefined
      : new PrometheusClient({ url: options.prometheusUrl, env: {}, timeoutMs: 5_000 });
  const live = await createLiveService({ ...options, version, faults, world });
  const { service, registry } = live;

  let users: WakingUsers | undefined;
  let over: NodeJS.Timeout | undefined;
  /** Does what the faults say now, and looks again when the next of them is over. */
  const obey = () => {
    clearTimeout(over);
    const nowMs = world.now();
    users?.set(faults.isOn('provider-waking', nowMs));
    const ends = faults.list(nowMs).flatMap(({ untilMs }) => untilMs ?? []);
    if (ends.length > 0) over = setTimeout(obey, Math.max(1, Math.min(...ends) - nowMs));
  };
  const admin: FaultContext = { ...world, faults, token: options.token, rest: options.rest, changed: obey };

  const routes: Routes = {
    '/stream': {
      POST: (request, response) =>
        streamRoute(request, response, { service, random: world.random, now: world.now, open }),
    },
    '/metrics': {
      async GET(_request, response) {
        if (faults.isOn('scrape-path', world.now()))
          throw new HttpProblem(404, 'not_found', 'there are no metrics here: the fault scrape-path is on');
        service.tick(world.now());
        const text = await registry.metrics();
        response.writeHead(200, { 'content-type': registry.contentType, 'content-length': Buffer.byteLength(text) });
        response.end(text);
      },
    },
    '/healthz': {
      GET: (_request, response) => sendJson(response, 200, { status: 'ok', instance: options.instance, version }),
    },
    '/admin/metrics': { GET: (_request, response) => metricsFromPrometheus(response, prometheus) },
    '/admin/faults': {
      GET: (request, response) => faultsRoute(request, response, admin),
      POST: (request, response) => faultsRoute(request, response, admin),
    },
  };

  const server = createServer((request, response) => {
    void answer(routes, request, response, world);
  });
  server.headersTimeout = 5_000;
  server.requestTimeout = 10_000;
  server.keepAliveTimeout = 5_000;
  server.maxConnections = 1_000;
  const host = options.host ?? '127.0.0.1';
  await listen(server, host, options.port);
  const { port } = server.address() as AddressInfo;
  const everywhere = host === '0.0.0.0' ? '127.0.0.1' : host;
  users = wakingUsers(options.instance, urlOf(everywhere, port), world);
  obey();
  return {
    host,
    port,
    url: urlOf(host, port),
    async close() {
      clearTimeout(over);
      for (const stream of open) stream.abort();
      live.stop();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const force = setTimeout(() => server.closeAllConnections(), 500);
      server.closeIdleConnections();
      await Promise.all([closed, prometheus?.close(), users?.stop()]);
      clearTimeout(force);
    },
  };
}

function urlOf(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;
type Routes = Readonly<Record<string, Readonly<Record<string, Handler>>>>;

/** Finds the handler and turns what it throws into an answer; only bugs become a 500, and are logged. */
async function answer(
  routes: Routes,
  request: IncomingMessage,
  response: ServerResponse,
  world: AppWorld,
): Promise<void> {
  try {
    await handlerOf(routes, request)(request, response);
  } catch (error) {
    if (!(error instanceof HttpProblem) && !request.destroyed) world.log(`bug: ${(error as Error).stack}`);
    const problem =
      error instanceof HttpProblem ? error : new HttpProblem(500, 'internal', 'something went wrong in the service');
    if (response.headersSent || response.destroyed) response.destroy();
    else sendProblem(response, problem);
  }
}

function handlerOf(routes: Routes, request: IncomingMessage): Handler {
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  const methods = Object.hasOwn(routes, path) ? routes[path] : undefined;
  if (methods === undefined)
    throw new HttpProblem(404, 'not_found', 'there is nothing here', { details: { endpoints: Object.keys(routes) } });
  const method = request.method === 'HEAD' ? 'GET' : (request.method ?? 'GET');
  const handler = Object.hasOwn(methods, method) ? methods[method] : undefined;
  if (handler === undefined) {
    const allow = Object.keys(methods).join(', ');
    throw new HttpProblem(405, 'method_not_allowed', `use ${allow} here`, { headers: { allow } });
  }
  return handler;
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        new UserError(`cannot listen on ${host}:${port}: ${LISTEN_ERRORS[error.code ?? ''] ?? error.message}`, {
          cause: error,
        }),
      );
    });
    server.listen(port, host, () => {
      server.removeAllListeners('error');
      resolve();
    });
  });
}

const LISTEN_ERRORS: Readonly<Record<string, string | undefined>> = {
  EADDRINUSE: 'the port is taken',
  EACCES: 'not allowed to use this port',
  EADDRNOTAVAIL: 'this machine does not have this address',
};
