import type { ServerDeps } from './handle.ts';
import type { Params } from './params.ts';
import type { Body } from './reply.ts';

/** One request of the API, taken apart. */
export type Call = {
  readonly params: Params;
  /** The path behind /api/v1. */
  readonly path: string;
  readonly deps: ServerDeps;
  readonly signal: AbortSignal;
};

export type Endpoint = {
  readonly pattern: RegExp;
  readonly methods: readonly string[];
  /** Gives the JSON body of a success, whole or in pieces; undefined for a success without one. */
  answer(call: Call): Promise<Body>;
};

export const READ = ['GET', 'HEAD'] as const;
export const FORM = ['GET', 'HEAD', 'POST'] as const;
