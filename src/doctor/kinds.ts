import { SCRAPE_ERRORS, type ScrapeErrorKind } from '../advise/scrape-errors.ts';
import { DOCKER_ERRORS, type DockerErrorKind } from './docker-errors.ts';
import { STRANGERS, type StrangerKind } from './strangers.ts';

/** One kind of trouble a check can find. */
export type KindRow = {
  /** Id of the check that finds it. */
  readonly check: string;
  /** What is wrong, in one clause. */
  readonly says: string;
  /** Whether it was met on a real system or a real answer of that shape; false: written from documentation only. */
  readonly seen: boolean;
  readonly link?: string;
  readonly lesson?: string;
};

const COMPOSE = 'https://docs.docker.com/compose/install/linux/';
const MIGRATION = 'https://prometheus.io/docs/prometheus/latest/migration/';
const TARGET_LESSON = 'troubleshoot';
const CONFIGURATION = 'https://prometheus.io/docs/prometheus/latest/configuration/configuration/';

/** What the doctor calls a kind of trouble: of its own table, or of the tables of texts that Docker and Prometheus write. */
export type Kind =
  | keyof typeof OWN_KINDS
  | `daemon-${DockerErrorKind | 'other'}`
  | `target-${ScrapeErrorKind | 'other'}`
  | `is-${StrangerKind}`;

/** The row of a kind; undefined for a name that is none. */
export function kindRow(kind: string): KindRow | undefined {
  return ALL_KINDS.get(kind);
}

/**
 * Every kind of trouble the doctor knows, in the order of its checks. Findings, their documentation (docs/doctor.md) and
 * what `--fix` may do go by these names: a name that has been released stays.
 */
const OWN_KINDS = {
  'check-hung': { check: '*', says: 'what the check looks at does not answer', seen: true },
  'check-broken': { check: '*', says: 'the check could not look', seen: true },

  'node-too-old': {
    check: 'node',
    says: 'Node.js is older than prom-tutor needs',
    seen: true,
    link: 'https://nodejs.org/en/download',
  },
  'terminal-narrow': { check: 'terminal', says: 'tables do not fit into the window', seen: true },
  'terminal-not-utf8': { check: 'terminal', says: 'the locale cannot show the characters of charts', seen: true },
  'proxy-takes-localhost': {
    check: 'proxy',
    says: 'programs ask the proxy for this machine itself: NO_PROXY does not name it',
    seen: true,
  },

  'localhost-unknown': { check: 'localhost', says: 'the name localhost has no address', seen: true },
  'localhost-elsewhere': { check: 'localhost', says: 'the name localhost leads to another machine', seen: true },
  'localhost-ipv6-only': { check: 'localhost', says: 'the name localhost has no IPv4 address', seen: true },
  'docker-from-container': {
    check: 'place',
    says: 'ports of the stack are on the machine around this container',
    seen: false,
  },
  'wsl-windows-disk': { check: 'place', says: 'the state folder of WSL is on a disk of Windows', seen: false },

  'state-folder-unwritable': {
    check: 'state-folder',
    says: 'the folder of state and progress cannot be written to',
    seen: true,
  },
  'disk-full': { check: 'state-folder', says: 'the disk of the state folder is full', seen: true },
  'disk-nearly-full': { check: 'state-folder', says: 'less than 50 MB are left', seen: true },
  'disk-low': { check: 'state-folder', says: 'less than 500 MB are left', seen: true },

  'state-damaged': { check: 'state-file', says: 'the state file is no state file', seen: true },
  'state-newer': { check: 'state-file', says: 'a newer prom-tutor wrote the state file', seen: true },
  'state-unreadable': { check: 'state-file', says: 'the state file cannot be read', seen: true },
  'start-under-way': { check: 'state-file', says: 'another prom-tutor is starting the stack', seen: true },
  'start-interrupted': { check: 'state-file', says: 'a start was ended before it was done', seen: true },
  'stack-of-other-version': {
    check: 'state-file',
    says: 'the running stack was started by another version of prom-tutor',
    seen: true,
  },

  'docker-missing': { check: 'docker-client', says: 'the stack needs docker, and there is none on PATH', seen: true },
  'docker-client-hung': { check: 'docker-client', says: 'the docker client does not end', seen: true },
  'docker-client-broken': { check: 'docker-client', says: 'the docker client cannot be run', seen: true },
  'docker-is-podman': { check: 'docker-client', says: 'Podman stands in for Docker', seen: false },

  'daemon-unasked': { check: 'docker-daemon', says: 'nothing can be said about the daemon', seen: true },
  'daemon-hung': { check: 'docker-daemon', says: 'the daemon takes questions and does not answer', seen: true },
  'daemon-remote': { check: 'docker-daemon', says: 'the daemon answers, but runs on another machine', seen: true },

  'compose-too-old': { check: 'docker-compose', says: 'the compose plugin is older than 2', seen: true, link: COMPOSE },
  'compose-standalone': {
    check: 'docker-compose',
    says: 'docker-compose is here, the plugin "docker compose" is not',
    seen: true,
    link: COMPOSE,
  },
  'compose-missing': { check: 'docker-compose', says: 'there is no compose at all', seen: true, link: COMPOSE },
  'compose-hung': { check: 'docker-compose', says: 'the compose plugin does not end', seen: true },
  'compose-unasked': { check: 'docker-compose', says: 'the compose plugin cannot be asked', seen: true },

  'image-not-pullable': {
    check: 'docker-images',
    says: 'an image is missing, and the registry does not give it',
    seen: false,
  },
  'docker-disk-full': { check: 'docker-engine', says: "Docker's disk has less than 300 MB left", seen: false },
  'docker-is-snap': {
    check: 'docker-engine',
    says: 'Docker is a snap, which does not see the files of the stack',
    seen: false,
  },

  'prometheus-program-unusable': {
    check: 'prometheus-binary',
    says: 'prometheus or promtool on PATH is too old, missing or cannot be run',
    seen: true,
    link: 'https://prometheus.io/download/',
  },

  'fault-on': { check: 'faults', says: 'something was broken on purpose, with "fault"', seen: true },

  'containers-unknown': { check: 'containers', says: 'docker does not list the containers of the stack', seen: true },
  'containers-removed': { check: 'containers', says: 'all containers of the stack are gone', seen: true },
  'containers-foreign': { check: 'containers', says: 'another compose project has the same name', seen: true },
  'containers-left-over': { check: 'containers', says: 'containers of the stack that no state file knows', seen: true },
  'container-removed': { check: 'containers', says: 'one container of the stack is gone', seen: true },
  'container-unhealthy': { check: 'containers', says: 'it runs and fails its health check', seen: true },
  'container-starting': { check: 'containers', says: 'its health check has not passed yet', seen: true },
  'container-paused': { check: 'containers', says: 'it is paused', seen: true },
  'container-crash-loop': { check: 'containers', says: 'it crashes again and again', seen: true },
  'container-never-started': { check: 'containers', says: 'it was made and never started', seen: true },
  'container-out-of-memory': { check: 'containers', says: 'it took more memory than it may', seen: false },
  'container-killed': { check: 'containers', says: 'it was killed', seen: true },
  'container-stopped': { check: 'containers', says: 'it was stopped', seen: true },
  'container-crashed': { check: 'containers', says: 'it ended with an exit code', seen: true },
  'history-failed': { check: 'containers', says: 'the history was not written', seen: true },

  'network-unknown': { check: 'docker-network', says: 'docker does not tell about the network', seen: true },
  'network-missing': { check: 'docker-network', says: 'the network of the stack is gone', seen: true },
  'network-cut-off': { check: 'docker-network', says: 'a container is not on the network of the stack', seen: true },

  'network-name-missing': {
    check: 'docker-network',
    says: 'a container is on the network, but not by the name of its service',
    seen: false,
  },

  'process-missing': { check: 'processes', says: 'a process of the stack was never started', seen: true },
  'process-gone': { check: 'processes', says: 'a process of the stack has ended', seen: true },
  'process-suspended': { check: 'processes', says: 'a process of the stack is stopped by a signal', seen: true },

  'port-taken': { check: 'ports', says: 'a usual port is taken; start will take the next one', seen: true },
  'port-silent': { check: 'ports', says: 'nobody listens where the stack should', seen: true },
  'port-stolen': { check: 'ports', says: 'another program listens where the stack should', seen: true },

  'url-unreadable': { check: 'server-url', says: 'what was given as a server is no address', seen: true },
  'url-overrides-stack': { check: 'server-url', says: 'a variable sends commands past the stack', seen: true },
  'url-without-scheme': { check: 'server-url', says: 'the address lacks http://', seen: true },

  'server-refused': { check: 'prometheus', says: 'nothing listens at the address', seen: true },
  'server-dns': { check: 'prometheus', says: 'the host name is not known', seen: true },
  'server-tls': { check: 'prometheus', says: 'no secure connection came about', seen: true },
  'server-timeout': { check: 'prometheus', says: 'no answer in time', seen: true },
  'server-reset': { check: 'prometheus', says: 'the connection was closed without an answer', seen: true },
  'server-auth': { check: 'prometheus', says: 'credentials are missing or refused', seen: true },
  'server-not-found': { check: 'prometheus', says: 'there is no Prometheus API at the address', seen: true },
  'server-html': { check: 'prometheus', says: 'a web page answers, such as a login', seen: true },
  'server-not-json': { check: 'prometheus', says: 'something else than the API answers', seen: true },
  'server-truncated': { check: 'prometheus', says: 'the answer breaks off', seen: true },
  'server-too-large': { check: 'prometheus', says: 'the answer is larger than the limit', seen: true },
  'server-redirect': { check: 'prometheus', says: 'the server sends to another server', seen: true },
  'server-moved': { check: 'prometheus', says: 'the same server answers at another address', seen: true },
  'wrong-prefix': { check: 'prometheus', says: 'the API is below another path, which was found', seen: true },
  'tenant-missing': { check: 'prometheus', says: 'the server wants to know the tenant', seen: false },
  'credentials-refused': { check: 'prometheus', says: 'user and password, or the token, are wrong', seen: true },
  'credentials-not-enough': { check: 'prometheus', says: 'the account may not read', seen: true },
  'proxy-credentials': { check: 'prometheus', says: 'the proxy in between wants credentials', seen: true },
  'certificate-unknown': { check: 'prometheus', says: 'an unknown authority signed the certificate', seen: true },
  'certificate-expired': { check: 'prometheus', says: 'the certificate has expired', seen: true },
  'certificate-early': { check: 'prometheus', says: 'the certificate is not valid yet', seen: true },
  'certificate-other-name': { check: 'prometheus', says: 'the certificate is for another name', seen: true },
  'certificate-wanted': { check: 'prometheus', says: 'the server wants a client certificate', seen: true },
  'http-on-https': { check: 'prometheus', says: 'asked by http what wants https', seen: true },
  'https-on-http': { check: 'prometheus', says: 'asked by https what speaks http', seen: true },
  'is-grpc': { check: 'prometheus', says: 'the address is a port for gRPC', seen: true },
  'server-starting': { check: 'prometheus', says: 'Prometheus starts or shuts down', seen: true },
  'server-rate-limited': { check: 'prometheus', says: 'the server gets too many questions', seen: true },
  'server-error': { check: 'prometheus', says: 'the server, or a proxy before it, fails', seen: true },

  'ui-missing': { check: 'ui', says: 'the API answers, its web page does not', seen: true },

  'version-differs': {
    check: 'prometheus-version',
    says: 'the server is Prometheus 2, which judges in places differently',
    seen: true,
    link: MIGRATION,
  },
  'clock-skew': { check: 'clock', says: 'the clocks differ by more than 30 s', seen: true },

  'history-missing': { check: 'scenario', says: 'the past that lessons look at is not there', seen: true },
  'history-expiring': { check: 'scenario', says: 'the past that lessons look at is about to be dropped', seen: true },

  'targets-unreadable': { check: 'targets', says: 'the list of targets cannot be read', seen: true },
  'targets-none': { check: 'targets', says: 'nothing is scraped', seen: true, link: CONFIGURATION },

  'not-scraped-yet': { check: 'samples', says: 'the first scrape is still to come', seen: true },
  'samples-old': { check: 'samples', says: 'what is scraped is not stored', seen: true },
  'page-empty': { check: 'samples', says: 'a target answers without any metric', seen: true },

  'partial-answers': { check: 'answers', says: 'the server answers with a part of the data', seen: false },
  'server-warns': { check: 'answers', says: 'the server warns about a plain question', seen: true },
  'dialect-differs': { check: 'flavour', says: 'the server speaks another dialect of PromQL', seen: false },
  'data-none': { check: 'retention', says: 'the server holds no samples of `up`', seen: true },
  'lookback-differs': { check: 'limits', says: 'samples count for another time than five minutes', seen: true },

  'query-unasked': { check: 'query', says: 'nothing runs that could be asked', seen: true },
  'query-refused': { check: 'query', says: 'the server refuses the query', seen: true },
  'query-not-emitted': {
    check: 'query',
    says: 'the program declares the metric and has not shown a value yet',
    seen: true,
    lesson: 'missing-data',
  },
  'query-outside-data': {
    check: 'query',
    says: 'the metric has data, but not at that time',
    seen: true,
    lesson: 'missing-data',
  },
  'query-empty': { check: 'query', says: 'the query gives nothing; why is told', seen: true, lesson: 'missing-data' },
  'query-advice': { check: 'query', says: 'the query answers, and a known mistake is in it', seen: true },

  'no-traffic': { check: 'traffic', says: 'nobody uses the demo service', seen: true },
} as const satisfies Readonly<Record<string, KindRow>>;

/** All kinds by their names. */
export const ALL_KINDS: ReadonlyMap<string, KindRow> = new Map<string, KindRow>([
  ...Object.entries(OWN_KINDS),
  ...Object.entries(DOCKER_ERRORS).map(([kind, { says, seen }]): [string, KindRow] => [
    `daemon-${kind}`,
    { check: 'docker-daemon', says, seen },
  ]),
  ['daemon-other', { check: 'docker-daemon', says: 'the client cannot talk to the daemon', seen: true }],
  ...Object.entries(SCRAPE_ERRORS).map(([kind, { says, seen }]): [string, KindRow] => [
    `target-${kind}`,
    { check: 'targets', says, seen, lesson: TARGET_LESSON },
  ]),
  ...Object.entries(STRANGERS).map(([kind, { says, seen }]): [string, KindRow] => [
    `is-${kind}`,
    { check: 'prometheus', says: `the address is that of ${says}`, seen },
  ]),
  [
    'target-other',
    { check: 'targets', says: 'the scrape fails for a reason no row knows', seen: true, lesson: TARGET_LESSON },
  ],
]);
