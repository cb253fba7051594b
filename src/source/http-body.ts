import { pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip } from 'node:zlib';

/** The body had more bytes than allowed. */
export class TooLargeError extends Error {
  override readonly name = 'TooLargeError';
}

/** The body is in an encoding nobody asked for. */
export class EncodingError extends Error {
  override readonly name = 'EncodingError';
}

/** What we can undo, in the order of preference. */
export const ACCEPT_ENCODING = 'gzip, br';

/**
 * Reads a body to its end, decompressed, never holding more than `maxBytes`. Beyond that it throws `TooLargeError`; with
 * `excerpt` it stops reading there and gives what it has, which is enough to tell what a foreign page is.
 */
export async function readBody(
  body: Readable,
  options: { readonly encoding: string | undefined; readonly maxBytes: number; readonly excerpt: boolean },
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of decompressed(body, options.encoding) as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size <= options.maxBytes) continue;
    if (options.excerpt) break;
    throw new TooLargeError();
  }
  return Buffer.concat(chunks).subarray(0, options.maxBytes);
}

function decompressed(body: Readable, encoding: string | undefined): Readable {
  const coding = (encoding ?? '').trim().toLowerCase();
  if (coding === '' || coding === 'identity') return body;
  const decoder =
    coding === 'gzip' || coding === 'x-gzip' ? createGunzip() : coding === 'br' ? createBrotliDecompress() : undefined;
  if (decoder === undefined) {
    body.on('error', () => undefined).destroy();
    throw new EncodingError(coding);
  }
  // The reader of `decoder` gets every failure: pipeline destroys it with the error of the body.
  return pipeline(body, decoder, () => undefined);
}
