import { EMPTY_LABELS } from '../engine/label-set.ts';
import type { ScalarValue, VectorValue } from '../engine/values.ts';
import { maxOf, minOf } from '../maths/go-math.ts';
import { type FunctionRow, type WholeCall, whole } from './row.ts';

/** From vectors to scalars and back. */
export const scalarsFunctions: readonly FunctionRow[] = [
  whole(
    {
      name: 'scalar',
      args: ['vector'],
      variadic: 0,
      returns: 'scalar',
      experimental: false,
      doc: 'The value of the only series as a scalar; NaN when there is not exactly one.',
    },
    onlyValue,
  ),
  whole(
    {
      name: 'vector',
      args: ['scalar'],
      variadic: 0,
      returns: 'vector',
      experimental: false,
      doc: 'The scalar as an instant vector of one series without labels.',
    },
    asVector,
  ),
  whole(
    { name: 'pi', args: [], variadic: 0, returns: 'scalar', experimental: false, doc: 'The number π.' },
    async ({ context }) => ({ kind: 'scalar', values: new Float64Array(context.grid.steps).fill(Math.PI) }),
  ),
  whole(
    {
      name: 'max_of',
      args: ['scalar', 'scalar'],
      variadic: 0,
      returns: 'scalar',
      experimental: true,
      doc: 'The larger of two scalars.',
    },
    (call) => combined(call, maxOf),
  ),
  whole(
    {
      name: 'min_of',
      args: ['scalar', 'scalar'],
      variadic: 0,
      returns: 'scalar',
      experimental: true,
      doc: 'The smaller of two scalars.',
    },
    (call) => combined(call, minOf),
  ),
];

/** The value of the only float at every step, NaN when there is none or more than one. */
async function onlyValue(call: WholeCall): Promise<ScalarValue> {
  const { series } = await call.vector(0);
  const { steps } = call.context.grid;
  const values = new Float64Array(steps).fill(Number.NaN);
  const seen = new Uint8Array(steps);
  for (const row of series) {
    for (let step = 0; step < steps; step++) {
      if (row.present[step] !== 1 || row.histograms?.[step] !== undefined) continue;
      values[step] = seen[step] === 0 ? (row.values[step] ?? 0) : Number.NaN;
      seen[step] = 1;
    }
  }
  return { kind: 'scalar', values };
}

async function asVector(call: WholeCall): Promise<VectorValue> {
  const { values } = await call.scalar(0);
  const present = new Uint8Array(values.length).fill(1);
  return {
    kind: 'vector',
    series: values.length === 0 ? [] : [{ labels: EMPTY_LABELS, dropName: false, values, present }],
  };
}

async function combined(call: WholeCall, choose: (a: number, b: number) => number): Promise<ScalarValue> {
  const left = await call.scalar(0);
  const right = await call.scalar(1);
  return { kind: 'scalar', values: left.values.map((value, step) => choose(value, right.values[step] ?? 0)) };
}
