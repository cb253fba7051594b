import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { EXIT, UserError } from '../model/errors.ts';
import { reply, type ServerDeps } from './handle.ts';
import type { Asked, Reply } from './reply.ts';

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
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, (request, response) => {
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

/** A long query may stand in an address: as much as Go's server reads, where Node would stop at 16 kB. */
const MAX_HEADER_BYTES = 1024 * 1024;
/** A form body larger than this is no query. */
const MAX_BODY_BYTES = 10 * 1024 * 1024;
/** Below this, compressing costs more than it saves. */
const GZIP_FROM_BYTES = 1024;
const compress = promisify(gzip);

async function answer(incoming: IncomingMessage, outgoing: ServerResponse, deps: ServerDeps): Promise<void> {
  const gone = goneSignal(incoming.socket);
  try {
    const body = BODILESS.has(incoming.method ?? '') ? NO_BODY : await bodyOf(incoming);
    if (body === undefined) {
      outgoing.writeHead(413, { connection: 'close' }).end('request body too large\n');
      return;
    }
    const answered = await reply(askedOf(incoming, body, gone), () => requestOf(incoming, body, gone), deps);
    if (gone.aborted) return;
    await send(incoming, outgoing, answered);
  } catch {
    if (!outgoing.headersSent) outgoing.writeHead(400, { connection: 'close' });
    outgoing.end();
  }
}

/** Aborted when the client goes away; one for all requests of a connection, since each costs more than a small query. */
function goneSignal(socket: Socket): AbortSignal {
  const known = GONE.get(socket);
  if (known !== undefined) return known;
  const gone = new AbortController();
  GONE.set(socket, gone.signal);
  socket.once('close', () => gone.abort(new Error('the client went away')));
  return gone.signal;
}

const GONE = new WeakMap<Socket, AbortSignal>();

/** Nothing looks at what such a request may carry; Node throws it away. */
const BODILESS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
const NO_BODY = Buffer.alloc(0);

function askedOf({ url = '/', method = 'GET', headers }: IncomingMessage, body: Buffer, signal: AbortSignal): Asked {
  return {
    method,
    // A proxy's absolute form and `OPTIONS *` are the only ones without a slash in front.
    url: url.startsWith('/') ? `http://localhost${url}` : new URL(url, 'http://localhost').href,
    signal,
    headers: {
      get: (name) => {
        const value = headers[name.toLowerCase()];
        return value === undefined ? null : Array.isArray(value) ? value.join(', ') : value;
      },
    },
    text: async () => body.toString(),
  };
}

function requestOf(incoming: IncomingMessage, body: Buffer, signal: AbortSignal): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const { method, url } = askedOf(incoming, body, signal);
  const init = BODILESS.has(method) || body.length === 0 ? {} : { body: new Uint8Array(body) };
  return new Request(url, { method, headers, signal, ...init });
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

async function send(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { status, headers, body }: Reply,
): Promise<void> {
  const pieces = typeof body === 'string' ? [Buffer.from(body)] : (body ?? []);
  const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const zipped = bytes >= GZIP_FROM_BYTES && /\bgzip\b/.test(String(incoming.headers['accept-encoding'] ?? ''));
  if (zipped) {
    const payload = await compress(Buffer.concat(pieces), { level: 1 });
    outgoing.writeHead(status, { ...headers, 'content-encoding': 'gzip', 'content-length': payload.length });
    outgoing.end(payload);
    return;
  }
  outgoing.writeHead(status, { ...headers, 'content-length': bytes });
  for (const piece of pieces.slice(0, -1)) outgoing.write(piece);
  outgoing.end(pieces.at(-1));
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
