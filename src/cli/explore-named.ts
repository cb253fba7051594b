import { checkName, filledIn, type NamedQuery, queryStore } from '../explorer/named-queries.ts';
import type { Next } from '../explorer/session.ts';
import { nearest } from '../lib/nearest.ts';
import { configDir } from '../lib/paths.ts';
import { UserError } from '../model/errors.ts';
import { ALL_FEATURES } from '../promql/features.ts';
import { parse } from '../promql/parse.ts';
import { renderEcho, renderNamed } from '../render/explore.ts';
import { prose } from '../render/prose.ts';
import { safe } from '../render/safe.ts';
import { type ExploreRoom, show } from './explore-room.ts';
import { parseQuery } from './parse-query.ts';

/** Lists the named queries, runs one (`name provider=openai` fills in a variable of it), or keeps a query under a name. */
export async function useNamed(
  room: ExploreRoom,
  { name, query, forced }: Extract<Next, { kind: 'named' }>,
  run: (query: string) => Promise<void>,
): Promise<void> {
  const { context, state } = room;
  const store = storeOf(room);
  if (name === '') {
    const all = await store.list();
    if (all.length > 0) await show(room, (style) => renderNamed(all, style));
    else context.out(prose('No query has a name yet. To keep the last one: `\\n name .`', context.style));
    return;
  }
  const known = await store.find(name);
  const values = valuesOf(query);
  if (query === '' || (known !== undefined && values !== undefined)) {
    if (known === undefined) throw unknownName(name, await store.list());
    const text = filledIn(known, values ?? {});
    context.out(renderEcho(text, context.style));
    await run(text);
    return;
  }
  checkName(name);
  const kept = query === '.' ? (state.query ?? '') : query;
  if (kept === '')
    throw new UserError('there was no query yet that could be kept', { hint: `Type it: \\n ${name} up` });
  if (known !== undefined && !forced) {
    throw new UserError(`${name} is the name of another query: ${known.query}`, {
      hint: `To put this one in its place: \\n! ${name} …`,
    });
  }
  if (parse(kept, ALL_FEATURES).kind === 'error') parseQuery(kept);
  await store.save({ name, query: kept, variables: {} });
  context.out(prose(`Kept as \`${safe(name)}\`. To run it: \`\\n ${safe(name)}\``, context.style));
}

/** Forgets the query of that name. */
export async function forgetNamed(room: ExploreRoom, name: string): Promise<void> {
  const store = storeOf(room);
  const known = await store.find(name);
  if (known === undefined) throw unknownName(name, await store.list());
  await store.remove(name);
  room.context.out(prose(`Forgotten: \`${safe(name)}\` was \`${safe(known.query)}\``, room.context.style));
}

function storeOf({ context }: ExploreRoom) {
  return queryStore(configDir('prom-tutor', context.io));
}

/** `provider=openai window=5m`, which is no PromQL; undefined for anything else. */
function valuesOf(text: string): Readonly<Record<string, string>> | undefined {
  const words = text.split(/\s+/).filter((word) => word !== '');
  const pairs = words.map((word) => /^([A-Za-z_]\w*)=([^=~].*)$/.exec(word));
  if (pairs.length === 0 || pairs.some((pair) => pair === null)) return undefined;
  return Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? '', pair?.[2] ?? '']));
}

function unknownName(name: string, all: readonly NamedQuery[]): UserError {
  const [meant] = nearest(
    name,
    all.map((one) => one.name),
  );
  const list = all.length === 0 ? `To keep the last query under it: \\n ${name} .` : 'See them all: \\n';
  return new UserError(`no query is named "${name}"`, {
    hint: meant === undefined ? list : `Did you mean: \\n ${meant}`,
  });
}
