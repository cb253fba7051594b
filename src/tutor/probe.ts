import type { Expr } from '../promql/ast.ts';
import { print } from '../promql/print.ts';
import { typeOf } from '../promql/types.ts';
import type { Asker } from './ask.ts';
import { type Row, rowsOf } from './compare.ts';
import type { Ground, Moment } from './ground.ts';

/** What is asked while a cause is looked for: parts of a query, at one moment of the ground. */
export type Probe = {
  readonly ground: Ground;
  readonly asker: Asker;
  readonly moment: Moment;
  /** The whole query as it was typed; the spans of its tree are offsets into it. */
  readonly text: string;
};

/** A cause of emptiness that the data proves. */
export type Cause = { readonly message: string; readonly evidence: readonly string[] };

const ALL_ROWS = { compare: 'values', nan: 'strict' } as const;

/** The rows of a part of the query at the probe's moment; undefined when it fails on its own. */
export async function rowsAt(expr: Expr | string, { asker, moment }: Probe): Promise<readonly Row[] | undefined> {
  const outcome = await asker.at(typeof expr === 'string' ? expr : print(expr), moment);
  return outcome.kind === 'ok' ? rowsOf(outcome.result.data, ALL_ROWS) : undefined;
}

/** Whether an instant vector has no row; false for everything that is none. */
export async function isEmpty(expr: Expr, probe: Probe): Promise<boolean> {
  return typeOf(expr) === 'vector' && (await rowsAt(expr, probe))?.length === 0;
}
