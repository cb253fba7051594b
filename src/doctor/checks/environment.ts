import { access, mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import manifest from '../../../package.json' with { type: 'json' };
import type { Check } from '../examine.ts';
import { fail, type Outcome, ok, skip, warn } from '../finding.ts';
import { byHand } from '../fix.ts';
import type { Patient } from '../patient.ts';
import type { World } from '../world.ts';

/** What any command of ours needs from this machine, whatever it asks. */
export const ENVIRONMENT_CHECKS: readonly Check<Patient>[] = [
  {
    id: 'node',
    title: 'Node.js',
    looksAt: 'the version of Node.js',
    needs: [],
    run: async ({ world }) => nodeVersion(world),
  },
  {
    id: 'terminal',
    title: 'Terminal',
    looksAt: 'width, locale and TERM',
    needs: [],
    run: async ({ world }) => terminal(world),
  },
  {
    id: 'proxy',
    title: 'Proxy',
    looksAt: 'HTTP_PROXY, ALL_PROXY, NO_PROXY, in either case',
    needs: [],
    run: async ({ world }) => proxy(world),
  },
];

/** Where progress and the stack are kept. */
export const STATE_FOLDER_CHECKS: readonly Check<Patient>[] = [
  {
    id: 'state-folder',
    title: 'State folder',
    looksAt: 'whether a file can be written there, and the room on its disk',
    needs: [],
    run: ({ world }) => stateFolder(world),
  },
];

/** As package.json has it: ">=20.19". */
const OLDEST_NODE = manifest.engines.node.replace(/^>=/, '');

function nodeVersion({ nodeVersion: version, execPath }: World): Outcome {
  const evidence = [`${execPath} is Node.js ${version}`];
  if (isAtLeast(version, OLDEST_NODE)) return ok(`Node.js ${version} can run prom-tutor.`, { evidence });
  return fail('node-too-old', `Node.js ${version} is too old: prom-tutor needs ${OLDEST_NODE} or newer.`, {
    evidence,
    advice: 'Install a current Node.js, with your version manager (nvm install --lts) or from the link.',
  });
}

function isAtLeast(version: string, oldest: string): boolean {
  const parts = version.split('.').map(Number);
  for (const [index, wanted] of oldest.split('.').map(Number).entries()) {
    const part = parts[index] ?? 0;
    if (part !== wanted) return part > wanted;
  }
  return true;
}

/** Below this many columns tables become blocks. */
const NARROW = 60;

function terminal({ terminal: { isTTY, columns, colour, ascii }, env }: World): Outcome {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || 'no locale';
  const evidence = [
    `${columns} columns, ${colour ? 'colour' : 'no colour'}, drawn with ${ascii ? 'ASCII' : 'Unicode'}; TERM=${env.TERM ?? ''}, ${locale}`,
  ];
  if (!isTTY) return ok('The output goes to a file or a program: everything works, without colour.', { evidence });
  if (columns < NARROW) {
    return warn(
      'terminal-narrow',
      `The terminal has ${columns} columns: below ${NARROW}, tables are shown as blocks.`,
      {
        evidence,
        advice: 'Make the window wider, or the letters smaller.',
      },
    );
  }
  if (ascii && env.TERM !== 'dumb') {
    return warn('terminal-not-utf8', 'The locale is not UTF-8: charts are drawn with ASCII characters.', {
      evidence,
      fix: byHand('export LC_ALL=C.UTF-8'),
    });
  }
  return ok('The terminal shows everything as it should be.', { evidence });
}

/** The history, Prometheus' data and the logs of a day take less than this. */
const ENOUGH_BYTES = 500e6;
const TOO_FEW_BYTES = 50e6;

async function stateFolder(world: World): Promise<Outcome> {
  const { stateDir } = world;
  const home = world.env.HOME === undefined && world.platform !== 'win32' ? ['HOME is not set'] : [];
  const existing = await nearestExisting(stateDir);
  try {
    await writeHere(existing);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const full = /ENOSPC|EDQUOT/.test(reason);
    return fail(
      full ? 'disk-full' : 'state-folder-unwritable',
      full
        ? 'The disk is full: progress and the stack cannot be kept.'
        : 'The state folder cannot be written to: progress and the stack cannot be kept.',
      {
        evidence: [stateDir, reason, ...home],
        ...(full
          ? { advice: 'Free some space on that disk.' }
          : {
              fix: byHand('export XDG_STATE_HOME="$(mktemp -d)"'),
              advice: `Better: make ${stateDir} writable for you.`,
            }),
      },
    );
  }
  const free = await statfs(existing).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => Number.POSITIVE_INFINITY,
  );
  const evidence = [
    `${stateDir}${existing === stateDir ? '' : ' (made when first needed)'}, ${Number.isFinite(free) ? `${Math.floor(free / 1e6)} MB free` : 'free space unknown'}`,
    ...home,
  ];
  if (free < TOO_FEW_BYTES)
    return fail('disk-nearly-full', 'The disk is nearly full: the stack has no room for its data.', {
      evidence,
      advice: 'Free some space on that disk.',
    });
  if (free < ENOUGH_BYTES)
    return warn('disk-low', 'Little room is left for the data of the stack.', {
      evidence,
      advice: 'Free some space on that disk.',
    });
  return ok('Progress and the stack can be kept.', { evidence });
}

/** Really writes: permissions alone do not tell of a full disk, a quota, a read-only mount or a place such as /proc. */
async function writeHere(folder: string): Promise<void> {
  const probe = await mkdtemp(join(folder, '.doctor-'));
  try {
    await writeFile(join(probe, 'probe'), 'x'.repeat(4096));
  } finally {
    await rm(probe, { recursive: true, force: true });
  }
}

async function nearestExisting(path: string): Promise<string> {
  for (let folder = path; ; folder = dirname(folder)) {
    const found = await access(folder).then(
      () => true,
      (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
    );
    if (found || folder === dirname(folder)) return folder;
  }
}

/** The ones programs look at, in either case. */
const PROXY_VARIABLES = ['http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY'] as const;

const LOOPBACK = ['localhost', '127.0.0.1'] as const;

/** prom-tutor goes to loopback directly; curl, Python and others ask the proxy unless NO_PROXY says otherwise. */
function proxy({ env }: World): Outcome {
  const set = PROXY_VARIABLES.find((name) => (env[name] ?? '') !== '');
  if (set === undefined) return skip('No proxy is configured.');
  const noProxy = env.no_proxy ?? env.NO_PROXY ?? '';
  const entries = noProxy.split(/[,\s]+/).filter((entry) => entry !== '');
  const missing = LOOPBACK.filter((host) => !entries.includes(host) && !entries.includes('*'));
  const evidence = [`${set}=${withoutCredentials(env[set] ?? '')}`, `NO_PROXY=${noProxy}`];
  if (missing.length === 0)
    return ok('A proxy is configured, and this machine itself is left out of it.', { evidence });
  return warn(
    'proxy-takes-localhost',
    `Programs such as curl would ask the proxy for http://localhost:9090: NO_PROXY does not name ${missing.join(' and ')}.`,
    {
      evidence: [...evidence, 'prom-tutor itself reaches this machine without the proxy'],
      fix: byHand(
        `export NO_PROXY=${[...entries, ...missing].join(',')} no_proxy=${[...entries, ...missing].join(',')}`,
      ),
    },
  );
}

function withoutCredentials(url: string): string {
  return url.replace(/\/\/[^@/]*@/, '//');
}
