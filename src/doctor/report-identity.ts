/** What must not leave this machine in a report: words that name somebody, or open something. */
export type Identity = {
  /** Values that open something. */
  readonly secrets: readonly string[];
  readonly users: readonly string[];
  /** Home folders, as the system writes them. */
  readonly homes: readonly string[];
  readonly hosts: readonly string[];
};

/** What the system tells about the machine and who uses it. */
export type Owner = {
  readonly homeDir: string;
  readonly user: string | undefined;
  readonly hostname: string;
};

type Env = Readonly<Record<string, string | undefined>>;

/** Reads them from the environment and what else is known; `more` are secrets from elsewhere, such as the stack's token. */
export function identityOf(env: Env, owner: Owner, more: readonly string[] = []): Identity {
  const set = Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  const named = (names: RegExp) => set.filter(([name]) => names.test(name)).map(([, value]) => value);
  const homes = [owner.homeDir, ...named(/^(HOME|USERPROFILE)$/i)].filter(
    (path) => path.length > 1 && path !== '/root',
  );
  const addresses = set.flatMap(([, value]) => addressesIn(value));
  return {
    secrets: [
      ...more,
      ...set.filter(([name]) => SECRET.test(name) && !NO_SECRET.test(name)).map(([, value]) => value),
      ...addresses.flatMap(({ credentials }) => credentials),
    ].filter((value) => value.length > 3 && !PLAIN.test(value)),
    users: [owner.user ?? '', ...named(USER), ...homes.map((path) => path.split(/[/\\]/).at(-1) ?? '')].filter(
      (name) => name.length > 1 && !COMMON_USERS.includes(name.toLowerCase()),
    ),
    homes,
    hosts: [owner.hostname, ...named(HOST), ...named(/^no_proxy$/i).flatMap((list) => list.split(/[,\s]+/))]
      .concat(addresses.map(({ host }) => host))
      .flatMap((host) => [host, ...shortName(host)])
      .map((host) => host.replace(/^[.\\]+|:\d+$/g, ''))
      .filter((host) => /[a-z]/i.test(host) && host.length > 1 && !KNOWN_HOSTS.has(host.toLowerCase())),
  };
}

const SECRET =
  /TOKEN|SECRET|PASS|PWD$|CREDENTIAL|API_?KEY|ACCESS_?KEY|PRIVATE|AUTH|COOKIE|SESSION|ORG_?ID|TENANT|DSN|SIGNATURE/i;
/** Such as the type of a desktop's session, or the present folder. */
const NO_SECRET = /^(XDG_SESSION|DESKTOP_SESSION|GDMSESSION|SSH_AUTH_SOCK|(OLD)?PWD$)/i;
const PLAIN = /^(true|false|none|auto|default|localhost|anonymous)$/i;
const USER = /^(USER|LOGNAME|USERNAME|SUDO_USER|PROMETHEUS_USERNAME|EMAIL|GIT_(AUTHOR|COMMITTER)_(NAME|EMAIL))$/i;
const HOST = /^(HOST|HOSTNAME|COMPUTERNAME|USERDOMAIN|USERDNSDOMAIN|LOGONSERVER|NAME|WSL_DISTRO_NAME)$/i;

/** Accounts that say nothing of anybody. */
const COMMON_USERS = ['root', 'nobody', 'node', 'user', 'home', 'users'];

/** Names of hosts that everybody's report has: this machine, parts of the stack, and where our links lead. */
export const KNOWN_HOSTS: ReadonlySet<string> = new Set([
  'localhost',
  'sse-app',
  'sse-app-2',
  'prometheus',
  'sse-prometheus',
  'load',
  'grafana',
  'host.docker.internal',
  'docs.docker.com',
  'prometheus.io',
  'nodejs.org',
  'grafana.com',
  'docker.io',
  'registry-1.docker.io',
  'registry.npmjs.org',
]);

/** The first part of a longer name, which people use alone; not one that every other machine has as well. */
function shortName(host: string): readonly string[] {
  const [first = '', ...rest] = host.split('.');
  return rest.length === 0 || /^(prom|www|api|metrics|monitoring|docker|node|app|db|web)$/i.test(first) ? [] : [first];
}

type Address = { readonly host: string; readonly credentials: readonly string[] };

/** Every address in the value of a variable, with or without a scheme. */
function addressesIn(value: string): readonly Address[] {
  const found = [...value.matchAll(/(?:[a-z][\w+.-]*:)?\/\/([^\s/?#,;"']+)/gi)].map(([, authority = '']) => authority);
  const bare = /^([\w.-]+):\d{2,5}(?:\/\S*)?$/.exec(value)?.[1];
  const whole = /\/\/([^\s"']*)@/.exec(value)?.[1];
  return [...found, ...(bare === undefined ? [] : [bare])].map((authority) => {
    const at = authority.lastIndexOf('@');
    const credentials = whole ?? (at < 0 ? '' : authority.slice(0, at));
    const [user = '', ...password] = credentials.split(':');
    return {
      host: authority.slice(at + 1).replace(/:\d+$/, ''),
      credentials: [credentials, user, password.join(':'), decoded(password.join(':'))].filter((text) => text !== ''),
    };
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
