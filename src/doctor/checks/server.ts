import { stackExpired } from '../../backends/lasting.ts';
import { spanText } from '../../backends/span.ts';
import type { UnavailableError } from '../../model/errors.ts';
import { checkpointMs } from '../../model/scenario.ts';
import { parseServerUrl } from '../../source/http-url.ts';
import type { Check } from '../examine.ts';
import { fail, type Outcome, ok, skip, warn } from '../finding.ts';
import { bringBack, byHand, changeSettings, type Fix, renewStack } from '../fix.ts';
import { flavourOf } from '../flavour.ts';
import type { Patient } from '../patient.ts';
import type { Reach, ServerChoice } from '../server.ts';
import { failureKind } from '../server-failure.ts';
import { speaksHttp2, strangerAt } from '../strangers.ts';
import { isoTime, sentenceOf } from '../words.ts';
import type { EnvServer } from '../world.ts';

/** The Prometheus that is asked: its address, whether it answers, and whether it is what it should be. */
export const SERVER_CHECKS: readonly Check<Patient>[] = [
  {
    id: 'server-url',
    title: 'Server address',
    looksAt: '`--server` and the variables that name a server',
    needs: [],
    run: address,
  },
  {
    id: 'prometheus',
    title: 'Prometheus',
    looksAt: 'whether the API answers: build information, then a query',
    needs: ['server-url'],
    run: reachable,
  },
  {
    id: 'ui',
    title: 'Web page',
    looksAt: 'the page that a browser gets at the address',
    needs: ['prometheus'],
    run: ui,
  },
  {
    id: 'prometheus-version',
    title: 'Prometheus version',
    looksAt: 'the version the server tells',
    needs: ['prometheus'],
    run: version,
  },
  {
    id: 'clock',
    title: 'Clock',
    looksAt: '`time()` of the server against the clock here',
    needs: ['prometheus'],
    run: clock,
  },
];

/** The written past that lessons are judged on. */
export const SCENARIO_CHECKS: readonly Check<Patient>[] = [
  {
    id: 'scenario',
    title: 'Written history',
    looksAt: '`count(up)` at a moment of the history that lessons use',
    needs: ['prometheus', 'containers/history', 'containers/backfill'],
    run: scenario,
  },
];

async function address({ world, server }: Patient): Promise<Outcome> {
  const choice = await server.choice();
  const named = world.server === undefined ? world.envServer : undefined;
  const typed = world.server ?? named?.url;
  if (typed === undefined) return skip('No server was named: the stack is asked.');
  const origin = named === undefined ? '--server' : named.variable;
  const evidence = [`${origin} is ${withoutCredentials(typed)}`];
  let base: string;
  try {
    base = parseServerUrl(typed).base;
  } catch (error) {
    return fail('url-unreadable', 'The address of the server cannot be understood.', {
      evidence: [...evidence, error instanceof Error ? error.message : String(error)],
      advice: 'Write it like http://localhost:9090 or https://example.com/prometheus.',
      ...(named === undefined ? {} : { fix: unsetting(named) }),
    });
  }
  if (choice.from === 'stack' && named !== undefined && base !== choice.url) {
    return warn('url-overrides-stack', `${named.variable} sends query and explore to ${base} instead of the stack.`, {
      evidence: [...evidence, `the stack is at ${choice.url}`],
      fix: unsetting(named),
    });
  }
  if (!/^https?:\/\//i.test(typed.trim())) {
    return warn(
      'url-without-scheme',
      'The address has no http:// in front: prom-tutor adds it, but other programs refuse it.',
      {
        evidence: [...evidence, `asked as ${base}`],
        ...(named === undefined ? { advice: `Write ${base} instead.` } : { fix: setting(named, base) }),
      },
    );
  }
  return ok('The address of the server is complete.', { evidence });
}

async function reachable(patient: Patient): Promise<Outcome> {
  const choice = await patient.server.choice();
  if (choice.from === 'stack' && (await patient.startPhase()) === 'under-way') return skip('A start is under way.');
  const reach = await patient.server.reach();
  switch (reach.kind) {
    case 'nothing':
      return skip('No stack is running, and no server was named.', {
        evidence: [`nothing answers at ${choice.url} either`],
      });
    case 'answers':
      return ok(`Prometheus answers at ${choice.url}.`, { evidence: [fromText(choice)] });
    case 'starting':
      return warn('server-starting', sentenceOf(reach.error.message), {
        evidence: [fromText(choice)],
        advice: reach.error.hint === undefined ? undefined : `${reach.error.hint}.`,
      });
    case 'failed':
      return (
        (await strange(patient, choice, reach.error)) ??
        fail(failureKind(reach.error), sentenceOf(reach.error.message), {
          evidence: [fromText(choice)],
          ...remedy(choice, reach.error, patient.world.envServer),
          ...(choice.from === 'stack' ? { explainedBy: stackCauses(choice.url) } : {}),
        })
      );
  }
}

/** Failures behind which something else than Prometheus may sit. */
const STRANGE: ReadonlySet<UnavailableError['kind']> = new Set([
  'not-found',
  'html',
  'not-json',
  'server-error',
  'reset',
]);

/** What answers there instead of Prometheus, where it can be recognised and the right address is not known. */
async function strange(
  { server }: Patient,
  choice: ServerChoice,
  { kind, message, betterUrl }: UnavailableError,
): Promise<Outcome | undefined> {
  if (choice.from === 'stack' || betterUrl !== undefined || !STRANGE.has(kind)) return undefined;
  const { base } = parseServerUrl(choice.url);
  const found = await strangerAt(base, server.page);
  if (found !== undefined) {
    const { sentence, evidence, advice } = found;
    return fail(`is-${found.kind}`, sentence, { evidence: [evidence, message, fromText(choice)], advice });
  }
  if (!(await speaksHttp2(base))) return undefined;
  return fail(
    'is-grpc',
    `${base} speaks HTTP/2 only, as ports for gRPC do; the API of Prometheus is on another port.`,
    {
      evidence: [message, fromText(choice)],
      advice: 'Thanos: 10902 instead of 10901. Mimir and Cortex: 8080 (or 80) instead of 9095.',
    },
  );
}

/** What keeps the Prometheus of our own stack from answering; most particular first. */
function stackCauses(url: string): readonly string[] {
  return [
    `ports/${new URL(url).port}`,
    'localhost',
    'place',
    'docker-client',
    'docker-daemon',
    'state-file',
    'containers',
    'containers/prometheus',
    'docker-network/prometheus',
    'processes',
    'processes/prometheus',
  ];
}

const SILENT =
  'It takes connections and says nothing: it may be paused, overloaded, or no web server. To wait longer: --timeout 30s';

/** Our own stack is started again; for another server the hint of the failure is the best there is. */
function remedy(
  choice: ServerChoice,
  { kind, message, hint }: UnavailableError,
  named: EnvServer | undefined,
): Pick<Outcome, 'fix' | 'advice'> {
  if (choice.from === 'stack') return { fix: bringBack };
  const better = /^(?:Prometheus answers at|Ask (?:with https|without)).*-s (https?:\S+)$/.exec(hint ?? '')?.[1];
  if (better !== undefined) {
    const fix =
      named?.commands !== undefined && choice.from === 'environment'
        ? setting(named, better)
        : byHand(`prom-tutor doctor --server ${better}`);
    return { fix, advice: `Use ${better} as the address.` };
  }
  // The question was as small as one can be: asking for less is no way out.
  const silent = kind === 'timeout' && /did not answer|began to answer/.test(message);
  const advice = silent ? SILENT : hint === undefined ? undefined : sentenceOf(hint);
  const nobodyThere = kind === 'refused' || kind === 'dns';
  return named !== undefined && choice.from === 'environment' && nobodyThere
    ? { fix: unsetting(named), advice }
    : { advice };
}

/** The settings file is ours to change when the person agrees; a variable belongs to their shell. */
function unsetting({ variable, commands }: EnvServer): Fix {
  return commands === undefined ? byHand(`unset ${variable}`) : changeSettings(commands.unset);
}

function setting({ variable, commands }: EnvServer, url: string): Fix {
  return commands === undefined ? byHand(`export ${variable}=${url}`) : changeSettings(commands.set(url));
}

function fromText({ url, from }: ServerChoice): string {
  const reasons = {
    option: 'named by --server',
    stack: 'the stack',
    environment: 'named by the environment or the settings file',
    default: 'the usual address',
  } satisfies { readonly [K in ServerChoice['from']]: string };
  return `${withoutCredentials(url)} (${reasons[from]})`;
}

/** What a person sees who opens the address; other servers than Prometheus need not have a page. */
async function ui({ world, server }: Patient): Promise<Outcome> {
  const reach = await server.reach();
  if (reach.kind !== 'answers') return notAnswering(reach);
  const [choice, page] = await Promise.all([server.choice(), server.page('/')]);
  const url = withoutCredentials(choice.url);
  if (page?.status === 200 && /<html/i.test(page.text)) {
    return ok(`The web page is at ${url}.`, {
      evidence: [/<title>([^<]{1,80})/i.exec(page.text)?.[1]?.trim() ?? 'an HTML page'],
      ...(world.env.SSH_CONNECTION
        ? { advice: 'Over SSH your browser needs a tunnel: ssh -L 9090:localhost:9090 …' }
        : {}),
    });
  }
  const found = page === undefined ? 'nothing usable came' : `status ${page.status}`;
  if (choice.from === 'option' || choice.from === 'environment')
    return skip(`There is no web page at ${url} (${found}).`);
  return warn('ui-missing', `The API answers at ${url}, its web page does not.`, {
    evidence: [`GET ${url}/: ${found}`],
    advice: 'Lessons and commands work without it.',
  });
}

/** Prometheus 2 judges windows, labels of buckets and much else differently, and gives no hints of its own. */
async function version({ server }: Patient): Promise<Outcome> {
  const reach = await server.reach();
  if (reach.kind !== 'answers') return notAnswering(reach);
  if (reach.version === '') return skip('The server does not tell its version: it may not be Prometheus itself.');
  const major = Number.parseInt(reach.version, 10);
  if (major >= 3) return ok(`The server is version ${reach.version}.`);
  const found = await flavourOf(parseServerUrl((await server.choice()).url).base, server.page);
  if (found?.version === '') {
    return skip(`${found.name} tells the version of a Prometheus (${reach.version}), not its own.`);
  }
  return warn(
    'version-differs',
    `The server is version ${reach.version}; prom-tutor explains Prometheus 3, which differs in places.`,
    {
      evidence: [
        'left-open windows, le="1.0" instead of le="1", warnings and hints of the server: only since version 3',
      ],
    },
  );
}

/** Beyond this, windows that end "now" visibly miss samples. */
const SKEW_MS = 30_000;

async function clock({ world, server }: Patient): Promise<Outcome> {
  const reach = await server.reach();
  if (reach.kind !== 'answers') return notAnswering(reach);
  const clocks = await server.clocks();
  if (clocks === undefined) return skip('The server does not tell its time.');
  const skewMs = clocks.serverMs - clocks.localMs;
  const evidence = [`Prometheus: ${isoTime(clocks.serverMs)}, this machine: ${isoTime(clocks.localMs)}`];
  if (Math.abs(skewMs) <= SKEW_MS) return ok('The clocks of Prometheus and of this machine agree.', { evidence });
  const how = skewMs > 0 ? 'ahead of' : 'behind';
  return warn(
    'clock-skew',
    `The clock of Prometheus is ${spanText(Math.abs(skewMs))} ${how} the one of this machine.`,
    {
      evidence: [...evidence, 'queries over the last minutes then show too little, or nothing'],
      ...clockRemedy(world.platform),
    },
  );
}

/** Which of the two is wrong cannot be seen from here; virtual machines that slept are the usual case. */
function clockRemedy(platform: NodeJS.Platform): Pick<Outcome, 'fix' | 'advice'> {
  if (platform === 'linux')
    return { fix: byHand('sudo timedatectl set-ntp true'), advice: 'On the machine whose clock is wrong.' };
  return {
    advice: 'Restart Docker Desktop (or WSL: wsl --shutdown): its virtual machine loses time when the computer sleeps.',
  };
}

async function scenario(patient: Patient): Promise<Outcome> {
  const state = await patient.state();
  if (state === undefined) return skip('No stack has been started.');
  const reach = await patient.server.reach();
  if (reach.kind !== 'answers') return notAnswering(reach);
  const age = patient.world.now() - state.scenario.t0Ms;
  const moment = checkpointMs(state.scenario, 'warm');
  const rows = await patient.server.vector('count(up)', moment);
  const evidence = [`written until ${isoTime(state.scenario.t0Ms)}, ${spanText(age)} ago`];
  const fresh = { fix: renewStack };
  if (rows === undefined || rows.length === 0) {
    return fail('history-missing', 'The history that lessons look at is not in Prometheus.', {
      evidence: [...evidence, `count(up) is empty at ${isoTime(moment)}`],
      ...fresh,
    });
  }
  if (stackExpired(state, patient.world.now())) {
    return warn('history-expiring', 'Prometheus is about to drop the history that lessons look at: it keeps 30 days.', {
      evidence,
      ...fresh,
    });
  }
  return ok('The history that lessons look at is there.', {
    evidence: [...evidence, `count(up) is ${rows[0]?.value} at ${isoTime(moment)}`],
  });
}

/** What a check about the server says when there is none to ask; a server that fails explains it. */
export function notAnswering(reach: Reach): Outcome {
  const sentence = 'No server answers that could be asked.';
  return reach.kind === 'failed' ? fail(failureKind(reach.error), sentence) : skip(sentence);
}

function withoutCredentials(url: string): string {
  return url.replace(/\/\/[^@/]*@/, '//');
}
