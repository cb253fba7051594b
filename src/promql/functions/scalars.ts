import type { FunctionSignature } from './signature.ts';

/** From vectors to scalars and back. */
export const scalarsFunctions = [
  {
    name: 'scalar',
    args: ['vector'],
    variadic: 0,
    returns: 'scalar',
    experimental: false,
    doc: 'The value of the only series as a scalar; NaN when there is not exactly one.',
  },
  {
    name: 'vector',
    args: ['scalar'],
    variadic: 0,
    returns: 'vector',
    experimental: false,
    doc: 'The scalar as an instant vector of one series without labels.',
  },
  { name: 'pi', args: [], variadic: 0, returns: 'scalar', experimental: false, doc: 'The number π.' },
  {
    name: 'max_of',
    args: ['scalar', 'scalar'],
    variadic: 0,
    returns: 'scalar',
    experimental: true,
    doc: 'The larger of two scalars.',
  },
  {
    name: 'min_of',
    args: ['scalar', 'scalar'],
    variadic: 0,
    returns: 'scalar',
    experimental: true,
    doc: 'The smaller of two scalars.',
  },
] as const satisfies readonly FunctionSignature[];
