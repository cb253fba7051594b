import { afterAll, beforeAll, expect, it } from 'vitest';
import { realSuite } from '../helpers/prometheus.ts';
import { type Finding, investigate } from './investigate.ts';
import { type Pair, startPair } from './pair.ts';
import { type Question, questions } from './question.ts';
import { openMetrics } from './samples.ts';

/** Another seed and number of queries, to look for more: PROM_TUTOR_DIFFERENTIAL=7:3000 */
const [askedSeed, askedCount] = (process.env.PROM_TUTOR_DIFFERENTIAL ?? '').split(':').filter(Boolean).map(Number);
const SEED = askedSeed ?? 20_231_114;
const COUNT = askedCount ?? (process.env.PROM_TUTOR_VERIFY === '1' ? 2000 : 300);
/** Reports beyond these tell nothing new. */
const REPORTS = Number(process.env.PROM_TUTOR_REPORTS ?? 8);

realSuite('generated queries', ['prometheus', 'promtool'], () => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await startPair(openMetrics());
  });
  afterAll(() => pair?.close());

  it(`has the answers of Prometheus for ${COUNT} queries of seed ${SEED}`, { timeout: 600_000 }, async () => {
    const reports: string[] = [];
    const undecided: string[] = [];
    const counts = new Map<Finding['kind'], number>();
    const one = async (question: Question) => {
      for (const moment of question.moments) {
        if (reports.length > 0 && reports.at(-1)?.startsWith(`query:  ${question.query}\n`)) return;
        const finding = await investigate(pair, question, moment);
        if (finding.kind === 'undecided') undecided.push(`${question.query}\n    ${finding.reason}`);
        counts.set(finding.kind, (counts.get(finding.kind) ?? 0) + 1);
        if (finding.kind === 'different') reports.push(`${finding.report}\nseed:   ${SEED}`);
      }
    };
    for (const question of questions(SEED, COUNT)) {
      if (reports.length < REPORTS) await one(question);
    }
    console.info(counts, `\nUNDECIDED\n${undecided.join('\n')}\nEND`);
    expect(reports.join('\n\n')).toBe('');
  });
});
