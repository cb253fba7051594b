import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import type { AttackOutcome } from '../helpers/attacks-script.ts';

const SCRIPT = fileURLToPath(new URL('../helpers/attacks-script.ts', import.meta.url));

/** Memory for all of it, in megabytes; a million series of `npm run verify` are some hundred megabytes as JSON alone. */
const HEAP_MB = process.env.PROM_TUTOR_VERIFY === '1' ? 1_500 : 400;

describe('what would like to take all memory or time', () => {
  it('gets a clear answer within a bounded process', async () => {
    // Whatever hangs is ended with the process, and then its line is missing.
    const { stdout, stderr, exitCode } = await execa(
      process.execPath,
      [`--max-old-space-size=${HEAP_MB}`, '--import', 'tsx', SCRIPT],
      { timeout: 280_000, reject: false },
    );
    const outcomes = stdout.split('\n').flatMap((line): AttackOutcome[] => (line === '' ? [] : [JSON.parse(line)]));
    expect(outcomes.filter(({ held }) => !held)).toEqual([]);
    expect({ exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(outcomes.length).toBeGreaterThan(50);
  }, 300_000);
});
