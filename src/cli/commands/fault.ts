import { faultControl } from '../../backends/fault-control.ts';
import { orderOf } from '../../backends/fault-order.ts';
import { faultsOff } from '../../backends/fault-status.ts';
import { URL_VARIABLES } from '../../client/server-url.ts';
import { EXIT, UsageError } from '../../model/errors.ts';
import type { FaultNews } from '../../model/fault.ts';
import { renderFaults, renderNews } from '../../render/faults.ts';
import { prose } from '../../render/prose.ts';
import { safe, safeJson } from '../../render/safe.ts';
import { backendWorld } from '../backend-world.ts';
import type { Context } from '../context.ts';
import { sayNote } from '../say-note.ts';
import type { OptionsOf } from '../spec.ts';
import type { faultSpec } from '../specs/fault.ts';
import { stackOf } from '../stack-of.ts';

type Options = OptionsOf<typeof faultSpec>;

/** Sets a fault of the bundled stack, lists them all, or ends them. */
export async function runFault(context: Context, args: readonly string[], options: Options): Promise<number> {
  const { io } = context;
  const name = args[0] ?? 'list';
  const { server, ...words } = options;
  const stack = await stackOf(context);
  if (server !== undefined) refuseOthers(server, stack?.urls.prometheus);
  const control = faultControl(backendWorld(io), io.signal);
  if (name === 'list' || name === 'clear') {
    const given = Object.keys(words)[0];
    if (given !== undefined) throw new UsageError(`fault ${name} has no --${given}`, { hint: 'It is for all faults.' });
    return name === 'list'
      ? list(context, control, stack !== undefined)
      : tell(context, await control.clear(io.signal));
  }
  const order = orderOf(name, words);
  const news = await control.order(order, io.signal);
  const variable = URL_VARIABLES.find((one) => (io.env[one] ?? '') !== '');
  const elsewhere =
    variable ?? (context.config.origins.server === 'file' ? 'the server of the settings file' : undefined);
  if (elsewhere !== undefined && stack !== undefined) {
    sayNote(context, `queries go to ${elsewhere}; to see the fault, ask the stack: -s ${stack.urls.prometheus}`);
  }
  return tell(context, news);
}

async function list(context: Context, control: ReturnType<typeof faultControl>, hasStack: boolean): Promise<number> {
  const { io, style } = context;
  const faults = hasStack ? await control.list(io.signal) : faultsOff();
  if (context.json) {
    context.out(safeJson({ running: hasStack, faults }, undefined, 2));
    return EXIT.ok;
  }
  context.out(renderFaults(faults, style, io.now()));
  const next = faults.some(({ on }) => on.length > 0)
    ? 'To end all that are on: `prom-tutor fault clear`'
    : hasStack
      ? 'None is on. To set one: `prom-tutor fault provider-outage --for 2m`'
      : 'No stack is running, so there is nothing to break yet: `prom-tutor start`';
  context.out(`\n${prose(next, style)}`);
  return EXIT.ok;
}

function tell(context: Context, news: FaultNews): number {
  if (context.json) context.out(safeJson({ ...news, look: news.look ?? null }, undefined, 2));
  else context.out(renderNews(news, context.style));
  return EXIT.ok;
}

/** Nobody breaks a server that is not ours. */
function refuseOthers(server: string, ours: string | undefined): void {
  const same = (url: string) => (URL.canParse(url) ? new URL(url).host.replace('127.0.0.1', 'localhost') : url);
  if (ours !== undefined && same(server) === same(ours)) return;
  throw new UsageError(`faults are for the stack of prom-tutor, not for ${safe(server)}`, {
    hint:
      ours === undefined ? 'Start one to break: prom-tutor start' : 'Leave --server out to break the bundled stack.',
  });
}
