/** A tree without its positions, for comparing what two texts mean. */
export function bare(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bare);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !/[sS]pan$/.test(key))
      .map(([key, part]) => [key, bare(part)]),
  );
}
