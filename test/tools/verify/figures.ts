import { execa } from 'execa';
import { keystrokes } from '../bench/keystroke.ts';
import { loadOf } from '../bench/load.ts';
import { middle } from '../bench/measure.ts';
import { daemonMemory, queryMemory } from '../bench/memory.ts';
import { amount, megabytes, ms } from '../bench/report.ts';
import { hasPrometheus } from '../bench/servers.ts';
import { expositions } from '../fuzz/expositions.ts';
import { fuzz, type Target } from '../fuzz/fuzz.ts';
import { queries } from '../fuzz/queries.ts';
import { atMost, type Figure } from './figure.ts';
import { INSTALLED } from './installed.ts';
import { STARTUP } from './startup.ts';

const MB = 1024 ** 2;
const FUZZ_SEED = 20_261_123;
const FUZZ_COUNT = 1_000_000;

/** Every figure, in the order of the table. */
export const FIGURES: readonly Figure[] = [
  ...INSTALLED,
  ...STARTUP,
  {
    group: 'memory',
    name: 'background process with six hours of history',
    goal: 'under 150 MB',
    measure: async (options) => atMost(await daemonMemory(options), 150 * MB, (bytes) => `${megabytes(bytes)} MB`),
  },
  ...(['table', 'json', 'csv'] as const).map(
    (format): Figure => ({
      group: 'memory',
      name: `\`query\` of a 50 MB answer, \`-o ${format}\``,
      goal: 'under 400 MB',
      async measure(options) {
        const { peak, code, stderr } = await queryMemory(options, 50, format);
        if (code !== 0) return { measured: `ended with ${code}: ${stderr}`, held: false };
        return atMost(peak, 400 * MB, (bytes) => `${megabytes(bytes)} MB`);
      },
    }),
  ),
  {
    group: 'memory',
    name: 'an answer past the cap',
    goal: 'one clear message, exit code 3',
    async measure(options) {
      const { code, stderr } = await queryMemory(options, 140, 'table');
      return {
        measured: `${code}: ${stderr.split('\n')[0] ?? ''}`,
        held: code === 3 && /larger|more than/.test(stderr),
      };
    },
  },
  fuzzed(queries),
  fuzzed(expositions),
  {
    group: 'load',
    name: '200 range queries at once for 60 s, embedded',
    goal: 'no scrape missed',
    async measure(options) {
      const ours = await loadOf(options, 'embedded');
      const theirs = hasPrometheus() ? await loadOf(options, 'binary') : undefined;
      const beside =
        theirs === undefined ? '' : `; Prometheus ${amount(theirs.perSecond)} answers/s, 99 % in ${ms(theirs.p99)} ms`;
      return {
        measured: `${ours.scrapes} of ${ours.wanted} scrapes, ${amount(ours.perSecond)} answers/s, 99 % in ${ms(ours.p99)} ms${beside}`,
        held: ours.scrapes >= ours.wanted,
      };
    },
  },
  {
    group: 'keys',
    name: 'a key in `explore`, 10,000 metric names, a server that takes 2 s',
    goal: 'answered within 16 ms (median)',
    async measure(options) {
      const { waiting, known } = await keystrokes(options);
      return atMost(Math.max(middle(waiting), middle(known)), 16, (value) => `${ms(value)} ms`);
    },
  },
  {
    group: 'safety',
    name: 'control bytes through any command, 100,000 cases',
    goal: 'none, and no crash',
    async measure() {
      const { exitCode, stdout } = await execa(
        'npx',
        ['vitest', 'run', '--project', 'unit', 'test/cli/control-bytes.property.test.ts'],
        { env: { PROM_TUTOR_VERIFY: '1', NO_COLOR: '1' }, stderr: 'inherit', reject: false },
      );
      const counted = /control bytes: (.*)/.exec(stdout)?.[1] ?? 'no cases were counted';
      if (exitCode !== 0) process.stderr.write(`${stdout}\n`);
      const cases = Number(/^(\d+) cases/.exec(counted)?.[1] ?? 0);
      return { measured: counted, held: exitCode === 0 && cases >= 100_000 };
    },
  },
  {
    group: 'suites',
    name: 'the long forms of all suites',
    goal: 'all pass',
    async measure() {
      const { exitCode, stdout } = await execa('npx', ['vitest', 'run', '--project', 'unit', '--project', 'real'], {
        env: { PROM_TUTOR_VERIFY: '1', NO_COLOR: '1' },
        stderr: 'inherit',
        reject: false,
      });
      const tests = /^\s*Tests\s+(.*)$/m.exec(stdout)?.[1] ?? 'no tests were counted';
      if (exitCode !== 0) process.stderr.write(`${stdout}\n`);
      return { measured: tests, held: exitCode === 0 };
    },
  },
];

function fuzzed(target: Target): Figure {
  return {
    group: 'fuzz',
    name: `the ${target.name} parser, ${amount(FUZZ_COUNT)} texts of seed ${FUZZ_SEED}`,
    goal: 'no crash, no place outside of the text',
    async measure({ progress }) {
      const outcome = fuzz(target, FUZZ_COUNT, FUZZ_SEED, (done) => progress(`${target.name}: ${amount(done)}`));
      const { accepted, refused, failures, slowest } = outcome;
      return {
        measured: `${amount(accepted)} accepted, ${amount(refused)} refused, ${failures.length} failed; slowest ${ms(slowest.ms)} ms`,
        held: failures.length === 0,
      };
    },
  };
}
