import { expositions } from './fuzz/expositions.ts';
import { fuzz, type Target } from './fuzz/fuzz.ts';
import { queries } from './fuzz/queries.ts';

/**
 * Feeds both parsers texts that nobody would write: `npm run fuzz -- [query|exposition] [COUNT] [SEED]`, a million of each
 * by default. Prints what became of them, and whatever failed as JSON that can be pasted into a test.
 */
const TARGETS: readonly Target[] = [queries, expositions];

const words = process.argv.slice(2);
const named = TARGETS.filter(({ name }) => words.includes(name));
const [count = 1_000_000, seed = 20_261_123] = words.filter((word) => /^\d+$/.test(word)).map(Number);
for (const target of named.length > 0 ? named : TARGETS) {
  const began = performance.now();
  const { accepted, refused, failures, slowest } = fuzz(target, count, seed, (done) => {
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${target.name}: ${done} of ${count}`);
  });
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  console.log(
    `${target.name}: seed ${seed}, ${accepted} accepted, ${refused} refused, ${failures.length} failed in ${seconds} s; slowest ${slowest.ms.toFixed(1)} ms: ${JSON.stringify(slowest.text.slice(0, 80))}`,
  );
  for (const { index, text, reason } of failures)
    console.log(`  ${index}: ${JSON.stringify(text.slice(0, 500))}\n    ${reason.slice(0, 500)}`);
  if (failures.length > 0) process.exitCode = 1;
}
