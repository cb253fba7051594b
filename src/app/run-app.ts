import { EXIT, UsageError, UserError } from '../model/errors.ts';
import type { AppWorld } from './app.ts';
import { type Env, historySettings, loadSettings, serveSettings } from './settings.ts';
import type { AddToPast } from './write-history.ts';

/** The outside world of the app's own command line. */
export type RunWorld = AppWorld & {
  readonly env: Env;
  error(line: string): void;
  /** What the rules of a file record over a written past; the rules are not the service's own business. */
  readonly addRules: (file: string) => Promise<AddToPast>;
  /** Aborted when the process is asked to end. */
  readonly signal: AbortSignal;
};

/** `app.mjs serve|load|history`: runs until done or asked to end, and gives the exit code. */
export async function runApp(argv: readonly string[], world: RunWorld): Promise<number> {
  try {
    const [command, ...rest] = argv;
    const run =
      command !== undefined && Object.hasOwn(COMMANDS, command) ? COMMANDS[command as CommandName] : undefined;
    if (run === undefined || rest.length > 0)
      throw new UsageError(`say what to do: ${Object.keys(COMMANDS).join(', ')}`, {
        hint: 'Everything else is set in the environment, see the head of stack/compose.yaml.',
      });
    await run(world);
    return EXIT.ok;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    world.error(`error: ${error.message}`);
    if (error.hint !== undefined) world.error(error.hint);
    return error.exitCode;
  }
}

type CommandName = 'serve' | 'load' | 'history';

/** Each command loads only what it needs: writing the past should not wait for an HTTP client. */
const COMMANDS: { readonly [K in CommandName]: (world: RunWorld) => Promise<void> } = {
  async serve(world) {
    const { scenarioDir, ...settings } = serveSettings(world.env);
    const [{ startInstance }, { claimScenario }] = await Promise.all([
      import('./instance.ts'),
      import('./scenario-claim.ts'),
    ]);
    const claim = await claimScenario(scenarioDir, settings.instance);
    const scenario = claim.kind === 'continue' ? { scenario: claim.scenario } : {};
    const app = await startInstance({ ...settings, ...scenario }, world);
    world.log(`listening on ${app.url}`);
    world.log(
      claim.kind === 'continue'
        ? 'the counters go on from the written past'
        : `the counters start at 0: ${claim.reason}`,
    );
    await asked(world.signal);
    await app.close();
  },

  async load(world) {
    const settings = loadSettings(world.env);
    const { startLoad } = await import('./load.ts');
    const load = startLoad(settings, world);
    world.log(
      `sending about ${settings.rate} requests a second to ${settings.targets.map(({ url }) => url).join(', ')}`,
    );
    await asked(world.signal);
    await load.stop();
  },

  async history(world) {
    const { dir, scenario, rules } = historySettings(world.env, world.now());
    const { writeHistory } = await import('./write-history.ts');
    const add = rules === undefined ? undefined : await world.addRules(rules);
    const { written, scenario: there } = await writeHistory(dir, scenario, add);
    const what = `${dir}: ${there.historyMs / 3_600_000} h up to ${new Date(there.t0Ms).toISOString()}, seed ${there.seed}`;
    world.log(written ? `history written to ${what}` : `there is a history already, nothing to do: ${what}`);
  },
};

function asked(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
