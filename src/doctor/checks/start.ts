import { BACKEND_TITLES } from '../../backends/choose.ts';
import { OLDEST_MAJOR } from '../../backends/prometheus-binaries.ts';
import { PROGRAMS, programsText, programTrouble } from '../binaries.ts';
import { isComposeTwo } from '../docker.ts';
import type { Check } from '../examine.ts';
import { fail, type Outcome, ok, skip, warn } from '../finding.ts';
import { startStack } from '../fix.ts';
import type { Patient } from '../patient.ts';

/** What can run the stack on this machine. */
export const START_CHECKS: readonly Check<Patient>[] = [
  {
    id: 'prometheus-binary',
    title: 'Prometheus program',
    looksAt: 'every `prometheus` and `promtool` on PATH, with its version',
    needs: [],
    run: binary,
  },
  { id: 'start', title: 'Starting', looksAt: 'which backend can run the stack here', needs: [], run: start },
];

const DOWNLOAD = 'https://prometheus.io/download/';

async function binary(patient: Patient): Promise<Outcome> {
  const found = await patient.binaries();
  const evidence = PROGRAMS.map((name) => programsText(name, found[name]));
  if (found.pair !== undefined) {
    return ok(`prometheus and promtool are on PATH, in version ${found.pair.prometheus.version}.`, { evidence });
  }
  if (PROGRAMS.every((name) => found[name].length === 0)) {
    return skip('prometheus and promtool are not on PATH.', { evidence, link: DOWNLOAD });
  }
  const troubles = PROGRAMS.map((name) => programTrouble(name, found[name], OLDEST_MAJOR));
  const needed = (await patient.state())?.backend === 'binary';
  return (needed ? fail : warn)('prometheus-program-unusable', troubles.find((text) => text !== undefined) ?? '', {
    evidence,
    advice: `Install prometheus and promtool of the same release, ${OLDEST_MAJOR}.0 or newer, into a folder on PATH.`,
    link: DOWNLOAD,
  });
}

/**
 * Nothing running is no fault: then it says with what it can be started, the first that `start` would take. Who has named
 * a server of their own is told, but not offered one.
 */
async function start(patient: Patient): Promise<Outcome> {
  const state = await patient.state();
  if (state !== undefined) return ok(`The stack was started with ${BACKEND_TITLES[state.backend]}.`);
  const [daemon, compose, binaries] = await Promise.all([patient.daemon(), patient.compose(), patient.binaries()]);
  const byDocker = daemon.kind === 'answers' && daemon.local && isComposeTwo(compose);
  const title = BACKEND_TITLES[byDocker ? 'docker' : binaries.pair !== undefined ? 'binary' : 'embedded'];
  const offer = patient.world.envServer === undefined ? { fix: startStack } : {};
  return ok(`No stack is running yet; ${title} can run the stack.`, offer);
}
