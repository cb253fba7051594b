import { entriesOf, type LabelSet } from '../engine/label-set.ts';
import { xxHash64 } from '../maths/xxhash.ts';

/** Where the hash of a label set falls between 0 and 1; the same in every Prometheus. */
export function hashShare(labels: LabelSet): number {
  return Number(hashLabels(labels)) / 2 ** 64;
}

/** The 64-bit hash of a label set; the same in every Prometheus. */
export function hashLabels(labels: LabelSet): bigint {
  return xxHash64(encoded(labels));
}

/** Names and values one after the other, each with its length in front: how Prometheus keeps labels in memory. */
function encoded(labels: LabelSet): Uint8Array {
  const bytes: number[] = [];
  const encoder = new TextEncoder();
  for (const text of entriesOf(labels).flat()) {
    const part = encoder.encode(text);
    if (part.length < 255) bytes.push(part.length);
    else bytes.push(255, part.length & 0xff, (part.length >> 8) & 0xff, (part.length >> 16) & 0xff);
    bytes.push(...part);
  }
  return Uint8Array.from(bytes);
}
