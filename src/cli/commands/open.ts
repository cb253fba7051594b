import { EXIT, UnavailableError, UsageError } from '../../model/errors.ts';
import { safe, safeJson } from '../../render/safe.ts';
import { connect } from '../connect.ts';
import { withNamed } from '../named-words.ts';
import { openBrowser } from '../open-browser.ts';
import { pageAddress } from '../page-address.ts';
import { queryText } from '../query-text.ts';
import type { CommandRun } from '../spec.ts';
import type { openSpec } from '../specs/open.ts';

/** Opens the page of the server in the browser; where that cannot be, prints its address and says why. */
export const runOpen: CommandRun<typeof openSpec> = async (context, typed, given) => {
  const { words: args, options } = await withNamed(context, typed, given);
  const query = args.length === 0 ? '' : await queryText(context, args, 'open');
  if (options.graph === true && query === '') {
    throw new UsageError('--graph needs a query to draw', { hint: "prom-tutor open 'up' --graph" });
  }
  const { source, url } = await connect(context, options.server === undefined ? {} : { server: options.server });
  const address = pageAddress(url, query, options.graph === true);
  try {
    if (options.print !== true)
      await source.ready({ signal: AbortSignal.any([context.io.signal, AbortSignal.timeout(LONGEST_MS)]) });
  } catch (error) {
    context.io.signal.throwIfAborted();
    // Whatever else is wrong with the answer, the browser shows it better than we can.
    if (error instanceof UnavailableError && NOBODY_THERE.has(error.kind)) throw error;
  } finally {
    await source.close();
  }
  const opened = options.print === true ? undefined : await openBrowser(address, context.io);
  if (context.json) {
    context.out(safeJson({ url: address, opened: opened?.kind === 'opened' }));
    return EXIT.ok;
  }
  if (opened?.kind === 'opened') context.note(`Opened in the browser: ${safe(address)}`);
  else context.out(safe(address));
  if (opened?.kind === 'not-opened') context.note(`No browser is opened: ${opened.why}. This is the address.`);
  return EXIT.ok;
};

const LONGEST_MS = 3_000;

/** A browser would show nothing but its own error page. */
const NOBODY_THERE: ReadonlySet<UnavailableError['kind']> = new Set<UnavailableError['kind']>([
  'refused',
  'dns',
  'bad-url',
]);
