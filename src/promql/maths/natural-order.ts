/** True when a text comes before another in natural order: runs of digits compare as numbers, everything else as text. */
export function naturallyBefore(a: string, b: string): boolean {
  const left = chunks(a);
  const right = chunks(b);
  for (const [index, one] of left.entries()) {
    const other = right[index];
    if (other === undefined) return false;
    const bothNumbers = isNumber(one) && isNumber(other);
    const equal = bothNumbers ? Number(one) === Number(other) : one === other;
    if (!equal) return bothNumbers ? Number(one) < Number(other) : one < other;
    if (index === left.length - 1) return true;
    if (index === right.length - 1) return false;
  }
  return false;
}

function chunks(text: string): readonly string[] {
  return text.match(/\d+|\D+/g) ?? [];
}

function isNumber(chunk: string): boolean {
  return /^\d+$/.test(chunk);
}
