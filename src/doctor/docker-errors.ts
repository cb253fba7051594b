/** Facts about this machine that decide which command starts or mends Docker here. */
export type DockerPlace = {
  readonly platform: NodeJS.Platform;
  /** Where the client connects to, such as unix:///var/run/docker.sock; empty when unknown. */
  readonly endpoint: string;
  /** The variable that chose the endpoint, or `context`, or `default`. */
  readonly chosenBy: 'DOCKER_HOST' | 'DOCKER_CONTEXT' | 'context' | 'default';
  readonly hasSystemd: boolean;
};

export type DockerTrouble = {
  /** Stable name of the row, for tests and JSON. */
  readonly kind: DockerErrorKind | 'other';
  readonly sentence: string;
  readonly fix?: string;
  readonly advice?: string;
  readonly link?: string;
};

/** Says in plain words what the docker client complains of, and what mends it on this machine. */
export function explainDockerError(text: string, place: DockerPlace): DockerTrouble {
  for (const [kind, { pattern, when, tell }] of Object.entries<Row>(DOCKER_ERRORS)) {
    const match = pattern.exec(text);
    if (match !== null && when?.(place) !== false) return { kind: kind as DockerErrorKind, ...tell(place, match) };
  }
  return { kind: 'other', sentence: 'The docker client cannot talk to the Docker daemon.', ...starting(place) };
}

/** Whether the endpoint is this machine: only then do published ports appear here. */
export function isLocalEndpoint(endpoint: string): boolean {
  return (
    endpoint === '' ||
    /^(unix|npipe|fd):/.test(endpoint) ||
    /^tcp:\/\/(localhost|127(\.\d+){3}|\[::1\])(:\d+)?\/?$/.test(endpoint)
  );
}

type Row = {
  /** What is wrong, in one clause. */
  readonly says: string;
  readonly pattern: RegExp;
  readonly when?: (place: DockerPlace) => boolean;
  readonly tell: (place: DockerPlace, match: RegExpExecArray) => Omit<DockerTrouble, 'kind'>;
  /** Seen on a running client; the others are from documentation. */
  readonly seen: boolean;
};

export type DockerErrorKind = keyof typeof DOCKER_ERRORS;

/** The first row that fits wins. */
export const DOCKER_ERRORS = {
  permission: {
    says: 'this account may not use the daemon',
    pattern: /permission denied/i,
    // What ssh says to a remote endpoint is about its keys.
    when: ({ endpoint }) => isLocalEndpoint(endpoint),
    tell: () => ({
      sentence: 'This account may not use the Docker daemon.',
      fix: 'sudo usermod -aG docker "$USER"',
      advice: 'Then log out and in again: groups are given at login. Members of the docker group can do what root can.',
      link: 'https://docs.docker.com/engine/install/linux-postinstall/',
    }),
    seen: true,
  },
  'no-context': {
    says: 'the chosen docker context does not exist',
    pattern: /context not found|unable to resolve docker endpoint|current context .* is not found/i,
    tell: (place) => ({ sentence: 'The docker client is set to a context that does not exist.', ...backHome(place) }),
    seen: true,
  },
  'api-version': {
    says: 'client and daemon are too far apart',
    pattern: /client version (\S+) is too (new|old)\. \w+ supported API version is ([\d.]+)/i,
    tell: (_, [, version, how, supported]) => ({
      sentence: `The docker client (API ${version}) is too ${how} for the daemon (API ${supported}).`,
      ...(how === 'new' ? { fix: `export DOCKER_API_VERSION=${supported}` } : { advice: 'Update the docker client.' }),
    }),
    seen: false,
  },
  elsewhere: {
    says: 'the client asks another machine in vain',
    pattern: /./s,
    when: ({ endpoint }) => !isLocalEndpoint(endpoint),
    tell: (place) => ({
      sentence: 'The docker client points to another machine, and no Docker daemon answers there.',
      ...backHome(place),
    }),
    seen: true,
  },
  'desktop-paused': {
    says: 'Docker Desktop is paused',
    pattern: /Docker Desktop is (manually )?paused/i,
    tell: () => ({ sentence: 'Docker Desktop is paused.', advice: 'Unpause it from its whale menu.' }),
    seen: false,
  },
  'disk-full': {
    says: "the disk with Docker's data is full",
    pattern: /no space left on device/i,
    tell: () => ({ sentence: "The disk with Docker's data is full.", fix: 'docker system prune' }),
    seen: false,
  },
  podman: {
    says: 'the virtual machine of Podman does not run',
    pattern: /Cannot connect to Podman|podman machine (init|start)|podman-machine/i,
    tell: () => ({
      sentence: 'Podman stands in for Docker here, and its virtual machine does not run.',
      fix: 'podman machine start',
      link: 'https://docs.podman.io/en/latest/markdown/podman-machine-start.1.html',
    }),
    seen: false,
  },
  'not-running': {
    says: 'the daemon does not run',
    pattern:
      /Cannot connect to the Docker daemon|Is the docker daemon running|docker_engine|dockerDesktop|error during connect/i,
    tell: (place) => ({ sentence: 'The Docker daemon is not running.', ...starting(place) }),
    seen: true,
  },
} as const satisfies Readonly<Record<string, Row>>;

function backHome({ chosenBy }: DockerPlace): Pick<DockerTrouble, 'fix'> {
  return {
    fix:
      chosenBy === 'DOCKER_HOST' || chosenBy === 'DOCKER_CONTEXT' ? `unset ${chosenBy}` : 'docker context use default',
  };
}

/** Which program serves an endpoint, by the place of its socket, and what starts it. From their documentation. */
const ENGINES: readonly (readonly [socket: RegExp, fix: string])[] = [
  [/\.colima\//, 'colima start'],
  [/\.orbstack\//, 'open -a OrbStack'],
  [/\.rd\//, 'open -a "Rancher Desktop"'],
  [/\.docker\/desktop\//, 'systemctl --user start docker-desktop'],
  [/podman/, 'podman machine start'],
  [/\/run\/user\/\d+\/docker/, 'systemctl --user start docker'],
];

function starting(place: DockerPlace): Pick<DockerTrouble, 'fix' | 'advice'> {
  const { platform, endpoint, hasSystemd, chosenBy } = place;
  const engine = ENGINES.find(([socket]) => socket.test(endpoint));
  if (engine !== undefined) return { fix: engine[1] };
  // A variable that names a socket of nobody we know: the usual one may well answer.
  if (chosenBy === 'DOCKER_HOST' || chosenBy === 'DOCKER_CONTEXT') return backHome(place);
  if (platform === 'darwin') return { fix: 'open -a Docker' };
  if (platform === 'win32') return { advice: 'Start Docker Desktop from the Start menu.' };
  return { fix: hasSystemd ? 'sudo systemctl start docker' : 'sudo service docker start' };
}
