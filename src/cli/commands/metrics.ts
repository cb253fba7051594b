import { findMetrics, isNamed } from '../../explorer/find-metrics.ts';
import { type InspectedMetric, inspectMetric } from '../../explorer/inspect-metric.ts';
import { listMetrics, type Metric } from '../../explorer/metrics.ts';
import { usualWindowMs } from '../../explorer/usual-window.ts';
import { shellWord } from '../../lib/shell-word.ts';
import { EXIT, UserError } from '../../model/errors.ts';
import { renderMetric, renderMetrics } from '../../render/metrics.ts';
import { safe, safeJson } from '../../render/safe.ts';
import { paint } from '../../render/style.ts';
import { type Answering, queryGround } from '../answering.ts';
import type { Context } from '../context.ts';
import { showRaw } from '../raw-metrics.ts';
import type { OptionsOf } from '../spec.ts';
import type { metricsSpec } from '../specs/metrics.ts';

type Options = OptionsOf<typeof metricsSpec>;

/** Lists the metrics, those that a text may mean, or shows the one that is meant in full. */
export async function runMetrics(context: Context, args: readonly string[], options: Options): Promise<number> {
  if (options.raw === true) return showRaw(context, args.join(' ').trim(), options);
  return queryGround(context, options, (answering) => show(context, answering, args.join(' ').trim(), options));
}

async function show(context: Context, { source, timeMs }: Answering, text: string, options: Options): Promise<number> {
  const asked = { timeMs, signal: context.io.signal };
  const all = await listMetrics(source, asked);
  if (all.length === 0) {
    throw new UserError('there are no metrics in the hour before that moment', {
      hint: 'To see whether anything is scraped: prom-tutor query up',
    });
  }
  const found = text === '' ? all : findMetrics(all, text);
  const [first] = found;
  if (first === undefined) {
    throw new UserError(`none of the ${all.length} metrics here is called, or speaks of, "${text}"`, {
      hint: 'See them all: prom-tutor metrics',
    });
  }
  const one = found.length === 1 || isNamed(first, text);
  if (one)
    showOne(
      context,
      await inspectMetric(first, source, { ...asked, windowMs: await usualWindowMs(source, asked.signal) }),
    );
  else showAll(context, found, options);
  return EXIT.ok;
}

function showOne(context: Context, inspected: InspectedMetric): void {
  context.out(context.json ? safeJson(inspected) : renderMetric(inspected, context.style));
}

function showAll(context: Context, found: readonly Metric[], { server, data }: Options): void {
  if (context.json) {
    context.out(safeJson(found));
    return;
  }
  context.out(renderMetrics(found, context.style));
  const example = found.find(({ type }) => type === 'histogram') ?? found[0];
  const command = [
    `prom-tutor metrics ${safe(example?.name ?? 'up')}`,
    ...(server === undefined ? [] : [`-s ${shellWord(server)}`]),
    ...(data === undefined ? [] : [`--data ${shellWord(data)}`]),
  ];
  context.note(paint(context.errStyle, 'hint', `One of them in full: ${command.join(' ')}`));
}
