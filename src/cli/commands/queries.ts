import { existsSync } from 'node:fs';
import { checkName, filledIn, type NamedQuery, queryStore } from '../../explorer/named-queries.ts';
import { nearest } from '../../lib/nearest.ts';
import { shellWord } from '../../lib/shell-word.ts';
import { EXIT, UsageError } from '../../model/errors.ts';
import { ALL_FEATURES } from '../../promql/features.ts';
import { parse } from '../../promql/parse.ts';
import { highlightQuery } from '../../render/highlight.ts';
import { inLetters, prose } from '../../render/prose.ts';
import { safe, safeJson } from '../../render/safe.ts';
import { paint, type Style } from '../../render/style.ts';
import { wrapText } from '../../render/text.ts';
import { configFolder } from '../config/config.ts';
import type { Context } from '../context.ts';
import { editFile } from '../edit-file.ts';
import { type FoundQuery, findNamed, namedQueries } from '../find-named.ts';
import { readable } from '../player-plain-text.ts';
import { queryText } from '../query-text.ts';
import type { CommandRun, OptionsOf } from '../spec.ts';
import type { queriesSpec } from '../specs/queries.ts';

type Options = OptionsOf<typeof queriesSpec>;

/** Lists the queries that have a name, shows, saves and removes them. */
export const runQueries: CommandRun<typeof queriesSpec> = async (given, [action, ...words], options) => {
  const context = readable(given);
  switch (action) {
    case undefined:
      return list(context, options.all === true);
    case 'show':
      return show(context, nameOf(words, 'show'));
    case 'save':
      return save(context, words, options);
    case 'rm':
      return remove(context, nameOf(words, 'rm'));
    case 'edit':
      return edit(context);
    default: {
      const [meant] = nearest(action, ['show', 'save', 'rm', 'edit'], 1);
      throw new UsageError(`queries: unknown action "${action}"`, {
        hint: meant === undefined ? 'Known are show, save, rm and edit.' : `Did you mean: prom-tutor queries ${meant}`,
      });
    }
  }
};

async function list(context: Context, all: boolean): Promise<number> {
  const { style } = context;
  const found = await namedQueries(context, all ? 'all' : 'own');
  if (context.json) {
    context.out(safeJson(found.map(jsonOf), undefined, 2));
    return EXIT.ok;
  }
  if (found.length === 0) {
    context.out(prose("No query has a name yet. To save one: `prom-tutor queries save NAME 'QUERY'`", style));
  } else {
    context.out(found.map((one, index) => renderNamed(one, `${index + 1} of ${found.length}`, style)).join('\n'));
  }
  if (!all) context.out(prose('\nCookbook and lessons have named queries as well: `prom-tutor queries --all`', style));
  return EXIT.ok;
}

/** The name with what it is for, below it the query. Read aloud: which of how many. */
function renderNamed({ name, query, note }: FoundQuery, which: string, style: Style): string {
  const head = [`@${name}`, ...(note === undefined ? [] : [inLetters(note, style)])].map((text) => safe(text));
  if (style.accessible) {
    const lead = wrapText(`Named query ${which}: ${head.join(', ')}`, style.width);
    return [...lead, `Query: ${safe(query.replace(/\s+/g, ' '))}`].join('\n');
  }
  const [first = '', ...rest] = wrapText(head.join(': '), style.width, '  ');
  const title = [first.replace(head[0] ?? '', (text) => paint(style, 'title', text)), ...rest];
  const lines = wrapText(safe(query.replace(/\s+/g, ' ')), style.width - 2).map(
    (line) => `  ${paint(style, 'query', line)}`,
  );
  return [...title, ...lines].join('\n');
}

async function show(context: Context, name: string): Promise<number> {
  const { style } = context;
  const found = await findNamed(context, name);
  if (context.json) {
    context.out(safeJson(jsonOf(found)));
    return EXIT.ok;
  }
  // Off a terminal the query alone, so that it can be piped.
  if (!context.io.stdout.isTTY && !style.accessible) {
    context.out(found.query);
    return EXIT.ok;
  }
  const facts = [
    ...(found.note === undefined ? [] : [found.note]),
    ...(found.server === undefined ? [] : [`For the server ${found.server}.`]),
    ...Object.entries(found.variables).map(([variable, value]) => `$${variable} is ${value} (--set ${variable}=…).`),
  ];
  context.out(highlightQuery(found.query, style));
  if (facts.length > 0) context.out(`\n${facts.map((fact) => prose(safe(fact), style)).join('\n')}`);
  return EXIT.ok;
}

async function save(context: Context, [name = '', ...words]: readonly string[], options: Options): Promise<number> {
  if (name === '' || words.length === 0) {
    throw new UsageError('queries save takes a name and a query', {
      hint: "Write it like: prom-tutor queries save errors 'sum(rate(sse_errors_total[5m]))'",
    });
  }
  checkName(bare(name));
  const query = await queryText(context, words, `queries save ${name}`);
  const named: NamedQuery = {
    name: bare(name),
    query,
    variables: Object.fromEntries(options.set ?? []),
    ...(options.note === undefined ? {} : { note: options.note }),
    ...(options.server === undefined ? {} : { server: knownServer(context, options.server) }),
  };
  checkVariables(named);
  const store = queryStore(configFolder(context.io));
  const before = await store.find(named.name);
  if (before !== undefined && options.replace !== true) {
    throw new UsageError(`@${named.name} is there already: ${before.query}`, {
      hint: 'To put this one in its place, add --replace.',
    });
  }
  const done = await store.save(named);
  const parsed = parse(filledIn(named, {}), ALL_FEATURES);
  if (parsed.kind === 'error') {
    context.note(`note: Prometheus would refuse it: ${safe(parsed.diagnostics[0].message)}`);
  }
  if (context.json) context.out(safeJson({ ...jsonOf({ ...named, of: 'own' }), done, file: store.path }));
  else {
    const said = done === 'added' ? 'Saved' : 'Replaced';
    context.out(prose(`${said}. To run it: \`prom-tutor query @${named.name}\``, context.style));
  }
  return EXIT.ok;
}

function checkVariables({ query, variables }: NamedQuery): void {
  const absent = Object.keys(variables).find((name) => !new RegExp(`\\$(?:${name}\\b|\\{${name}\\})`).test(query));
  if (absent === undefined) return;
  throw new UsageError(`--set ${absent}=…: there is no $${absent} in the query`, {
    hint: 'Put the query in single quotes, or the shell replaces the variable itself.',
  });
}

function knownServer({ config }: Context, server: string): string {
  const names = Object.keys(config.file.servers);
  if (names.includes(server) || /[.:/[]/.test(server) || server === 'localhost') return server;
  const [meant] = nearest(server, names, 1);
  throw new UsageError(`"${server}" is neither a server of the settings nor an address`, {
    hint: meant === undefined ? 'To see what there is: prom-tutor config' : `Did you mean "${meant}"?`,
  });
}

async function remove(context: Context, name: string): Promise<number> {
  const store = queryStore(configFolder(context.io));
  const known = name.includes('/') ? undefined : await store.find(name);
  if (known === undefined) {
    const found = await findNamed(context, name);
    throw new UsageError(`@${name} belongs to the ${found.of === 'cookbook' ? 'cookbook' : 'lessons'} and stays`);
  }
  await store.remove(name);
  if (context.json) context.out(safeJson({ removed: jsonOf({ ...known, of: 'own' }) }));
  else {
    context.out(prose(`@${name} is gone. It was:`, context.style));
    context.out(paint(context.style, 'query', safe(shellWord(known.query))));
  }
  return EXIT.ok;
}

async function edit(context: Context): Promise<number> {
  const store = queryStore(configFolder(context.io));
  if (!existsSync(store.path) && context.interactive) await store.create();
  await editFile(context, store.path);
  const count = (await store.list()).length;
  context.out(prose(count === 1 ? 'There is 1 named query.' : `There are ${count} named queries.`, context.style));
  return EXIT.ok;
}

function nameOf([name, ...others]: readonly string[], action: string): string {
  if (name !== undefined && others.length === 0) return bare(name);
  throw new UsageError(`queries ${action} takes one name`, { hint: 'All names: prom-tutor queries --all' });
}

/** Names may be typed with the `@` that they have elsewhere. */
function bare(name: string): string {
  return name.replace(/^@/, '');
}

function jsonOf({ name, query, note, server, variables, of }: FoundQuery): object {
  return {
    name: safe(name),
    query: safe(query),
    of,
    note: note === undefined ? null : safe(note),
    server: server === undefined ? null : safe(server),
    variables: Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, safe(value)])),
  };
}
