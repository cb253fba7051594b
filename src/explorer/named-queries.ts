import { join } from 'node:path';
import { type Document, isMap, Scalar } from 'yaml';
import { nearest } from '../lib/nearest.ts';
import { UsageError, UserError } from '../model/errors.ts';
import { changedYaml, readText, writeText } from '../source/yaml-file.ts';
import { readShaped, type ShapedDocument } from '../source/yaml-shape.ts';

/** A query under a name. Texts come from a file: made safe where they are drawn. */
export type NamedQuery = {
  readonly name: string;
  readonly query: string;
  /** What it is for, in a sentence. */
  readonly note?: string;
  /** The server it is for: a name of the configuration, or an address. */
  readonly server?: string;
  /** What stands for `$name` in the query when nobody says otherwise. */
  readonly variables: Readonly<Record<string, string>>;
};

/** The queries a person has named. All methods throw `UserError` when the file cannot be used. */
export type QueryStore = {
  readonly path: string;
  /** Writes the file with its explanations, where there is none. */
  create(): Promise<void>;
  /** In the order of the file. */
  list(): Promise<readonly NamedQuery[]>;
  /** Undefined when there is none of that name. */
  find(name: string): Promise<NamedQuery | undefined>;
  /** Adds it, or takes the place of the one that had the name. Throws `UsageError` for a name that cannot be one. */
  save(query: NamedQuery): Promise<'added' | 'replaced'>;
  /** Whether there was one. */
  remove(name: string): Promise<boolean>;
};

/** The queries of `queries.yaml` in the folder of the configuration: for people to edit, comments included. */
export function queryStore(configFolder: string): QueryStore {
  const path = join(configFolder, 'queries.yaml');
  const list = async () => queriesOf(path, (await readText(path)) ?? '');
  const change = async (edit: (document: Document) => void) => {
    const text = (await readText(path)) ?? EMPTY_FILE;
    await writeText(path, changedYaml(text, edit));
  };
  return {
    path,
    create: async () => {
      if ((await readText(path)) === undefined) await writeText(path, EMPTY_FILE);
    },
    list,
    find: async (name) => (await list()).find((one) => one.name === name),
    save: async (query) => {
      checkName(query.name);
      const before = await list();
      await change((document) => {
        const all = document.get('queries', true);
        if (!isMap(all)) document.set('queries', document.createNode({}));
        else if (all.items.length === 0) all.flow = false;
        document.setIn(['queries', query.name], document.createNode(entryOf(query)));
      });
      return before.some(({ name }) => name === query.name) ? 'replaced' : 'added';
    },
    remove: async (name) => {
      const before = await list();
      if (!before.some((one) => one.name === name)) return false;
      await change((document) => {
        document.deleteIn(['queries', name]);
        const left = document.get('queries', true);
        if (isMap(left) && left.items.length === 0) left.flow = true;
      });
      return true;
    },
  };
}

/**
 * The query with `$name` and `${name}` replaced by the values given, or by its own. Only the variables it declares are
 * replaced, so that the `$1` of `label_replace` and the `$` of a regular expression stay. Within quotes a value is a text,
 * elsewhere it stands as it is. Throws `UsageError` for values it has no variable for.
 */
export function filledIn({ name, query, variables }: NamedQuery, values: Readonly<Record<string, string>>): string {
  const known = Object.keys(variables);
  const unknown = Object.keys(values).find((one) => !known.includes(one));
  if (unknown !== undefined) {
    const [meant] = nearest(unknown, known, 1);
    const has = known.length === 0 ? 'It has no variables.' : `It has ${known.join(', ')}.`;
    throw new UsageError(`@${name} has no variable "${unknown}"`, {
      hint: meant === undefined ? has : `Did you mean --set ${meant}=…?`,
    });
  }
  const current = (variable: string) =>
    (Object.hasOwn(values, variable) ? values[variable] : variables[variable]) ?? '';
  return query.replace(PIECES, (piece) => {
    const quote = /^["'`]/.exec(piece)?.[0] ?? '';
    return piece.replace(VARIABLE, (whole, braced: string | undefined, bare: string | undefined) => {
      const variable = braced ?? bare ?? '';
      if (!known.includes(variable)) return whole;
      return quote === '' ? current(variable) : quoted(current(variable), quote, variable);
    });
  });
}

/** Names are what can be typed in any shell after an `@`. */
export function checkName(name: string): void {
  if (NAME.test(name)) return;
  throw new UsageError(`"${name}" cannot be the name of a query`, {
    hint: 'Use letters, digits, - and _, beginning with a letter, at most 64: such as error-share',
  });
}

const NAME = /^[A-Za-z][\w-]{0,63}$/;
const VARIABLE_NAME = /^[A-Za-z_]\w*$/;
const VARIABLE = /\$\{([A-Za-z_]\w*)\}|\$([A-Za-z_]\w*)/g;

/** A text in quotes, a comment, or what lies between. */
const PIECES = /"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?|`[^`]*`?|#[^\n]*|[^"'`#]+/gs;

function quoted(value: string, quote: string, variable: string): string {
  if (quote !== '`') {
    const escaped = value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
    return escaped.replaceAll(quote, `\\${quote}`);
  }
  if (!value.includes('`')) return value;
  throw new UsageError(`the value of "${variable}" has a backtick, and stands between backticks in the query`);
}

const ENTRY = {
  fields: { query: 'text', note: 'text', server: 'text', variables: { map: 'text' } },
  short: 'query',
} as const;

const FILE = { fields: { version: 'text', queries: { map: ENTRY } } } as const;

/** What the file may be at most: an older tool must not misread, and then rewrite, what a newer one has written. */
const VERSION = 1;

function queriesOf(path: string, text: string): readonly NamedQuery[] {
  const read = readShaped(text, FILE);
  const problems = [...read.problems, ...(read.problems.length === 0 ? problemsOf(read) : [])];
  if (problems.length > 0) {
    const ordered = [...problems].sort((a, b) => a.line - b.line);
    throw new UserError(
      ordered.map(({ line, column = 1, message }) => `${path}:${line}:${column}: ${message}`).join('\n'),
      { hint: 'To mend it: prom-tutor queries edit' },
    );
  }
  return Object.entries(read.value.queries ?? {}).map(([name, { query = '', note, server, variables = {} }]) => ({
    name,
    query: query.trim(),
    variables,
    ...(note === undefined ? {} : { note }),
    ...(server === undefined ? {} : { server }),
  }));
}

function problemsOf({ value, placeOf }: ShapedDocument<typeof FILE>) {
  const { version = String(VERSION), queries = {} } = value;
  const problems: { readonly line: number; readonly column: number; readonly message: string }[] = [];
  const report = (at: string, message: string) => problems.push({ ...placeOf(at), message });
  if (version !== String(VERSION)) {
    report('version', `this file is of version ${version}, and this prom-tutor knows version ${VERSION}`);
  }
  for (const [name, { query = '', variables = {} }] of Object.entries(queries)) {
    const at = `queries.${name}`;
    if (!NAME.test(name)) report(at, `"${name}" cannot be a name; use letters, digits, - and _`);
    if (query.trim() === '') report(at, `"${name}" has no query`);
    for (const variable of Object.keys(variables)) {
      if (!VARIABLE_NAME.test(variable)) report(at, `"${variable}" cannot be a variable; use letters, digits and _`);
    }
  }
  return problems;
}

/** A query alone is written as a text; one that YAML could misread, or with several lines, as a block. */
function entryOf({ query, note, server, variables }: NamedQuery): unknown {
  const text = new Scalar(query);
  text.type = 'BLOCK_LITERAL';
  return {
    query: text,
    ...(note === undefined ? {} : { note }),
    ...(server === undefined ? {} : { server }),
    ...(Object.keys(variables).length === 0 ? {} : { variables }),
  };
}

const EMPTY_FILE = `# Queries with a name. They run with: prom-tutor query @NAME
# Saved by \`prom-tutor queries save NAME 'QUERY'\`, or written here:
#
#   errors: sum(rate(sse_errors_total[5m]))
#
#   slowest:
#     query: |
#       histogram_quantile(0.95, sum by (le) (rate(sse_request_duration_seconds_bucket{provider="$provider"}[5m])))
#     note: how long the slowest requests of one provider take
#     server: production
#     variables:
#       provider: openai
#
# A query with {, # or ": " goes below a |, where YAML leaves it alone.
# Variables have their usual value here; another one for once: --set provider=anthropic

version: ${VERSION}
queries:
`;
