import { SERVICES } from '../../backends/backend.ts';
import { PROJECT } from '../../backends/docker-cli.ts';
import { spanText } from '../../backends/span.ts';
import type { StackState } from '../../backends/state.ts';
import { type Container, lastLogLine } from '../containers.ts';
import { docker } from '../docker.ts';
import type { Check } from '../examine.ts';
import { fail, type Outcome, ok, skip, warn } from '../finding.ts';
import type { Patient } from '../patient.ts';
import { faultOf } from './faults.ts';

/** The containers of the compose project, and the network between them. */
export const CONTAINER_CHECKS: readonly Check<Patient>[] = [
  { id: 'containers', title: 'Containers', needs: ['docker-client', 'docker-daemon', 'state-file'], run: containers },
  {
    id: 'docker-network',
    title: 'Docker network',
    needs: ['docker-client', 'docker-daemon', 'state-file', 'containers'],
    run: network,
  },
];

/** Services that end when their work is done. */
const ONE_SHOT: ReadonlySet<string> = new Set(['history', 'backfill']);

async function containers(patient: Patient): Promise<Outcome | readonly Outcome[]> {
  const state = await patient.state();
  const onDocker = state?.backend === 'docker';
  if (onDocker && (await patient.startPhase()) === 'under-way') return skip('A start is under way.');
  const found = await patient.containers();
  if (found.kind === 'unknown') {
    return onDocker
      ? fail('The containers of the stack cannot be looked at.', { evidence: [found.reason] })
      : skip('No stack was started with Docker.');
  }
  if (!onDocker) return leftOver(found.containers, state !== undefined);
  if (found.containers.length === 0) {
    return fail('The containers of the stack have been removed.', {
      evidence: [`no container of the compose project ${PROJECT}, though the state file tells of one`],
      fix: 'prom-tutor start',
    });
  }
  const ill = (await Promise.all(found.containers.map((each) => ofContainer(patient, each)))).filter(
    (outcome) => outcome !== undefined,
  );
  const all = [...ill, ...missing(state, found.containers)];
  return all.length > 0 ? all : healthy(found.containers);
}

/** Containers without a state file: of a start whose state was lost, or of `docker compose up` by hand. */
function leftOver(containers: readonly Container[], besideStack: boolean): Outcome {
  if (containers.length === 0) return skip('No stack was started with Docker.');
  const names = containers.map(({ name, status }) => `${name}: ${status}`);
  if (containers.every(({ stackId }) => stackId === undefined)) {
    return warn(`A compose project "${PROJECT}" of somebody else is here; the stack would have the same name.`, {
      evidence: names,
      advice:
        'Stop that project before you start the stack with Docker, or start with: prom-tutor start --backend binary',
    });
  }
  return warn('Containers of the stack are here that no state file tells of.', {
    evidence: names,
    ...(besideStack
      ? { advice: 'They are in nobody\'s way. The next "prom-tutor stop" removes them with the running stack.' }
      : { fix: 'prom-tutor start', advice: 'start takes their place, or goes on with them.' }),
  });
}

function missing(state: StackState, containers: readonly Container[]): readonly Outcome[] {
  const wanted = [...SERVICES, ...(state.urls.grafana === undefined ? [] : ['grafana'])];
  return wanted
    .filter((service) => !containers.some((each) => each.service === service))
    .map((service) =>
      fail(`The container of ${service} has been removed.`, {
        subject: service,
        evidence: [`docker knows no container of the service ${service}`],
        fix: 'prom-tutor start',
      }),
    );
}

function healthy(containers: readonly Container[]): Outcome {
  const running = containers.filter(({ status }) => status === 'running');
  return ok(`All ${running.length} containers of the stack run.`, {
    evidence: running.map(({ name, health }) => `${name}: running${health === undefined ? '' : `, ${health}`}`),
  });
}

/** What is wrong with one container; undefined when nothing is. */
async function ofContainer(patient: Patient, container: Container): Promise<Outcome | undefined> {
  const said = ill(container, patient.world.now());
  if (said === undefined) return undefined;
  const line = await lastLogLine(patient.world, container.name);
  return {
    ...said,
    subject: container.service,
    explainedBy: [faultOf(container.service), ...(said.explainedBy ?? [])],
    evidence: [...(said.evidence ?? []), ...(line === '' ? [] : [`last line of its log: ${line}`])],
  };
}

function ill(container: Container, nowMs: number): Outcome | undefined {
  const { name, service, status, health, exitCode } = container;
  switch (status) {
    case 'running':
      if (health === 'unhealthy') {
        return fail(`${service} runs, but does not answer its health check.`, {
          evidence: [`${name}: running, unhealthy`, container.healthOutput].filter((line) => line !== ''),
          fix: `docker restart ${name}`,
        });
      }
      return health === 'starting'
        ? warn(`${service} is still starting.`, {
            evidence: [`${name}: running, health check pending`],
            advice: 'Wait a few seconds.',
          })
        : undefined;
    case 'paused':
      return fail(`${service} is paused.`, { evidence: [`${name}: paused`], fix: `docker unpause ${name}` });
    case 'restarting':
      return fail(`${service} crashes again and again.`, {
        evidence: [`${name}: restarting, exit code ${exitCode}`],
        fix: `docker logs --tail 50 ${name}`,
      });
    case 'created':
      return fail(`${service} was made, but never started.`, {
        evidence: [`${name}: created`, container.error].filter((line) => line !== ''),
        fix: 'prom-tutor start',
      });
    default:
      if (ONE_SHOT.has(service)) return oneShot(container);
      return fail(`${service} ${endText(container)}`, {
        evidence: [`${name}: ${status}, exit code ${exitCode}${agoText(container, nowMs)}`, container.error].filter(
          (line) => line !== '',
        ),
        fix: `docker start ${name}`,
      });
  }
}

function oneShot({ service, name, exitCode }: Container): Outcome | undefined {
  if (exitCode === 0) return undefined;
  return fail(`${service} failed: the history is not in Prometheus.`, {
    evidence: [`${name}: exited, exit code ${exitCode}`],
    fix: 'prom-tutor stop && prom-tutor start',
  });
}

/** https://docs.docker.com/reference/cli/docker/container/run/#exit-status: 128 and the number of the signal. */
function endText({ outOfMemory, exitCode }: Container): string {
  if (outOfMemory) return 'was killed because it took more memory than it may.';
  if (exitCode === 137) return 'was killed (SIGKILL).';
  if (exitCode === 143 || exitCode === 0) return 'was stopped.';
  return `crashed with exit code ${exitCode}.`;
}

function agoText({ finishedMs }: Container, nowMs: number): string {
  return finishedMs === undefined ? '' : `, ${spanText(nowMs - finishedMs)} ago`;
}

const NETWORK = `${PROJECT}_default`;

async function network(patient: Patient): Promise<Outcome | readonly Outcome[]> {
  const state = await patient.state();
  if (state?.backend !== 'docker') return skip('No stack was started with Docker.');
  if ((await patient.startPhase()) === 'under-way') return skip('A start is under way.');
  const ran = await docker(patient.world.exec, ['network', 'inspect', '--format', '{{json .Containers}}', NETWORK]);
  if (ran.kind !== 'done') return fail(`The docker network ${NETWORK} cannot be looked at.`);
  if (ran.code !== 0) {
    return fail(`The docker network ${NETWORK} is not there: the containers cannot reach each other.`, {
      evidence: [ran.stderr.trim()],
      fix: 'prom-tutor stop && prom-tutor start',
    });
  }
  const attached = namesIn(ran.stdout);
  const found = await patient.containers();
  const running = found.kind === 'listed' ? found.containers.filter(({ status }) => status === 'running') : [];
  const cutOff = running.filter(({ name }) => !attached.includes(name));
  if (cutOff.length === 0) {
    return ok(`The docker network ${NETWORK} connects the containers.`, { evidence: [attached.join(', ')] });
  }
  return cutOff.map(({ name, service }) =>
    fail(`${service} is not connected to the docker network ${NETWORK}: no other container finds it by name.`, {
      subject: service,
      evidence: [`docker network inspect ${NETWORK} lists ${attached.join(', ') || 'no container'}`],
      fix: `docker network connect --alias ${service} ${NETWORK} ${name}`,
    }),
  );
}

function namesIn(json: string): readonly string[] {
  try {
    const members = JSON.parse(json) as Readonly<Record<string, { readonly Name?: string }>>;
    return Object.values(members).map(({ Name }) => Name ?? '');
  } catch {
    return [];
  }
}
