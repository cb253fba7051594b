import { type CompleterOptions, promqlCompleter } from '../../explorer/complete.ts';
import type { CompletionItem } from '../../explorer/completion.ts';
import { connect } from '../connect.ts';
import type { Context } from '../context.ts';
import type { ServerOptions } from '../credentials.ts';
import { groundOf } from '../query-ground.ts';
import type { CommandLine } from './command-line.ts';
import type { Candidate } from './local-words.ts';

/** The longest that somebody who pressed Tab waits for a server, in milliseconds. */
const PATIENCE_MS = 1_000;
/** A shell completes what all names have in common, so it has to be given them all. */
const MOST_NAMES = 5_000;

/** What goes on with a query; those of a server that does not answer in time are left out, silently. */
export async function queryWords(context: Context, line: CommandLine, typed: string): Promise<readonly Candidate[]> {
  return asking(context, line, async (complete) => {
    const { items, from } = await complete(typed);
    return items.filter(isWord).flatMap((item) => {
      const value = typed.slice(0, from) + item.insert;
      const unfinished = from > 0 || item.kind !== 'metric';
      return value.startsWith(typed) ? [{ value, help: item.detail ?? item.help ?? '', unfinished }] : [];
    });
  });
}

/** Names of metrics. */
export async function metricWords(context: Context, line: CommandLine, typed: string): Promise<readonly Candidate[]> {
  return asking(context, line, async (complete) => {
    const { items } = await complete(typed);
    const metrics = items.filter(({ kind, label }) => kind === 'metric' && label.startsWith(typed));
    return metrics.map(({ label, detail = '' }) => ({ value: label, help: detail }));
  });
}

/** Signs and the like are typed faster than they are chosen. */
function isWord({ kind, label }: CompletionItem): boolean {
  return kind !== 'keyword' || /^\w/.test(label);
}

type Complete = (typed: string) => Promise<{ readonly items: readonly CompletionItem[]; readonly from: number }>;

async function asking(
  context: Context,
  line: CommandLine,
  work: (complete: Complete) => Promise<readonly Candidate[]>,
): Promise<readonly Candidate[]> {
  const done = new AbortController();
  const connection = await connect(context, serverOptionsOf(line));
  const { nowMs } = groundOf(context, connection);
  const options: CompleterOptions = {
    source: connection.source,
    nowMs: () => nowMs,
    clockMs: () => nowMs,
    most: MOST_NAMES,
  };
  const { complete, close } = promqlCompleter(options);
  try {
    return await work(async (typed) => {
      const { now, later } = complete(typed, typed.length);
      if (later === undefined) return now;
      const patience = context.io.sleep(PATIENCE_MS, done.signal).then(
        () => now,
        () => now,
      );
      return Promise.race([later, patience]);
    });
  } finally {
    done.abort();
    close();
    await connection.source.close();
  }
}

/** Which server was named on the line, and how to reach it. Files of dumps are not read at every Tab. */
function serverOptionsOf({ given }: CommandLine): ServerOptions {
  const text = (key: string) => {
    const value = given.get(key)?.at(-1);
    return value === undefined ? {} : { [key]: value };
  };
  const header = given.get('header');
  return {
    ...Object.assign({}, ...TEXTS.map(text)),
    ...(header === undefined ? {} : { header }),
    ...(given.has('insecure') ? { insecure: true } : {}),
    timeout: PATIENCE_MS,
  };
}

const TEXTS = [
  'server',
  'orgId',
  'user',
  'passwordFile',
  'tokenFile',
  'httpConfigFile',
  'caFile',
  'certFile',
  'keyFile',
] as const satisfies readonly (keyof ServerOptions)[];
