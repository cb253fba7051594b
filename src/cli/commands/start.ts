import { historyLength } from '../../app/settings.ts';
import { BACKEND_TITLES } from '../../backends/choose.ts';
import { keepsScraped } from '../../backends/lasting.ts';
import { targetsFresh } from '../../backends/ready.ts';
import { spanText } from '../../backends/span.ts';
import { type StartOutcome, startStack } from '../../backends/start-stack.ts';
import type { World } from '../../backends/world.ts';
import { EXIT, Interrupted, UsageError } from '../../model/errors.ts';
import { prose } from '../../render/prose.ts';
import { safe, safeJson } from '../../render/safe.ts';
import { httpSource } from '../../source/http.ts';
import type { Source, Target } from '../../source/source.ts';
import { backendWorld } from '../backend-world.ts';
import type { Context } from '../context.ts';
import { tellOwnName } from '../own-name.ts';
import { promptFor } from '../player-start.ts';
import type { OptionsOf } from '../spec.ts';
import type { startSpec } from '../specs/start.ts';
import { type StartProgress, startProgress } from '../start-progress.ts';
import { renderTaste, takeTaste } from '../taste.ts';

type Options = OptionsOf<typeof startSpec>;

const DEFAULT_HISTORY = '6h';

/** Starts the stack, or finds the one that runs, and ends with a taste of its data. */
export async function runStart(context: Context, _args: readonly string[], options: Options): Promise<number> {
  const { io } = context;
  refuseEqualPorts(options);
  const world = backendWorld(io);
  const beganMs = io.now();
  const progress = startProgress(context);
  const notes: string[] = [];
  const report: StartProgress['report'] = (event) => {
    if (event.kind === 'note') notes.push(event.text);
    progress.report(event);
  };
  try {
    const outcome = await startStack(world, {
      backend: options.backend ?? 'auto',
      historyMs: historyLength(options.history ?? DEFAULT_HISTORY),
      seed: options.seed ?? 1,
      grafana: options.grafana === true,
      ...(options.port === undefined ? {} : { port: options.port }),
      ...(options.appPort === undefined ? {} : { appPort: options.appPort }),
      ...(options.grafanaPort === undefined ? {} : { grafanaPort: options.grafanaPort }),
      signal: io.signal,
      report,
      beginAnew: (scenario) => beginAnew(context, progress, io.now() - scenario.t0Ms),
    });
    for (const text of [...differences(outcome, options), ...gapNote(outcome)]) report({ kind: 'note', text });
    const source = httpSource({ url: outcome.state.urls.prometheus });
    try {
      const targets =
        options.wait === true ? await waitForTargets(world, source, beganMs, io.signal, report) : undefined;
      progress.clear();
      if (context.json) context.out(safeJson(jsonDocument(outcome, notes, targets), safeText, 2));
      else await showTaste(context, source, outcome, targets);
    } finally {
      await source.close();
    }
    return EXIT.ok;
  } finally {
    progress.clear();
  }
}

/** Before anything is looked at: with a running stack the ports would not even be tried. */
function refuseEqualPorts({ port, appPort, grafanaPort }: Options): void {
  const named: readonly (readonly [what: string, port: number | undefined])[] = [
    ['--port', port],
    ['--app-port', appPort],
    ['the second instance (--app-port and 1)', appPort === undefined ? undefined : appPort + 1],
    ['--grafana-port', grafanaPort],
  ];
  for (const [index, [what, number]] of named.entries()) {
    const other = named.slice(0, index).find(([, earlier]) => earlier !== undefined && earlier === number);
    if (other === undefined) continue;
    throw new UsageError(`${other[0]} and ${what} are the same port, ${number}`, {
      hint: 'Each needs a port of its own; leave one away to let prom-tutor choose it.',
    });
  }
}

/** Every instance, and Prometheus itself. */
const TARGET_COUNT = 3;

/** A target is scraped every 15 s; twice that and the time a slow machine needs. */
const TARGETS_MS = 45_000;

async function waitForTargets(
  world: World,
  source: Source,
  sinceMs: number,
  signal: AbortSignal,
  report: StartProgress['report'],
): Promise<readonly Target[]> {
  report({ kind: 'step', id: 'targets', text: 'waiting for the first scrapes' });
  const onNews = (text: string) => report({ kind: 'step', id: 'targets', text });
  const targets = await targetsFresh(world, source, sinceMs, TARGET_COUNT, { signal, timeoutMs: TARGETS_MS, onNews });
  report({ kind: 'done', id: 'targets', text: `all ${targets.length} targets are up and scraped` });
  return targets;
}

async function showTaste(
  context: Context,
  source: Source,
  outcome: StartOutcome,
  targets: readonly Target[] | undefined,
): Promise<void> {
  const { kind, state } = outcome;
  const { io } = context;
  const verb = { found: 'runs already', adopted: 'was found running', repaired: 'runs again', started: 'runs' }[kind];
  const lines = [
    `The stack ${verb}, with ${BACKEND_TITLES[state.backend]}.`,
    `Prometheus: ${state.urls.prometheus}`,
    ...(state.urls.grafana === undefined ? [] : [`Grafana: ${state.urls.grafana}`]),
    ...(targets !== undefined || kind === 'found' ? [] : ['First scrape within 15 s.']),
  ];
  for (const line of [...lines, '']) context.note(line);
  const taste = await takeTaste(source, io.now(), io.signal);
  context.out(renderTaste(taste, context, outcome));
  tellOwnName(context);
}

/** Options that say something else than the stack that was found. */
function differences({ kind, state }: StartOutcome, options: Options): readonly string[] {
  if (kind === 'started') return [];
  const asked = [
    ['--port', options.port, Number(new URL(state.urls.prometheus).port)],
    ['--app-port', options.appPort, Number(new URL(state.urls.apps[0] ?? '').port)],
    ['--seed', options.seed, state.scenario.seed],
    ['--history', options.history && historyLength(options.history), state.scenario.historyMs],
  ] as const;
  const ignored = asked.filter(([, wanted, is]) => wanted !== undefined && wanted !== is).map(([option]) => option);
  if (ignored.length === 0) return [];
  return [
    `The stack runs already, so ${ignored.join(', ')} changes nothing. To begin anew: prom-tutor stop && prom-tutor start`,
  ];
}

function gapNote({ gap, state }: StartOutcome): readonly string[] {
  if (gap === undefined) return [];
  const length = spanText(gap.toMs - gap.fromMs);
  if (!keepsScraped(state.backend)) {
    return [
      `Going on with the kept scenario: the history is the same. What had been scraped since was in memory only and is gone: there is a gap of ${length}.`,
    ];
  }
  return [
    `Going on with the kept data. Nothing was recorded while the stack was stopped: there is a gap of ${length}.`,
  ];
}

/** Asks where somebody can answer; elsewhere goes on with what there is and names the way to begin anew. */
async function beginAnew(context: Context, progress: StartProgress, ageMs: number): Promise<boolean> {
  const told = `The history that the lessons look at is ${spanText(ageMs)} old; Prometheus drops data after 30 days.`;
  progress.clear();
  if (!context.interactive) {
    context.note(prose(`${told} To begin anew: \`prom-tutor stop\`, then \`prom-tutor start\`.`, context.errStyle));
    return false;
  }
  context.out(prose(told, context.style));
  const answer = await promptFor(context).ask({ label: 'Write a new history? Enter for yes, n for no: ' });
  if (answer.kind === 'interrupt') throw new Interrupted();
  return answer.kind === 'line' && !/^n/i.test(answer.text.trim());
}

function jsonDocument(
  { kind, state, gap }: StartOutcome,
  notes: readonly string[],
  targets: readonly Target[] | undefined,
) {
  const { backend, id, urls, scenario } = state;
  return {
    result: kind,
    backend,
    id,
    urls,
    scenario: { ...scenario, t0: new Date(scenario.t0Ms).toISOString() },
    ...(gap === undefined ? {} : { gap }),
    ...(targets === undefined
      ? {}
      : { targets: targets.map(({ labels, health, lastScrapeMs }) => ({ labels, health, lastScrapeMs })) }),
    notes,
  };
}

function safeText(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? safe(value) : value;
}
