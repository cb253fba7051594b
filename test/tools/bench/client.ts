import { connect as openSocket, type Socket } from 'node:net';

/**
 * One kept-alive connection to a server, that asks one thing after the other. It reads what the socket gives and nothing
 * more, because what a client costs comes on top of both servers' times and hides how they differ: HTTP libraries take as
 * long for a small answer as the servers do. Answers are not unpacked: nothing asks for gzip.
 */
export type BenchClient = {
  get(path: string): Promise<Answer>;
  close(): Promise<void>;
};

export type Answer = { readonly status: number; readonly body: Buffer };

export function connect(url: string): BenchClient {
  const { hostname, port, host } = new URL(url);
  const socket = openSocket(Number(port), hostname);
  socket.setNoDelay(true);
  return {
    async get(path) {
      const answer = readAnswer(socket);
      socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
      return answer;
    },
    close: () => new Promise((resolve) => socket.once('close', resolve).destroy()),
  };
}

/** The next answer on a connection, whole. Rejects when the connection ends before. */
function readAnswer(socket: Socket): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let received = 0;
    let head: Head | undefined;
    let tail = Buffer.alloc(0);
    const done = (end: () => void) => {
      socket.off('data', take).off('close', lost).off('error', lost);
      end();
    };
    const lost = (error?: unknown) =>
      done(() => reject(error instanceof Error ? error : new Error('the server closed the connection')));
    const take = (piece: Buffer) => {
      pieces.push(piece);
      received += piece.length;
      head ??= headOf(pieces);
      if (head === undefined) return;
      const { status, length, bodyStart } = head;
      tail = Buffer.concat([tail, piece.subarray(-LAST_CHUNK.length)]).subarray(-LAST_CHUNK.length);
      if (length === 'chunked' ? !tail.equals(LAST_CHUNK) : received < bodyStart + length) return;
      const body = Buffer.concat(pieces).subarray(bodyStart);
      done(() => resolve({ status, body: length === 'chunked' ? joinChunks(body) : body }));
    };
    socket.on('data', take).once('close', lost).once('error', lost);
  });
}

type Head = { readonly status: number; readonly length: number | 'chunked'; readonly bodyStart: number };

function headOf(pieces: Buffer[]): Head | undefined {
  const all = pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
  const end = all.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const text = all.toString('latin1', 0, end);
  const length = /^content-length: *(\d+)/im.exec(text)?.[1];
  return {
    status: Number(text.slice(9, 12)),
    length: length === undefined ? 'chunked' : Number(length),
    bodyStart: end + 4,
  };
}

const LAST_CHUNK = Buffer.from('0\r\n\r\n');

function joinChunks(body: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = body.indexOf('\r\n', at);
    const size = Number.parseInt(body.toString('latin1', at, lineEnd), 16);
    if (!(size > 0)) return Buffer.concat(parts);
    parts.push(body.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
}

/** The path of a range query; seconds, as the API has them. */
export function rangePath(
  query: string,
  grid: { readonly start: number; readonly end: number; readonly step: number },
) {
  return `/api/v1/query_range?query=${encodeURIComponent(query)}&start=${grid.start}&end=${grid.end}&step=${grid.step}`;
}

export function instantPath(query: string, time: number): string {
  return `/api/v1/query?query=${encodeURIComponent(query)}&time=${time}`;
}

/** How many series an answer holds. Throws when it is no success: a fast error is no result. */
export function seriesIn({ status, body }: Answer): number {
  const text = body.toString('latin1');
  if (status !== 200) throw new Error(`HTTP ${status}: ${text.slice(0, 300)}`);
  return text.split('{"metric":').length - 1;
}
