import { LONGEST_DECIMAL, writeDecimal } from './shortest-decimal.ts';

const PIECE_BYTES = 256 * 1024;
const FIRST_PIECE_BYTES = 1024;

/**
 * JSON text written as bytes into pieces. `room` makes sure that what follows fits; between two calls of it, bytes go
 * straight into `out` at `at`.
 */
export class JsonBytes {
  out: Uint8Array = new Uint8Array(FIRST_PIECE_BYTES);
  at = 0;
  readonly #full: Uint8Array[] = [];

  /** Room for so many bytes in one piece. */
  room(bytes: number): void {
    if (this.at + bytes <= this.out.length) return;
    if (this.at > 0) this.#full.push(this.out.subarray(0, this.at));
    // Small answers get along with little: to ask the system for a large piece takes longer than to fill a small one.
    this.out = Buffer.allocUnsafeSlow(Math.max(bytes, Math.min(PIECE_BYTES, 4 * this.out.length)));
    this.at = 0;
  }

  /** Text without anything beyond ASCII, as it is. */
  ascii(text: string): void {
    this.room(text.length);
    this.at = writeAscii(this.out, this.at, text);
  }

  /** Text of any kind, as it is. */
  text(text: string): void {
    const bytes = new TextEncoder().encode(text);
    this.room(bytes.length);
    this.out.set(bytes, this.at);
    this.at += bytes.length;
  }

  /** A JSON string. */
  quoted(text: string): void {
    this.room(text.length + 2);
    const { out } = this;
    let to = this.at;
    out[to++] = QUOTE;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code < 0x20 || code > 0x7e || code === QUOTE || code === BACKSLASH) {
        this.text(JSON.stringify(text));
        return;
      }
      out[to++] = code;
    }
    out[to++] = QUOTE;
    this.at = to;
  }

  /** Everything written, in order. */
  pieces(): readonly Uint8Array[] {
    return [...this.#full, this.out.subarray(0, this.at)];
  }
}

const QUOTE = 34;
const BACKSLASH = 92;

/** The most bytes `writeSampleText` needs. */
export const LONGEST_SAMPLE = LONGEST_DECIMAL;

/** What `sampleText` gives, as bytes. Gives the position behind it. */
export function writeSampleText(out: Uint8Array, at: number, value: number): number {
  const end = writeDecimal(out, at, value);
  return end === at ? writeAscii(out, at, sampleText(value)) : end;
}

/** Decimal digits, with an exponent below 1e-6 and from 1e21 on (two digits of it at least), as MarshalFloat writes them. */
export function sampleText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (Object.is(value, -0)) return '-0';
  return String(value).replace(/e([+-])(\d)$/, 'e$10$2');
}

/** Seconds with three decimals where there are milliseconds, as Prometheus' MarshalTimestamp writes them. */
export function timestamp(ms: number): string {
  return ms % 1000 === 0 ? String(ms / 1000) : (ms / 1000).toFixed(3);
}

function writeAscii(out: Uint8Array, at: number, text: string): number {
  for (let i = 0; i < text.length; i++) out[at + i] = text.charCodeAt(i);
  return at + text.length;
}
