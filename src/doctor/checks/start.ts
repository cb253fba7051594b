import { type Binaries, isNewEnough, OLDEST_PROMETHEUS, type Program } from '../binaries.ts';
import type { Check } from '../examine.ts';
import { fail, type Outcome, ok, skip, warn } from '../finding.ts';
import type { Patient } from '../patient.ts';

/** What can run the stack on this machine. */
export const START_CHECKS: readonly Check<Patient>[] = [
  { id: 'prometheus-binary', title: 'Prometheus program', needs: [], run: binary },
  {
    id: 'start',
    title: 'Starting',
    needs: ['state-folder', 'docker-client', 'docker-daemon', 'docker-compose', 'prometheus-binary'],
    run: start,
  },
];

const DOWNLOAD = 'https://prometheus.io/download/';

async function binary(patient: Patient): Promise<Outcome> {
  const found = await patient.binaries();
  const evidence = (['prometheus', 'promtool'] as const).map((name) => `${name}: ${told(found[name])}`);
  if (found.usable) return ok(`prometheus and promtool are on PATH, in version ${versionOf(found)}.`, { evidence });
  const { prometheus, promtool } = found;
  if (prometheus.kind === 'missing' && promtool.kind === 'missing') {
    return skip('prometheus and promtool are not on PATH.', { evidence, link: DOWNLOAD });
  }
  const needed = (await patient.state())?.backend === 'binary';
  return (needed ? fail : warn)(unusableSentence(found), {
    evidence,
    advice: `Install prometheus and promtool of the same release, ${OLDEST_PROMETHEUS}.0 or newer, into a folder on PATH.`,
    link: DOWNLOAD,
  });
}

function unusableSentence({ prometheus, promtool }: Binaries): string {
  for (const [name, program] of [
    ['prometheus', prometheus],
    ['promtool', promtool],
  ] as const) {
    if (program.kind === 'missing') return `${name} is not on PATH, though the other half is.`;
    if (program.kind === 'broken') return `${name} cannot be run.`;
    if (!isNewEnough(program))
      return `${name} ${program.version} is too old: the stack needs Prometheus ${OLDEST_PROMETHEUS}.`;
  }
  return 'The Prometheus programs cannot be used.';
}

function told(program: Program): string {
  if (program.kind === 'present') return `version ${program.version}`;
  return program.kind === 'missing' ? 'not on PATH' : `cannot be run (${program.reason})`;
}

function versionOf({ prometheus }: Binaries): string {
  return prometheus.kind === 'present' ? prometheus.version : '';
}

/** Nothing running is no fault: then it says with what it can be started. */
async function start(patient: Patient): Promise<Outcome> {
  const state = await patient.state();
  if (state !== undefined) return ok(`The stack was started with the backend "${state.backend}".`);
  const [daemon, compose, binaries] = await Promise.all([patient.daemon(), patient.compose(), patient.binaries()]);
  const byDocker = daemon.kind === 'answers' && daemon.local && compose.kind === 'present';
  const offer = { fix: 'prom-tutor start' };
  if (byDocker) return ok('Nothing is running yet; Docker can run the stack.', offer);
  if (binaries.usable) return ok('Nothing is running yet; the prometheus program here can run the stack.', offer);
  return fail('Nothing here can run the stack: neither Docker with Compose nor the programs prometheus and promtool.', {
    evidence: [
      `docker: ${daemon.kind}, compose: ${compose.kind}`,
      `prometheus: ${told(binaries.prometheus)}, promtool: ${told(binaries.promtool)}`,
    ],
    advice: 'Install Docker, or put prometheus and promtool 3 on PATH.',
    link: 'https://docs.docker.com/get-started/get-docker/',
  });
}
