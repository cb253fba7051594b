import type { Connection } from './connect.ts';
import type { Context } from './context.ts';
import type { Surroundings } from './query-plan.ts';

/** What typed times mean: checkpoints exist only where the bundled stack is the server asked. */
export function groundOf(context: Context, { stack, url, origin, nowMs, scenario }: Connection): Surroundings {
  const asksStack = stack !== undefined && (origin === 'stack' || url === stack.urls.prometheus);
  return {
    nowMs: nowMs ?? context.io.now(),
    settled: nowMs !== undefined,
    timeZone: context.style.timeZone,
    scenario: asksStack ? stack.scenario : scenario,
    width: context.style.width,
    rangeMs: context.config.settings.range,
  };
}
