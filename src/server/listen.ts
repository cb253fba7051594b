import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { EXIT, UserError } from '../model/errors.ts';
import { handle, type ServerDeps } from './handle.ts';

export type Listener = {
  /** `http://127.0.0.1:9090`: the address with the real port. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
};

/**
 * Serves the API on a loopback address; a closed connection aborts what it asked for. Port 0 takes any free one. Throws a
 * `UserError` when the address is taken or is not on this machine.
 */
export async function listen(
  deps: ServerDeps,
  address: { readonly host: string; readonly port: number },
): Promise<Listener> {
  if (!isLoopback(address.host)) {
    throw new UserError(`${address.host} is not a loopback address`, {
      hint: 'This server has no authentication and listens on this machine only, such as 127.0.0.1:9090.',
    });
  }
  const server = createServer((request, response) => {
    void answer(request, response, deps);
  });
  await bind(server, address);
  const { port } = server.address() as AddressInfo;
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  return { url: `http://${host}:${port}`, port, close: () => close(server) };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** A form body larger than this is no query. */
const MAX_BODY_BYTES = 10 * 1024 * 1024;
/** Below this, compressing costs more than it saves. */
const GZIP_FROM_BYTES = 1024;
const compress = promisify(gzip);

async function answer(incoming: IncomingMessage, outgoing: ServerResponse, deps: ServerDeps): Promise<void> {
  const gone = new AbortController();
  outgoing.on('close', () => {
    if (!outgoing.writableEnded) gone.abort(new Error('the client went away'));
  });
  try {
    const body = await bodyOf(incoming);
    if (body === undefined) {
      outgoing.writeHead(413, { connection: 'close' }).end('request body too large\n');
      return;
    }
    const response = await handle(requestOf(incoming, body, gone.signal), deps);
    if (gone.signal.aborted) return;
    await send(incoming, outgoing, response);
  } catch {
    if (!outgoing.headersSent) outgoing.writeHead(400, { connection: 'close' });
    outgoing.end();
  }
}

function requestOf(incoming: IncomingMessage, body: Buffer, signal: AbortSignal): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const method = incoming.method ?? 'GET';
  const withBody = method !== 'GET' && method !== 'HEAD' && body.length > 0;
  const url = new URL(incoming.url ?? '/', 'http://localhost');
  return new Request(url, { method, headers, signal, ...(withBody ? { body: new Uint8Array(body) } : {}) });
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of incoming as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > MAX_BODY_BYTES) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

async function send(incoming: IncomingMessage, outgoing: ServerResponse, response: Response): Promise<void> {
  const body = Buffer.from(await response.arrayBuffer());
  const zipped = body.length >= GZIP_FROM_BYTES && /\bgzip\b/.test(String(incoming.headers['accept-encoding'] ?? ''));
  const payload = zipped ? await compress(body, { level: 1 }) : body;
  const headers = Object.fromEntries(response.headers);
  outgoing.writeHead(response.status, {
    ...headers,
    ...(zipped ? { 'content-encoding': 'gzip' } : {}),
    'content-length': payload.length,
  });
  outgoing.end(payload);
}

function bind(server: Server, address: { readonly host: string; readonly port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      const message = taken
        ? `port ${address.port} of ${address.host} is taken`
        : `cannot listen on ${address.host}:${address.port}: ${error.message}`;
      reject(
        new UserError(message, {
          hint: 'Choose another with --listen 127.0.0.1:0 (any free port).',
          exitCode: EXIT.unavailable,
          cause: error,
        }),
      );
    });
    server.listen(address.port, address.host, resolve);
  });
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const force = setTimeout(() => server.closeAllConnections(), 500);
  await closed;
  clearTimeout(force);
}
