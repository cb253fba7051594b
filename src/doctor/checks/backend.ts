import { entriesAt, listAt, parsedJson, textAt, valueAt } from '../../backends/json-path.ts';
import { spanText } from '../../backends/span.ts';
import { parseServerUrl } from '../../source/http-url.ts';
import type { Check } from '../examine.ts';
import { type Outcome, ok, skip, warn } from '../finding.ts';
import { flavourOf, tenantLimits } from '../flavour.ts';
import type { Patient } from '../patient.ts';
import { isoTime } from '../words.ts';
import { notAnswering } from './server.ts';

/** What a server is that somebody else runs: its make, how far back it goes, how much it lets one ask. */
export const BACKEND_CHECKS: readonly Check<Patient>[] = [
  {
    id: 'flavour',
    title: 'Make',
    looksAt: 'build information and health pages, which tell Mimir, Thanos or VictoriaMetrics from Prometheus',
    needs: ['prometheus'],
    run: flavour,
  },
  {
    id: 'answers',
    title: 'Answers',
    looksAt: 'the warnings that come with a plain question',
    needs: ['prometheus'],
    run: answers,
  },
  {
    id: 'retention',
    title: 'Retention',
    looksAt: '`count(up)` now and at growing distances, and the flag where the server shows it',
    needs: ['prometheus'],
    run: retention,
  },
  {
    id: 'limits',
    title: 'Limits',
    looksAt: '`/api/v1/status/flags`, or the limits of the tenant (Mimir)',
    needs: ['prometheus'],
    run: limits,
  },
];

async function flavour({ server }: Patient): Promise<Outcome> {
  const reach = await server.reach();
  if (reach.kind !== 'answers') return notAnswering(reach);
  const found = await flavourOf(parseServerUrl((await server.choice()).url).base, server.page);
  if (found === undefined) return skip('The server does not tell what it is; it answers PromQL.');
  const sentence = `This is ${found.name}${found.version === '' ? '' : ` ${found.version}`}.`;
  const evidence = [found.evidence];
  if (found.kind === 'victoriametrics') return warn('dialect-differs', sentence, { evidence, advice: found.differs });
  return ok(sentence, { evidence, advice: found.differs });
}

const PLAIN = 'count(up)';

async function answers({ server }: Patient): Promise<Outcome> {
  const reach = await server.reach();
  if (reach.kind !== 'answers') return notAnswering(reach);
  const page = await server.page(`/api/v1/query?query=${encodeURIComponent(PLAIN)}`);
  const answer = parsedJson(page?.text ?? '');
  // Thanos has put warnings inside data as well; VictoriaMetrics says isPartial.
  const told = [...listAt(answer, 'warnings'), ...listAt(answer, 'data', 'warnings')].map(String);
  if (valueAt(answer, 'isPartial') === true || told.some((each) => PARTIAL.test(each))) {
    return warn('partial-answers', 'The server answers with a part of the data: something behind it is silent.', {
      evidence: [...told, ...(valueAt(answer, 'isPartial') === true ? ['the answer says isPartial'] : [])],
      advice:
        'Sums are too low until it is back. Thanos refuses instead of guessing with: --query.partial-response=false',
    });
  }
  if (told.length > 0) {
    return warn('server-warns', `The server warns about a question as plain as ${PLAIN}.`, { evidence: told });
  }
  return ok('Answers come without warnings.', { evidence: [PLAIN] });
}

/** https://thanos.io/tip/components/query.md/#partial-response: warnings name the store that failed. */
const PARTIAL =
  /partial response|receive series from|store\w* .*(unavailable|unhealthy|timeout|deadline)|fetch series|rpc error/i;

const DAY_MS = 86_400_000;

/** Looked at from the nearest to the farthest, all at once. */
const DISTANCES_MS = [
  0,
  3_600_000,
  6 * 3_600_000,
  DAY_MS,
  7 * DAY_MS,
  15 * DAY_MS,
  30 * DAY_MS,
  90 * DAY_MS,
  365 * DAY_MS,
];

async function retention({ world, server }: Patient): Promise<Outcome> {
  const reach = await server.reach();
  if (reach.kind !== 'answers') return notAnswering(reach);
  const nowMs = (await server.clocks())?.serverMs ?? world.now();
  const [flags, ...rows] = await Promise.all([
    server.page('/api/v1/status/flags'),
    // Some servers refuse times beyond what they keep.
    ...DISTANCES_MS.map((distance) => server.vector(PLAIN, nowMs - distance).catch(() => undefined)),
  ]);
  const kept = textAt(parsedJson(flags?.text ?? ''), 'data', 'storage.tsdb.retention.time');
  const evidence = kept === undefined || kept === '0s' ? [] : [`storage.tsdb.retention.time is ${kept}`];
  const there = DISTANCES_MS.filter((_, index) => (rows[index]?.length ?? 0) > 0);
  const farthest = there.at(-1);
  if (farthest === undefined) {
    return warn('data-none', 'The server holds no samples: nothing is scraped, or another tenant has them.', {
      evidence: [`${PLAIN} is empty now and at every distance up to a year`, ...evidence],
      advice: 'Check the tenant (--org-id). Where nothing is called up, ask for a metric you know.',
    });
  }
  const next = DISTANCES_MS.find((distance) => distance > farthest);
  const older = next === undefined ? 'or more' : `or more, but not ${spanText(next)}`;
  return ok(`Data go back ${farthest === 0 ? 'less than an hour' : `${spanText(farthest)} ${older}`}.`, {
    evidence: [`${PLAIN} has a row at ${isoTime(nowMs - farthest)}`, ...evidence],
  });
}

/** https://prometheus.io/docs/prometheus/latest/command-line/prometheus/ */
const LIMITS = ['query.max-samples', 'query.timeout', 'query.max-concurrency', 'query.lookback-delta'] as const;

const USUAL_LOOKBACK = '5m';

async function limits({ server }: Patient): Promise<Outcome> {
  const reach = await server.reach();
  if (reach.kind !== 'answers') return notAnswering(reach);
  const [flags, tenant] = await Promise.all([
    server.page('/api/v1/status/flags'),
    server.page('/api/v1/user_limits', 'root'),
  ]);
  const values = new Map(entriesAt(parsedJson(flags?.text ?? ''), 'data'));
  const told = LIMITS.flatMap((name) => (typeof values.get(name) === 'string' ? [`${name}: ${values.get(name)}`] : []));
  const lookback = values.get('query.lookback-delta');
  if (typeof lookback === 'string' && lookback !== USUAL_LOOKBACK) {
    return warn(
      'lookback-differs',
      `An instant selector finds samples up to ${lookback} old here; everywhere else it is ${USUAL_LOOKBACK}.`,
      { evidence: told },
    );
  }
  const evidence = [...told, ...tenantLimits(tenant)];
  return evidence.length === 0
    ? skip('The server does not tell its limits.')
    : ok('The server tells its limits.', { evidence });
}
