import { explainLastError } from '../../advise/scrape-errors.ts';
import { spanText } from '../../backends/span.ts';
import type { Target } from '../../source/source.ts';
import type { Check } from '../examine.ts';
import { fail, type Outcome, ok, skip, warn } from '../finding.ts';
import { bringBack, rebuildStack } from '../fix.ts';
import type { Patient } from '../patient.ts';
import { nameOf } from '../words.ts';
import { faultOf } from './faults.ts';
import { notAnswering } from './server.ts';

/** Whether Prometheus gets what it asks for. */
export const SCRAPING_CHECKS: readonly Check<Patient>[] = [
  {
    id: 'targets',
    title: 'Targets',
    looksAt: '`/api/v1/targets`: health and last error of each',
    needs: ['prometheus'],
    run: targets,
  },
  {
    id: 'samples',
    title: 'Samples',
    looksAt: 'the age of the newest sample of each job, and pages without any',
    needs: ['prometheus', 'targets'],
    run: samples,
  },
];

/** Whether there is anything to see in the bundled service. */
export const TRAFFIC_CHECKS: readonly Check<Patient>[] = [
  {
    id: 'traffic',
    title: 'Traffic',
    looksAt: 'whether the demo service gets requests',
    needs: ['prometheus', 'containers/load', 'processes/load'],
    run: traffic,
  },
];

/** A Prometheus that starts lists its targets five seconds later, when it has discovered them. */
const DISCOVERED_MS = 20_000;

async function targets({ world, server, state }: Patient): Promise<Outcome | readonly Outcome[]> {
  const reach = await server.reach();
  if (reach.kind !== 'answers') return notAnswering(reach);
  const [list, { place }, stack] = await Promise.all([server.targets(), server.choice(), state()]);
  if (list.kind === 'unsupported') return skip('This server has no list of targets: something else scrapes for it.');
  if (list.kind === 'unknown')
    return warn('targets-unreadable', 'The list of targets could not be read.', { evidence: [list.reason] });
  if (list.targets.length === 0) {
    if (stack !== undefined && world.now() - stack.startedMs < DISCOVERED_MS) {
      return skip('Prometheus has only just started: its targets appear within seconds.');
    }
    return warn('targets-none', 'Prometheus has no targets: nothing is scraped.', {
      evidence: ['/api/v1/targets lists none'],
      advice:
        'If it has just been started, look again in a few seconds. Otherwise add a job with static_configs under scrape_configs in prometheus.yml.',
    });
  }
  const down = list.targets.filter(({ health }) => health === 'down');
  if (down.length === 0) {
    const up = list.targets.filter(({ health }) => health === 'up');
    return ok(
      `${up.length} of ${list.targets.length} targets are up${up.length < list.targets.length ? '; the others wait for their first scrape' : ''}.`,
      {
        evidence: list.targets.map(({ labels, health, scrapeUrl }) => `${nameOf(labels)}: ${health}, ${scrapeUrl}`),
      },
    );
  }
  return down.map((target) => {
    const { kind, sentence, advice } = explainLastError(target.lastError, target.scrapeUrl, place);
    const service = nameOf(target.labels).split(':')[0] ?? '';
    return fail(`target-${kind}`, sentence, {
      subject: nameOf(target.labels),
      evidence: [`lastError: ${target.lastError}`, `job ${target.labels.job ?? '?'}, scraped at ${target.scrapeUrl}`],
      ...(stack === undefined ? { advice } : { fix: rebuildStack, advice }),
      explainedBy: [faultOf(service), `containers/${service}`, `docker-network/${service}`, `processes/${service}`],
    });
  });
}

async function samples(patient: Patient): Promise<Outcome | readonly Outcome[]> {
  const { server } = patient;
  const reach = await server.reach();
  if (reach.kind !== 'answers') return notAnswering(reach);
  const [clocks, list, newest, sizes] = await Promise.all([
    server.clocks(),
    server.targets(),
    server.vector('max by (job) (timestamp(up))'),
    server.vector('scrape_samples_scraped == 0'),
  ]);
  if (clocks === undefined || newest === undefined) return notAnswering(reach);
  const jobs = jobsOf(
    list.kind === 'listed' ? list.targets : [],
    newest.map(({ labels }) => labels.job ?? ''),
  );
  if (jobs.length === 0) return skip('Prometheus scrapes nothing, so no samples can arrive.');
  const ages = new Map(newest.map(({ labels, value }) => [labels.job ?? '', clocks.serverMs - value * 1000]));
  const outcomes = jobs.map((job) => ofJob(job, ages.get(job.name), clocks.serverMs));
  const empty = (sizes ?? []).filter(({ labels }) => isUp(list.kind === 'listed' ? list.targets : [], labels));
  const trouble = [
    ...outcomes.filter(({ status }) => status !== 'ok'),
    ...empty.map(({ labels }) => ofEmptyPage(labels)),
  ];
  return trouble.length > 0
    ? trouble
    : ok('Samples arrive.', { evidence: outcomes.flatMap(({ evidence }) => evidence ?? []) });
}

type Job = { readonly name: string; readonly targets: readonly Target[] };

function jobsOf(targets: readonly Target[], stored: readonly string[]): readonly Job[] {
  const names = [...new Set([...targets.map(({ labels }) => labels.job ?? ''), ...stored])];
  const jobs = names.map((name) => ({ name, targets: targets.filter(({ labels }) => labels.job === name) }));
  // What is stored without being a target now is old, or was pushed: its age says nothing.
  return targets.length === 0 ? jobs : jobs.filter((job) => job.targets.length > 0);
}

function ofJob({ name, targets }: Job, ageMs: number | undefined, nowMs: number): Outcome {
  const intervalMs = Math.max(0, ...targets.map(({ scrapeIntervalMs }) => scrapeIntervalMs));
  const scraped = targets.flatMap(({ lastScrapeMs }) => (lastScrapeMs === undefined ? [] : [lastScrapeMs]));
  const interval =
    intervalMs === 0
      ? ''
      : `, scraped every ${intervalMs / 1000} s (rate() needs windows of ${(4 * intervalMs) / 1000} s or more)`;
  const more = { subject: name };
  if (targets.length > 0 && scraped.length === 0) {
    return warn(
      'not-scraped-yet',
      `Job ${name} has not been scraped yet: the next scrape is in ${Math.ceil(intervalMs / 1000)} s at most.`,
      {
        ...more,
        evidence: [`no target of ${name} has a last scrape`],
        advice: `Wait ${Math.ceil(intervalMs / 1000)} s.`,
      },
    );
  }
  const limitMs = Math.max(60_000, 3 * intervalMs);
  if (ageMs === undefined || ageMs > limitMs) {
    const nextMs = scraped.length === 0 ? 0 : Math.min(...scraped) + intervalMs - nowMs;
    const found =
      ageMs === undefined ? 'has no sample of the last five minutes' : `has a newest sample of ${spanText(ageMs)} ago`;
    return fail('samples-old', `Job ${name} ${found}: Prometheus does not store what it scrapes.`, {
      ...more,
      evidence: [
        `max by (job) (timestamp(up)) at ${name}${interval}`,
        ...(nextMs > 0 ? [`next scrape in ${Math.ceil(nextMs / 1000)} s`] : []),
      ],
      advice: 'Read the log of Prometheus: its disk may be full, or samples may be refused as too old.',
    });
  }
  return ok('', { ...more, evidence: [`${name}: newest sample ${spanText(ageMs)} old${interval}`] });
}

/** A target that answers with an empty page is up, and yet nothing can be asked about it. */
function ofEmptyPage(labels: Readonly<Record<string, string>>): Outcome {
  return warn('page-empty', `${labels.instance ?? 'A target'} answers, but shows no metrics at all.`, {
    subject: labels.instance ?? labels.job ?? 'target',
    evidence: ['scrape_samples_scraped is 0'],
    advice: 'Metrics may appear only after the first request: use the service once. Otherwise check metrics_path.',
  });
}

function isUp(targets: readonly Target[], labels: Readonly<Record<string, string>>): boolean {
  return targets.some(
    (target) =>
      target.health === 'up' && target.labels.job === labels.job && target.labels.instance === labels.instance,
  );
}

/** The load generator needs this long to show in a rate. */
const SETTLED_MS = 150_000;

async function traffic(patient: Patient): Promise<Outcome> {
  const state = await patient.state();
  if (state === undefined) return skip('No stack has been started.');
  const reach = await patient.server.reach();
  if (reach.kind !== 'answers') return notAnswering(reach);
  if (patient.world.now() - state.startedMs < SETTLED_MS) return skip('The stack is too young to tell.');
  const query = 'sum(increase(sse_requests_total[2m]))';
  const rows = await patient.server.vector(query);
  const count = rows?.[0]?.value ?? 0;
  if (count > 0) return ok('The demo service gets requests.', { evidence: [`${query} is ${Math.round(count)}`] });
  return warn('no-traffic', 'The demo service gets no requests: rates are 0 or empty.', {
    evidence: [`${query} is ${rows?.length === 0 ? 'empty' : '0'}`],
    fix: bringBack,
  });
}
