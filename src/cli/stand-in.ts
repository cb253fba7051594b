import { METRICS } from '../app/schema.ts';
import { SCRAPE_INTERVAL_MS, type Scenario } from '../model/scenario.ts';
import { embeddedSource } from '../source/embedded.ts';
import type { Connection } from './connect.ts';
import type { Context } from './context.ts';
import { sayNote } from './say-note.ts';

/** What `start` writes when nobody says otherwise. */
const SEED = 1;
const HISTORY_MS = 6 * 3_600_000;

/**
 * The past of the demo service in this process, for commands without a running stack: the same history that `start`
 * would write now, without servers and ports. Says on stderr that it is this that answers; `why` is a clause.
 */
export async function inProcess(
  context: Context,
  why: string,
  seed = SEED,
): Promise<Connection & { readonly scenario: Scenario }> {
  const t0Ms = Math.floor(context.io.now() / SCRAPE_INTERVAL_MS) * SCRAPE_INTERVAL_MS;
  const scenario: Scenario = { t0Ms, seed, historyMs: HISTORY_MS };
  const [{ storageWithPast }, { readStackRules, restingGroups, stackRulesFile }, { ruleGroupsOf }] = await Promise.all([
    import('../backends/embedded-stack.ts'),
    import('../backends/stack-rules.ts'),
    import('../backends/embedded-facts.ts'),
  ]);
  const rules = await readStackRules(stackRulesFile());
  const source = embeddedSource({
    storage: await storageWithPast(scenario, rules),
    name: IN_PROCESS,
    now: () => t0Ms,
    engine: { subqueryStepMs: SCRAPE_INTERVAL_MS },
    rules: () => ruleGroupsOf(restingGroups(rules, SCRAPE_INTERVAL_MS)),
    metadata: () => DESCRIBED,
  });
  const said = `${why}; the recorded history of the demo service answers, inside prom-tutor. For live data: prom-tutor start`;
  sayNote(context, said);
  return { source, url: IN_PROCESS, origin: 'in-process', stack: undefined, scenario, nowMs: t0Ms };
}

/** What the service says of its metrics. */
const DESCRIBED = new Map(Object.values(METRICS).map(({ name, type, help }) => [name, [{ type, help, unit: '' }]]));

const IN_PROCESS = 'the embedded Prometheus';
