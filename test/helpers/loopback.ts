import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

/** What arrived, its body read. */
export type Seen = {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly rawHeaders: readonly string[];
  readonly body: string;
  /** The parameters, from the query or from the form. */
  readonly params: URLSearchParams;
};

export type Answer = (seen: Seen, response: ServerResponse) => void;

export type Loopback = {
  readonly url: string;
  readonly port: number;
  readonly seen: readonly Seen[];
  /** How many connections were opened. */
  readonly connections: () => number;
  close(): Promise<void>;
};

/** A real HTTP server on a loopback port (a free one unless told) that answers as the test says. */
export async function loopback(answer: Answer, tls?: ServerOptions, atPort = 0): Promise<Loopback> {
  const seen: Seen[] = [];
  const sockets = new Set<Duplex>();
  let connections = 0;
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const url = request.url ?? '';
      const query = url.includes('?') ? url.slice(url.indexOf('?')) : '';
      const one: Seen = {
        method: request.method ?? '',
        url,
        headers: request.headers,
        rawHeaders: request.rawHeaders,
        body,
        params: new URLSearchParams(request.method === 'POST' ? body : query),
      };
      seen.push(one);
      answer(one, response);
    });
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  server.on('connection', (socket: Duplex) => {
    connections++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(atPort, '127.0.0.1', () => resolve()));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    port,
    seen,
    connections: () => connections,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Answers with a JSON body. */
export function json(
  response: ServerResponse,
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

/** Answers with a success of the API around `data`. */
export function success(response: ServerResponse, data: unknown, extra: object = {}): void {
  json(response, { status: 'success', data, ...extra });
}

/** Answers with an instant vector of one series. */
export function vectorOf(response: ServerResponse, metric: Record<string, string>, value = '1'): void {
  success(response, { resultType: 'vector', result: [{ metric, value: [1_700_000_000.5, value] }] });
}
