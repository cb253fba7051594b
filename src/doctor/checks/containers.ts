import { SERVICES } from '../../backends/backend.ts';
import { PROJECT } from '../../backends/docker-cli.ts';
import { spanText } from '../../backends/span.ts';
import type { StackState } from '../../backends/state.ts';
import { type Container, lastLogLine } from '../containers.ts';
import { docker } from '../docker.ts';
import type { Check } from '../examine.ts';
import { fail, type Outcome, ok, skip, warn } from '../finding.ts';
import { bringBack, byHand, rebuildStack, renewStack, withDocker } from '../fix.ts';
import type { Kind } from '../kinds.ts';
import type { Patient } from '../patient.ts';
import { faultOf } from './faults.ts';

/** The containers of the compose project, and the network between them. */
export const CONTAINER_CHECKS: readonly Check<Patient>[] = [
  {
    id: 'containers',
    title: 'Containers',
    looksAt: '`docker ps --all` and `docker inspect` of the compose project',
    needs: ['docker-client', 'docker-daemon', 'state-file'],
    run: containers,
  },
  {
    id: 'docker-network',
    title: 'Docker network',
    looksAt: '`docker network inspect sse_default`: which containers are on it, by which names',
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
      ? fail('containers-unknown', 'The containers of the stack cannot be looked at.', { evidence: [found.reason] })
      : skip('No stack was started with Docker.');
  }
  if (!onDocker) return leftOver(found.containers, state !== undefined);
  if (found.containers.length === 0) {
    return fail('containers-removed', 'The containers of the stack have been removed.', {
      evidence: [`no container of the compose project ${PROJECT}, though the state file tells of one`],
      fix: bringBack,
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
    return warn(
      'containers-foreign',
      `A compose project "${PROJECT}" of somebody else is here; the stack would have the same name.`,
      {
        evidence: names,
        advice:
          'Stop that project before you start the stack with Docker, or start with: prom-tutor start --backend binary',
      },
    );
  }
  return warn('containers-left-over', 'Containers of the stack are here that no state file tells of.', {
    evidence: names,
    ...(besideStack
      ? { advice: 'They are in nobody\'s way. The next "prom-tutor stop" removes them with the running stack.' }
      : { fix: bringBack, advice: 'start takes their place, or goes on with them.' }),
  });
}

function missing(state: StackState, containers: readonly Container[]): readonly Outcome[] {
  const wanted = [...SERVICES, ...(state.urls.grafana === undefined ? [] : ['grafana'])];
  return wanted
    .filter((service) => !containers.some((each) => each.service === service))
    .map((service) =>
      fail('container-removed', `The container of ${service} has been removed.`, {
        subject: service,
        evidence: [`docker knows no container of the service ${service}`],
        fix: bringBack,
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
        return fail('container-unhealthy', `${service} runs, but does not answer its health check.`, {
          evidence: [`${name}: running, unhealthy`, container.healthOutput].filter((line) => line !== ''),
          fix: withDocker('restart', name),
        });
      }
      return health === 'starting'
        ? warn('container-starting', `${service} is still starting.`, {
            evidence: [`${name}: running, health check pending`],
            advice: 'Wait a few seconds.',
          })
        : undefined;
    case 'paused':
      return fail('container-paused', `${service} is paused.`, {
        evidence: [`${name}: paused`],
        fix: withDocker('unpause', name),
      });
    case 'restarting':
      return fail('container-crash-loop', `${service} crashes again and again.`, {
        evidence: [`${name}: restarting, exit code ${exitCode}`],
        fix: renewStack,
        advice: `What it says before it ends: docker logs --tail 50 ${name}`,
      });
    case 'created':
      return fail('container-never-started', `${service} was made, but never started.`, {
        evidence: [`${name}: created`, container.error].filter((line) => line !== ''),
        fix: bringBack,
      });
    default:
      if (ONE_SHOT.has(service)) return oneShot(container);
      return ended(container, nowMs);
  }
}

function oneShot({ service, name, exitCode }: Container): Outcome | undefined {
  if (exitCode === 0) return undefined;
  return fail('history-failed', `${service} failed: the history is not in Prometheus.`, {
    evidence: [`${name}: exited, exit code ${exitCode}`],
    fix: renewStack,
  });
}

function ended(container: Container, nowMs: number): Outcome {
  const { name, service, status, exitCode, error } = container;
  const [kind, text] = endOf(container);
  return fail(kind, `${service} ${text}`, {
    evidence: [`${name}: ${status}, exit code ${exitCode}${agoText(container, nowMs)}`, error].filter(
      (line) => line !== '',
    ),
    // One that crashed would crash again, unless its files are written anew.
    fix: kind === 'container-crashed' ? rebuildStack : withDocker('start', name),
  });
}

/** https://docs.docker.com/reference/cli/docker/container/run/#exit-status: 128 and the number of the signal. */
function endOf({ outOfMemory, exitCode }: Container): readonly [Kind, string] {
  if (outOfMemory) return ['container-out-of-memory', 'was killed because it took more memory than it may.'];
  if (exitCode === 137) return ['container-killed', 'was killed (SIGKILL).'];
  if (exitCode === 143 || exitCode === 0) return ['container-stopped', 'was stopped.'];
  return ['container-crashed', `crashed with exit code ${exitCode}.`];
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
  if (ran.kind !== 'done') return fail('network-unknown', `The docker network ${NETWORK} cannot be looked at.`);
  if (ran.code !== 0) {
    return fail(
      'network-missing',
      `The docker network ${NETWORK} is not there: the containers cannot reach each other.`,
      {
        evidence: [ran.stderr.trim()],
        fix: renewStack,
      },
    );
  }
  const attached = namesIn(ran.stdout);
  const found = await patient.containers();
  const running = found.kind === 'listed' ? found.containers.filter(({ status }) => status === 'running') : [];
  const cutOff = running.filter(({ name }) => !attached.includes(name));
  if (cutOff.length === 0) return named(running, attached);
  return cutOff.map(({ name, service }) =>
    fail(
      'network-cut-off',
      `${service} is not connected to the docker network ${NETWORK}: no other container finds it by name.`,
      {
        subject: service,
        evidence: [`docker network inspect ${NETWORK} lists ${attached.join(', ') || 'no container'}`],
        fix: withDocker('network', 'connect', '--alias', service, NETWORK, name),
      },
    ),
  );
}

/** On the network is not enough: prometheus.yml and the load generator ask by the names of services. */
function named(running: readonly Container[], attached: readonly string[]): Outcome | readonly Outcome[] {
  const nameless = running.filter(({ service, names }) => {
    const known = names.get(NETWORK) ?? [];
    return known.length > 0 && !known.includes(service);
  });
  const evidence = running.map(({ name, names }) => `${name}: ${(names.get(NETWORK) ?? []).join(', ') || 'on it'}`);
  if (nameless.length === 0) {
    return ok(`The docker network ${NETWORK} connects the containers.`, {
      evidence: evidence.length === 0 ? [attached.join(', ')] : evidence,
    });
  }
  return nameless.map(({ name, service }) =>
    fail('network-name-missing', `${name} is on the docker network ${NETWORK}, but not by the name ${service}.`, {
      subject: service,
      evidence,
      fix: byHand(
        `docker network disconnect ${NETWORK} ${name} && docker network connect --alias ${service} ${NETWORK} ${name}`,
      ),
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
