import { annotateExposition } from '../explorer/annotate-exposition.ts';
import { EXIT, UsageError, UserError } from '../model/errors.ts';
import { safe, safeJson } from '../render/safe.ts';
import { paint } from '../render/style.ts';
import { wrapText } from '../render/text.ts';
import { fetchMetrics } from '../scrape/fetch.ts';
import { type Connection, connect } from './connect.ts';
import type { Context } from './context.ts';
import type { OptionsOf } from './spec.ts';
import type { metricsSpec } from './specs/metrics.ts';

type Options = OptionsOf<typeof metricsSpec>;

const TIMEOUT_MS = 10_000;
const MOST_BYTES = 50_000_000;

/** Shows what a target exposes, as Prometheus gets it, each kind of line explained once. The text may be an address. */
export async function showRaw(context: Context, text: string, options: Options): Promise<number> {
  if (options.data !== undefined || options.time !== undefined) {
    throw new UsageError(
      '--raw asks an application for its metrics now; --data and --time are about recorded samples',
      {
        hint: 'Leave one of them out.',
      },
    );
  }
  const [first = '', ...rest] = text.split(/\s+/);
  const given = /^https?:\/\//i.test(first);
  const url = given ? first : await targetOf(context, options);
  const fetched = await fetchMetrics({
    url,
    timeoutMs: TIMEOUT_MS,
    bodySizeLimit: MOST_BYTES,
    signal: context.io.signal,
  });
  context.io.signal.throwIfAborted();
  if (fetched.kind === 'failed') {
    throw new UserError(`no metrics from ${url}: ${fetched.message}`, {
      hint: 'That is what Prometheus would show as the last error of this target.',
      exitCode: EXIT.unavailable,
    });
  }
  const wanted = (given ? rest : [first, ...rest]).join(' ');
  const lines = annotateExposition(fetched.text, wanted);
  if (lines.length === 0) throw new UserError(`nothing that ${url} exposes speaks of "${wanted}"`);
  const from = wrapText(`From ${safe(url)}; lines that begin with "# ^" are ours.`, context.errStyle.width);
  for (const line of from) context.note(paint(context.errStyle, 'dim', line));
  if (context.json) context.out(safeJson(lines));
  else for (const { line, note } of lines) write(context, line, note);
  return EXIT.ok;
}

function write({ out, style }: Context, line: string, note: string | undefined): void {
  out(line.startsWith('#') ? paint(style, 'dim', safe(line)) : safe(line));
  if (note !== undefined) out(paint(style, 'hint', `# ^ ${safe(note)}`));
}

/** The first instance of the running stack, or a target of the server that was named. */
async function targetOf(context: Context, options: Options): Promise<string> {
  const connection = await connect(context, options);
  try {
    const own = connection.origin === 'stack' || connection.url === connection.stack?.urls.prometheus;
    const [app] = own ? (connection.stack?.urls.apps ?? []) : [];
    if (app !== undefined) return new URL('/metrics', app).href;
    return await anyTarget(context, connection);
  } finally {
    await connection.source.close();
  }
}

/** A target that is up, and rather not the server itself. */
async function anyTarget({ io }: Context, { source, url }: Connection): Promise<string> {
  const targets = (await source.targets({ signal: io.signal })).filter(({ scrapeUrl }) => URL.canParse(scrapeUrl));
  const others = targets.filter(({ scrapeUrl }) => new URL(scrapeUrl).host !== new URL(url).host);
  const target = others.find(({ health }) => health === 'up') ?? others[0] ?? targets[0];
  if (target !== undefined) return target.scrapeUrl;
  throw new UserError(`${source.name} has no targets`, {
    hint: 'Give the address: prom-tutor metrics --raw http://localhost:8000/metrics',
  });
}
