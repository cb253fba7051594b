import { access, statfs } from 'node:fs/promises';
import { IMAGES } from '../../backends/docker-compose.ts';
import { listAt, parsedJson, textAt } from '../../backends/json-path.ts';
import { shellWord } from '../../lib/shell-word.ts';
import { docker, isComposeTwo } from '../docker.ts';
import { explainPullError } from '../docker-pull.ts';
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
    looksAt: '`docker image inspect`; for what is missing the registry, with `docker manifest inspect`',
    needs: ['docker-client', 'docker-daemon'],
    run: images,
  },
  {
    id: 'docker-engine',
    title: 'Docker engine',
    looksAt: '`docker info`: the system it runs on, rootless or not, and the room where its data are',
    needs: ['docker-client', 'docker-daemon'],
    run: engine,
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
  const answers = await Promise.all(missing.map((image) => docker(exec, ['manifest', 'inspect', image])));
  for (const [index, ran] of answers.entries()) {
    const image = missing[index] ?? '';
    const known = ran.kind === 'done' && ran.code !== 0 ? explainPullError(`${ran.stderr}\n${ran.stdout}`) : undefined;
    if (known === undefined) continue;
    const text = ran.kind === 'done' ? ran.stderr.trim() : '';
    return trouble(patient, 'image-not-pullable', `The image ${image} cannot be fetched. ${known.sentence}`, {
      evidence: [...evidence, text],
      fix: byHand(`docker pull ${shellWord(image)}`),
      advice: `${known.advice} Without Docker: prom-tutor start --backend embedded`,
    });
  }
  const here = answers.every((ran) => ran.kind === 'done' && ran.code === 0);
  const pulled = `start has to pull ${missing.join(' and ')} first`;
  return here
    ? ok(`${pulled}, and the registry has ${missing.length === 1 ? 'it' : 'them'}.`, { evidence })
    : skip(`${pulled}; whether that works shows only then.`, { evidence });
}

/** What the daemon says about itself: how it runs, and where its data are. */
async function engine(patient: Patient): Promise<Outcome> {
  const { world } = patient;
  const { kind } = await patient.daemon();
  if (kind !== 'answers') return skip('Without a daemon that answers there is nothing to tell about it.');
  const ran = await docker(world.exec, ['info', '--format', '{{json .}}']);
  const told = ran.kind === 'done' && ran.code === 0 ? parsedJson(ran.stdout) : undefined;
  const root = textAt(told, 'DockerRootDir') ?? '';
  const system = textAt(told, 'OperatingSystem') ?? '';
  const rootless = listAt(told, 'SecurityOptions').some((option) => /rootless/.test(String(option)));
  if (told === undefined || system === '') return skip('The daemon does not tell about itself.');
  const evidence = [system, `data in ${root}`, ...(rootless ? ['it runs rootless'] : [])];
  // Docker Desktop has its data in a machine of its own, where that folder is another.
  const free = /Desktop/.test(system) ? undefined : await statfs(root).catch(() => undefined);
  const bytes = free === undefined ? undefined : free.bavail * free.bsize;
  if (bytes !== undefined && bytes < TOO_FEW_BYTES) {
    return trouble(patient, 'docker-disk-full', "The disk with Docker's data is nearly full.", {
      evidence: [`${Math.floor(bytes / 1e6)} MB free at ${root}`, ...evidence],
      fix: byHand('docker system prune'),
      advice: 'That removes what no container uses any more.',
    });
  }
  const snap = await snapPath(patient);
  if (snap !== undefined && !visibleToSnap(world.stackFiles, world.env.HOME ?? '')) {
    return trouble(
      patient,
      'docker-is-snap',
      'Docker is a snap, which sees the home folder only: not the files of the stack.',
      {
        evidence: [snap, `the files of the stack are in ${world.stackFiles}`],
        link: 'https://docs.docker.com/engine/install/ubuntu/',
        advice: 'Install Docker from its own packages, or start with: prom-tutor start --backend embedded',
      },
    );
  }
  return ok(`The daemon runs on ${system}${rootless ? ', rootless' : ''}.`, { evidence });
}

/** An image, unpacked, takes more than this. */
const TOO_FEW_BYTES = 300e6;

/** Where the docker that would be run is, when snap has put it there. */
async function snapPath({ world }: Patient): Promise<string | undefined> {
  if (world.platform !== 'linux') return undefined;
  for (const folder of (world.env.PATH ?? '').split(':')) {
    const path = `${folder}/docker`;
    const found = await access(path).then(
      () => true,
      () => false,
    );
    if (found) return path.startsWith('/snap/') ? path : undefined;
  }
  return undefined;
}

/** https://snapcraft.io/docs/home-interface: the home folder without what begins with a dot. */
function visibleToSnap(path: string, home: string): boolean {
  return home !== '' && path.startsWith(`${home}/`) && !path.slice(home.length + 1).startsWith('.');
}
