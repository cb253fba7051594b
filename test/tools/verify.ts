import { execa } from 'execa';

/**
 * The long forms of every suite that has one (more generated cases, more queries), for a person to run before a release:
 * `npm run verify`. What a machine lacks (Docker, prometheus) is skipped by name; with PROM_TUTOR_REQUIRE_REAL=1 it fails.
 */
const started = performance.now();
const { exitCode } = await execa('npx', ['vitest', 'run', ...process.argv.slice(2)], {
  env: { PROM_TUTOR_VERIFY: '1' },
  stdio: 'inherit',
  reject: false,
});
console.log(`verify ended with ${exitCode} after ${Math.round((performance.now() - started) / 1000)} s`);
process.exitCode = exitCode ?? 1;
