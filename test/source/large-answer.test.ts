import { expect, it } from 'vitest';
import { machinePieces } from '../../src/render/machine.ts';
import { httpSource } from '../../src/source/http.ts';
import { loopback } from '../helpers/loopback.ts';

const HISTOGRAM = { count: '3', sum: '4.5', buckets: [[0, '1', '2', '3']] };

/** A matrix whose series are told apart by a label that makes them as long as is wanted. */
function matrix(fill: number) {
  const rows = Array.from({ length: 60 }, (_, row) => ({
    metric: { __name__: 'x', row: String(row), fill: 'é"]}'.repeat(fill) },
    values: Array.from({ length: 20 }, (_, i) => [1_700_000_000.5 + 15 * i, row === 3 ? 'NaN' : `${i / 7}`]),
    ...(row === 5 ? { histograms: [[1_700_000_100, HISTOGRAM]] } : {}),
  }));
  return { status: 'success', data: { resultType: 'matrix', result: rows }, infos: ['told'] };
}

const RANGE = { startMs: 1_700_000_000_000, endMs: 1_700_000_300_000, stepMs: 15_000 };

async function answered(body: string) {
  const server = await loopback((_, response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(body),
  );
  const source = httpSource({ url: server.url, timeoutMs: 20_000 });
  try {
    return await source.range('x', RANGE);
  } finally {
    await source.close();
    await server.close();
  }
}

it('a large answer is the same as a small one, sample by sample and looked at in any order', async () => {
  const [small, large] = [await answered(JSON.stringify(matrix(1))), await answered(JSON.stringify(matrix(2000)))];
  const shape = ({ data }: typeof small) =>
    data.kind === 'matrix' ? data.series.map(({ labels, samples }) => ({ row: labels.row, samples })) : [];
  expect(shape(large)).toEqual(shape(small));
  expect(shape(large).reverse()).toEqual(shape(small).reverse());
  expect(large.infos).toEqual(['told']);
  expect(JSON.parse([...machinePieces(large, 'json')].join(''))).toEqual(matrix(2000));
});

it.each([
  ['breaks off', JSON.stringify(matrix(2000)).slice(0, 300_000), 'broke off before its end'],
  [
    'is no JSON somewhere',
    JSON.stringify(matrix(2000)).replace('"NaN"', 'NaN'),
    'calls its answer JSON, but it is not',
  ],
  ['holds another value', JSON.stringify(matrix(2000)).replace('"NaN"', '7'), 'data.result[3].values holds a value'],
])('a large answer that %s is refused as a small one is', async (_how, body, message) => {
  await expect(answered(body)).rejects.toThrow(message);
});
