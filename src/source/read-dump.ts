import type { ExpositionFormat } from '../exposition/parse.ts';
import { ExpositionError } from '../exposition/parse-error.ts';
import { EXIT, UserError } from '../model/errors.ts';
import { type DumpBytes, type Unpacked, unpack } from './dump-bytes.ts';
import { type Dump, loadDump } from './load-dump.ts';

export type ReadDump = Dump & {
  readonly name: string;
  readonly format: ExpositionFormat;
  /** What samples without a timestamp got: when the file was written, or when it was read. Milliseconds since 1970. */
  readonly atMs: number;
  /** When the file was written; undefined where that is not known. */
  readonly writtenMs: number | undefined;
};

/**
 * Reads a dump, packed or not, in the text format or OpenMetrics. Throws `UserError` that names the line which is not in
 * the format, with the words of Prometheus; rejects with the signal's reason when aborted.
 */
export async function readDump(
  bytes: DumpBytes,
  options: { readonly nowMs: number; readonly signal: AbortSignal; readonly maxBytes?: number },
): Promise<ReadDump> {
  const { signal } = options;
  const { name } = bytes;
  const unpacked = await unpack(bytes, options.maxBytes);
  const format = await formatOf(unpacked, signal);
  const atMs = bytes.writtenMs ?? options.nowMs;
  try {
    return {
      ...(await loadDump(textOf(unpacked, signal), { atMs, format })),
      name,
      format,
      atMs,
      writtenMs: bytes.writtenMs,
    };
  } catch (error) {
    if (!(error instanceof ExpositionError)) throw error;
    throw new UserError(`${name}:${error.line}: ${error.detail}`, {
      hint: hintFor(error, format),
      exitCode: EXIT.unavailable,
      cause: error,
    });
  }
}

const TAIL_BYTES = 64;

/** OpenMetrics by its last line, `# EOF`, which the text format does not have, or by a name that says so. */
async function formatOf(unpacked: Unpacked, signal: AbortSignal): Promise<ExpositionFormat> {
  let tail = Buffer.alloc(0);
  for await (const piece of unpacked.read()) {
    signal.throwIfAborted();
    if (tail.length === 0) refuseOtherEncodings(unpacked.name, piece);
    tail = Buffer.concat([tail, piece.subarray(-TAIL_BYTES)]).subarray(-TAIL_BYTES);
  }
  if (/(?:^|\n)# EOF\n?$/.test(tail.toString('latin1'))) return 'openmetrics';
  return /\.(?:om|openmetrics)(?:\.gz)?$/i.test(unpacked.name) ? 'openmetrics' : 'text';
}

/** Windows PowerShell writes UTF-16 when output is sent to a file. */
function refuseOtherEncodings(name: string, head: Buffer): void {
  const [first, second] = head;
  if (!((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))) return;
  throw new UserError(`${name} is UTF-16 text; the formats of Prometheus are UTF-8`, {
    hint: 'In PowerShell, let the program write the file itself: curl.exe -o metrics.txt URL',
    exitCode: EXIT.unavailable,
  });
}

/** A line longer than this belongs to no dump: a binary file, or one whose line ends were lost. */
const LONGEST_LINE = 1024 ** 2;

/** The text in pieces; a line end that never comes is told before it fills the memory. */
async function* textOf({ read, name }: Unpacked, signal: AbortSignal): AsyncIterable<string> {
  const decoder = new TextDecoder();
  let lines = 1;
  let length = 0;
  for await (const piece of read()) {
    signal.throwIfAborted();
    const text = decoder.decode(piece, { stream: true });
    const last = text.lastIndexOf('\n');
    if (last === -1) length += text.length;
    else {
      length = text.length - last - 1;
      for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines++;
    }
    if (length > LONGEST_LINE) {
      throw new UserError(`${name}:${lines}: the line is longer than a megabyte`, {
        hint: 'This is no dump in the Prometheus text format or OpenMetrics.',
        exitCode: EXIT.unavailable,
      });
    }
    yield text;
  }
  yield decoder.decode();
}

function hintFor(error: ExpositionError, format: ExpositionFormat): string {
  if (error.detail === 'data does not end with # EOF') {
    return 'OpenMetrics ends with the line # EOF; without it the dump may have been cut off.';
  }
  if (format === 'text') {
    return 'It was read as the Prometheus text format. A dump in OpenMetrics must end with the line # EOF.';
  }
  return 'It was read as OpenMetrics, because it ends with # EOF or is named .om.';
}
