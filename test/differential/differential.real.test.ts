import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { realSuite } from '../helpers/prometheus.ts';
import { EXCEPTIONS } from './exceptions.ts';
import { NAMES } from './grammar.ts';
import { excused, type Finding, investigate } from './investigate.ts';
import { ask, type Pair, startPair } from './pair.ts';
import { questions } from './question.ts';
import { openMetrics } from './samples.ts';

/** Another seed and number of queries, to look for more: PROM_TUTOR_DIFFERENTIAL=7:3000 */
const [askedSeed, askedCount] = (process.env.PROM_TUTOR_DIFFERENTIAL ?? '').split(':').filter(Boolean).map(Number);
const SEED = askedSeed ?? 20_231_114;
const COUNT = askedCount ?? (process.env.PROM_TUTOR_VERIFY === '1' ? 2000 : 300);
/** Reports beyond these tell nothing new. */
const MOST_REPORTS = 20;

realSuite('generated queries', ['prometheus', 'promtool'], () => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await startPair(openMetrics());
  });
  afterAll(() => pair?.close());

  it(`have the answers of Prometheus: ${COUNT} of seed ${SEED}`, { timeout: 600_000 }, async () => {
    const reports: string[] = [];
    const counts: Record<Finding['kind'], number> = { equal: 0, listed: 0, undecided: 0, different: 0 };
    for (const question of questions(SEED, COUNT)) {
      for (const moment of question.moments) {
        const finding = await investigate(pair, question, moment);
        counts[finding.kind]++;
        if (finding.kind === 'different') {
          reports.push(`${finding.report}\nseed:   ${SEED}`);
          break;
        }
      }
      if (reports.length === MOST_REPORTS) break;
    }
    process.stderr.write(`differential suite, seed ${SEED}: ${JSON.stringify(counts)}\n`);
    expect(reports.join('\n\n')).toBe('');
    // Most of it must be compared as it is; each query is asked twice.
    expect(counts.undecided + counts.listed).toBeLessThan((2 * COUNT) / 10);
  });

  it('use every function and every aggregation, and mistakes too', () => {
    const texts = questions(SEED, COUNT).map(({ query }) => query);
    expect(NAMES.filter((name) => !texts.some((text) => text.startsWith(name)))).toEqual([]);
    expect(questions(SEED, COUNT).filter(({ node }) => node === undefined).length).toBeGreaterThan(COUNT / 20);
  });

  describe('that are answered differently', () => {
    it.each(EXCEPTIONS.map((exception) => [exception.name, exception] as const))(
      'still are: %s',
      async (_, exception) => {
        const { witness, chance } = exception;
        const others = EXCEPTIONS.filter((other) => other !== exception);
        const answers = async () => {
          const [ours, theirs] = await Promise.all(
            [pair.ours, pair.theirs].map((server) => ask(server, witness.query, witness.moment)),
          );
          if (ours === undefined || theirs === undefined) throw new Error('no answer');
          return { ours, theirs, what: excused(witness, ours, theirs, false, others).what };
        };
        let { ours, theirs, what } = await answers();
        for (let again = 0; chance === true && what.length === 0 && again < 20; again++) {
          ({ ours, theirs, what } = await answers());
        }
        expect(what, 'the exception is stale').not.toEqual([]);
        expect(excused(witness, ours, theirs, false).what).toEqual([]);
      },
    );
  });
});
