import type { Connection } from './connect.ts';
import type { Context } from './context.ts';
import type { TimeGround } from './time-argument.ts';

/** What typed times mean: checkpoints exist only where the bundled stack is the server asked. */
export function groundOf(
  context: Context,
  { stack, url, origin }: Connection,
): TimeGround & { readonly width: number } {
  const asksStack = stack !== undefined && (origin === 'stack' || url === stack.urls.prometheus);
  return {
    nowMs: context.io.now(),
    timeZone: context.style.timeZone,
    scenario: asksStack ? stack.scenario : undefined,
    width: context.style.width,
  };
}
