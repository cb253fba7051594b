import type { IncomingMessage, ServerResponse } from 'node:http';

/** An answer that ends the request with a status and `{"error": {"type", "message", …}}`. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly status: number;
  readonly type: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    type: string,
    message: string,
    extra: {
      readonly details?: Readonly<Record<string, unknown>>;
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ) {
    super(message);
    this.status = status;
    this.type = type;
    this.details = extra.details ?? {};
    this.headers = extra.headers ?? {};
  }
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const text = `${JSON.stringify(body)}\n`;
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    ...headers,
  });
  response.end(text);
}

export function sendProblem(response: ServerResponse, problem: HttpProblem): void {
  const { status, type, message, details, headers } = problem;
  sendJson(response, status, { error: { type, message, ...details } }, headers);
}

/** No request of ours needs more. */
const BODY_LIMIT_BYTES = 16 * 1024;

/** The JSON body of a request. Throws `HttpProblem`: 415 for another content type, 413 when too large, 400 when it is no JSON. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const contentType = request.headers['content-type'];
  if (contentType !== undefined && !/^application\/json\s*(;|$)/i.test(contentType))
    throw new HttpProblem(415, 'unsupported_media_type', 'send the body as application/json');
  const text = await readText(request);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new HttpProblem(400, 'invalid_request', `the body is not JSON: ${(error as Error).message}`);
  }
}

async function readText(request: IncomingMessage): Promise<string> {
  const tooLarge = () =>
    new HttpProblem(413, 'too_large', `the body must not be larger than ${BODY_LIMIT_BYTES} bytes`, {
      headers: { connection: 'close' },
    });
  if (Number(request.headers['content-length'] ?? 0) > BODY_LIMIT_BYTES) throw tooLarge();
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    length += piece.length;
    if (length > BODY_LIMIT_BYTES) throw tooLarge();
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}
