import writeFileAtomic from 'write-file-atomic';
import { typesOf } from '../../advise/context.ts';
import type { LintFinding } from '../../advise/lint/finding.ts';
import { lintLive } from '../../advise/lint/lint-live.ts';
import { lintQuery } from '../../advise/lint/lint-query.ts';
import { fixInput, type Linted, lintInput, type ReportedFinding, reported } from '../../advise/lint/report.ts';
import { LINT_RULES } from '../../advise/lint-rules.ts';
import { EXIT, UnavailableError } from '../../model/errors.ts';
import { renderLint } from '../../render/lint.ts';
import { lintGithub, lintJson, lintSarif } from '../../render/lint-machine.ts';
import { safe } from '../../render/safe.ts';
import { counted } from '../../render/text.ts';
import { type Connection, connect } from '../connect.ts';
import type { Context } from '../context.ts';
import { type GivenInput, lintInputs } from '../lint-inputs.ts';
import { withNamed } from '../named-words.ts';
import { groundOf } from '../query-ground.ts';
import type { CommandRun, OptionsOf } from '../spec.ts';
import type { lintSpec } from '../specs/lint.ts';
import { timeArgument } from '../time-argument.ts';
import { toolVersion } from '../version.ts';

type Options = OptionsOf<typeof lintSpec>;

/** Looks for mistakes. Ends with 0 when there are none (left), with 1 otherwise. */
export const runLint: CommandRun<typeof lintSpec> = async (context, typed, asked) => {
  const { words, options } = await withNamed(context, typed, asked);
  const given = await lintInputs(context, words);
  return withLook(context, given, options, async (look) => {
    const found = await lookAt(given, look);
    const left = options.fix === true ? await fixAll(context, found, look, options) : found;
    write(context, left, options);
    return left.some(({ findings }) => findings.length > 0) ? EXIT.failed : EXIT.ok;
  });
};

/** How a query is looked at: by itself, or with a server. */
type Look = (linted: Linted) => Promise<readonly LintFinding[]>;

const offline: Look = async ({ query, use, variables }) => lintQuery(query, { use, variables });

/** Files are looked at by themselves unless a server is named. Where none is and none answers, that is said. */
async function withLook(
  context: Context,
  given: readonly GivenInput[],
  options: Options,
  run: (look: Look) => Promise<number>,
): Promise<number> {
  const named = options.server !== undefined || options.data !== undefined;
  const files = given.every(({ input }) => input.file !== undefined || input.kind !== 'query');
  if (options.offline === true || (files && !named)) return run(offline);
  const connection = await connect(context, options);
  try {
    return await run((await serverLook(context, connection, options)) ?? offline);
  } finally {
    await connection.source.close();
  }
}

/** Undefined when the bundled stack is what would answer, and it does not. */
async function serverLook(context: Context, connection: Connection, options: Options): Promise<Look | undefined> {
  const { source, origin } = connection;
  const { signal } = context.io;
  const ground = groundOf(context, connection);
  const timeMs = options.time === undefined ? ground.nowMs : timeArgument(options.time, '--time', ground);
  try {
    // Metadata may be missing; an answer may not.
    await source.instant('vector(1)', { timeMs, signal });
  } catch (error) {
    const own = origin === 'default' || origin === 'stack';
    if (!(error instanceof UnavailableError) || !own) throw error;
    context.note('note: no server answers, so the query is looked at by itself; --offline says that this is enough');
    return undefined;
  }
  const types = await typesOf(source, { signal });
  return async ({ query, use, variables }) => {
    const known = lintQuery(query, { use, variables, typeOf: (name) => types.get(name) });
    const refused = known.some(({ layer }) => layer === 'text');
    if (refused || (variables && query.includes('$')) || query.trim() === '') return known;
    return [...known, ...(await lintLive({ query, source, timeMs, signal }, known, use))];
  };
}

type Looked = GivenInput & {
  readonly byQuery: ReadonlyMap<Linted, readonly LintFinding[]>;
  readonly findings: readonly ReportedFinding[];
};

async function lookAt(given: readonly GivenInput[], look: Look): Promise<readonly Looked[]> {
  const looked: Looked[] = [];
  for (const one of given) {
    const { input } = one;
    const byQuery = new Map<Linted, readonly LintFinding[]>();
    for (const linted of input.queries) byQuery.set(linted, await look(linted));
    const findings = [
      ...input.problems.map((problem) => reported(problem, input, undefined)),
      ...[...byQuery].flatMap(([linted, notes]) => notes.map((finding) => reported(finding, input, linted))),
    ];
    looked.push({ ...one, byQuery, findings });
  }
  return looked;
}

/** Files are rewritten, queries go to standard output. Gives what is left to find. */
async function fixAll(
  context: Context,
  found: readonly Looked[],
  look: Look,
  options: Options,
): Promise<readonly Looked[]> {
  const left: Looked[] = [];
  for (const one of found) {
    const { source, applied } = fixInput(one.input, (linted) => one.byQuery.get(linted) ?? []);
    if (one.path !== undefined && applied > 0) {
      await writeFileAtomic(one.path, source);
      context.note(`${counted(applied, 'fix', 'fixes')} written to ${safe(one.input.file ?? one.path)}`);
    }
    // A path that was read as one is not a query that somebody waits for.
    if (one.path === undefined && formOf(context, options) === 'text') context.out(source);
    const kind = one.input.kind === 'query' ? 'query' : 'file';
    const input = applied === 0 ? undefined : lintInput(source, one.input.file, kind);
    left.push(...(input === undefined ? [one] : await lookAt([{ input, path: one.path }], look)));
  }
  return left;
}

function formOf({ json }: Context, { output }: Options): NonNullable<Options['output']> {
  return output ?? (json ? 'json' : 'text');
}

function write(context: Context, looked: readonly Looked[], options: Options): void {
  const findings = looked.flatMap((one) => one.findings);
  const queries = looked.reduce((sum, { input }) => sum + input.queries.length, 0);
  const form = formOf(context, options);
  if (form === 'json') context.out(lintJson(findings, queries));
  else if (form === 'sarif') {
    const rules = Object.entries(LINT_RULES).map(([id, { title }]) => ({ id, title }));
    context.out(lintSarif(findings, { version: toolVersion(), rules }));
  } else if (form === 'github') {
    if (findings.length > 0) context.out(lintGithub(findings));
  } else if (options.fix === true && looked.some(({ path }) => path === undefined)) {
    // Standard output carries the query.
    if (findings.length > 0) context.note(renderLint(findings, queries, context.errStyle));
  } else context.out(renderLint(findings, queries, context.style));
}
