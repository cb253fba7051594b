import { IMAGES } from '../../backends/docker-compose.ts';
import { docker, isComposeTwo } from '../docker.ts';
import type { Check } from '../examine.ts';
import { fail, type More, type Outcome, ok, skip, warn } from '../finding.ts';
import { byHand, type Fix } from '../fix.ts';
import type { Kind } from '../kinds.ts';
import type { Patient } from '../patient.ts';

/** Docker as the stack uses it: client, daemon, compose plugin, images. */
export const DOCKER_CHECKS: readonly Check<Patient>[] = [
  { id: 'docker-client', title: 'Docker client', looksAt: '`docker --version`', needs: [], run: client },
  {
    id: 'docker-daemon',
    title: 'Docker daemon',
    looksAt: '`docker version`, `docker context inspect`',
    needs: ['docker-client'],
    run: daemon,
  },
  {
    id: 'docker-compose',
    title: 'Docker Compose',
    looksAt: '`docker compose version`, `docker-compose version`',
    needs: ['docker-client'],
    run: compose,
  },
  {
    id: 'docker-images',
    title: 'Docker images',
    looksAt: '`docker image inspect`',
    needs: ['docker-client', 'docker-daemon'],
    run: images,
  },
];

const INSTALL_DOCKER = 'https://docs.docker.com/get-started/get-docker/';
const INSTALL_COMPOSE = 'https://docs.docker.com/compose/install/linux/';

/** Trouble is a failure where Docker is needed and a warning where something else does its work. */
async function trouble(patient: Patient, kind: Kind, sentence: string, more: More = {}): Promise<Outcome> {
  return ((await patient.dockerMatters()) ? fail : warn)(kind, sentence, more);
}

async function client(patient: Patient): Promise<Outcome> {
  const found = await patient.client();
  switch (found.kind) {
    case 'missing': {
      const sentence = 'Docker is not installed, or not on PATH.';
      const evidence = [`no program docker in PATH=${patient.world.env.PATH ?? ''}`];
      if ((await patient.state())?.backend !== 'docker') return skip(sentence, { evidence, link: INSTALL_DOCKER });
      return fail('docker-missing', sentence, {
        evidence,
        advice: 'The stack was started with Docker: put it back on PATH.',
        link: INSTALL_DOCKER,
      });
    }
    case 'hung':
      return trouble(patient, 'docker-client-hung', 'The docker client hangs: it does not even tell its version.', {
        evidence: ['docker --version gave no answer'],
        advice: 'Restart Docker (Desktop), or the machine.',
      });
    case 'broken':
      return trouble(patient, 'docker-client-broken', 'The docker client cannot be run.', {
        evidence: [found.reason],
        advice: brokenAdvice(found.reason),
        link: INSTALL_DOCKER,
      });
    case 'present':
      if (found.podman) {
        return warn('docker-is-podman', `"docker" is Podman ${found.version} here: the stack is not tried with it.`, {
          evidence: ['docker --version names Podman'],
          advice: 'If start fails, use the prometheus program instead: prom-tutor start --backend binary',
        });
      }
      return ok(`The docker client is version ${found.version}.`);
  }
}

/** https://docs.docker.com/desktop/features/wsl/: in a distribution without the integration, docker is a script that says so. */
function brokenAdvice(reason: string): string {
  return /WSL/i.test(reason)
    ? 'In Docker Desktop, turn on Settings > Resources > WSL integration for this distribution.'
    : 'Install Docker again, or remove what stands in its place on PATH.';
}

async function daemon(patient: Patient): Promise<Outcome> {
  const [found, { kind: client }] = await Promise.all([patient.daemon(), patient.client()]);
  if (found.kind === 'unknown') {
    if (client === 'missing') return skip('Without a docker client there is no daemon to ask.');
    return trouble(patient, 'daemon-unasked', 'The Docker daemon could not be asked.');
  }
  const { endpoint, chosenBy } = found.place;
  const where = `endpoint ${endpoint || 'unknown'}${chosenBy === 'default' ? '' : `, chosen by ${chosenBy}`}`;
  switch (found.kind) {
    case 'hung':
      return trouble(patient, 'daemon-hung', 'The Docker daemon accepts questions but does not answer.', {
        evidence: ['docker version gave no answer within 3 s', where],
        fix: restart(patient),
        advice: patient.world.platform === 'linux' ? undefined : 'Restart Docker Desktop.',
      });
    case 'trouble': {
      const { kind, sentence, fix, advice, link } = found.trouble;
      return trouble(patient, `daemon-${kind}`, sentence, {
        evidence: [found.text, where],
        fix: fix === undefined ? undefined : byHand(fix),
        advice,
        link,
      });
    }
    case 'answers':
      if (!found.local) {
        return trouble(
          patient,
          'daemon-remote',
          'Docker runs on another machine: ports of the stack would not be on this one.',
          {
            evidence: [where],
            fix: byHand(chosenBy === 'context' ? 'docker context use default' : `unset ${chosenBy}`),
          },
        );
      }
      return ok(`The Docker daemon answers, version ${found.version}.`, { evidence: [where] });
  }
}

function restart({ world }: Patient): Fix | undefined {
  return world.platform === 'linux' ? byHand('sudo service docker restart') : undefined;
}

async function compose(patient: Patient): Promise<Outcome> {
  const found = await patient.compose();
  switch (found.kind) {
    case 'present':
      return isComposeTwo(found)
        ? ok(`The compose plugin is version ${found.version}.`)
        : trouble(
            patient,
            'compose-too-old',
            `The compose plugin is version ${found.version}; prom-tutor needs version 2.`,
            {
              link: INSTALL_COMPOSE,
            },
          );
    case 'standalone':
      return trouble(patient, 'compose-standalone', standaloneSentence(found.version), {
        evidence: ['docker compose version: no such command', `docker-compose version: ${found.version}`],
        ...(Number.parseInt(found.version, 10) >= 2
          ? {
              fix: byHand(
                'mkdir -p ~/.docker/cli-plugins && ln -s "$(command -v docker-compose)" ~/.docker/cli-plugins/docker-compose',
              ),
            }
          : installCompose(patient)),
        link: INSTALL_COMPOSE,
      });
    case 'missing':
      return trouble(patient, 'compose-missing', 'The docker client has no compose plugin.', {
        evidence: [found.text],
        ...installCompose(patient),
        link: INSTALL_COMPOSE,
      });
    case 'hung':
      return trouble(patient, 'compose-hung', 'The compose plugin does not answer.', {
        evidence: ['docker compose version gave no answer within 3 s'],
      });
    case 'unknown':
      return (await patient.client()).kind === 'missing'
        ? skip('Without a docker client there is no compose plugin to ask.')
        : trouble(patient, 'compose-unasked', 'The compose plugin could not be asked.');
  }
}

function standaloneSentence(version: string): string {
  return Number.parseInt(version, 10) >= 2
    ? `Compose ${version} is here as docker-compose only, not as the plugin "docker compose".`
    : `Only docker-compose ${version} is here: prom-tutor needs the compose plugin, version 2 ("docker compose", with a space).`;
}

/** Debian and Ubuntu name the package differently from Docker's own repository; the link has all ways. */
function installCompose({ world }: Patient): Pick<Outcome, 'fix' | 'advice'> {
  if (world.platform === 'linux') {
    return {
      fix: byHand('sudo apt-get install docker-compose-plugin || sudo apt-get install docker-compose-v2'),
      advice: 'On other systems than Debian and Ubuntu: see the link.',
    };
  }
  return { advice: 'Docker Desktop brings it along: install or update that.' };
}

async function images(patient: Patient): Promise<Outcome> {
  const { kind } = await patient.daemon();
  if (kind !== 'answers') return skip('Without a daemon that answers, images cannot be looked at.');
  const { env, exec } = patient.world;
  const wanted = ([IMAGES.prometheus, IMAGES.node] as const).map(({ variable, image }) => env[variable] || image);
  const found = await Promise.all(
    wanted.map(async (image) => {
      const ran = await docker(exec, ['image', 'inspect', '--format', '{{.Id}}', image]);
      return ran.kind === 'done' && ran.code === 0;
    }),
  );
  const missing = wanted.filter((_, index) => !found[index]);
  const evidence = wanted.map((image, index) => `${image}: ${found[index] ? 'here' : 'not here'}`);
  if (missing.length === 0) return ok('The images of the stack are on this machine.', { evidence });
  return skip(`start has to pull ${missing.join(' and ')} first; whether that works shows only then.`, { evidence });
}
