import { describe, expect, it } from 'vitest';
import { axisFactor, commonUnit, unitText } from '../../src/render/grafana-units.ts';

const STYLE = { timeZone: 'UTC', ascii: false };

describe('units of Grafana', () => {
  it.each([
    [5.7667, 'reqps', undefined, '5.77 req/s'],
    [12_300, 'reqps', undefined, '12.3K req/s'],
    [1_234, 'short', undefined, '1.23 K'],
    [2_500_000, 'short', undefined, '2.5 Mil'],
    [0, 'short', undefined, '0'],
    [12_345, 'none', undefined, '12,345'],
    [0.0421, 's', undefined, '42.1 ms'],
    [0.0000042, 's', undefined, '4.2 µs'],
    [90, 's', undefined, '1.5 min'],
    [7_200, 's', undefined, '2 hours'],
    [1_500, 'ms', undefined, '1.5 s'],
    [0, 's', undefined, '0 s'],
    [93_784, 'dtdurations', undefined, '1d2h3m4s'],
    [42.25, 'percent', 1, '42.3%'],
    [0.4225, 'percentunit', undefined, '42.3%'],
    [84_000_000, 'bytes', undefined, '80.1 MiB'],
    [84_000_000, 'decbytes', undefined, '84 MB'],
    [1_500, 'Bps', undefined, '1.5 kB/s'],
    [2_048, 'kbytes', undefined, '2 MiB'],
    [0.5, 'kbytes', undefined, '512 B'],
    [1_500_000, 'bps', undefined, '1.5 Mb/s'],
    [3, 'ops', undefined, '3 ops/s'],
    [21.5, 'celsius', undefined, '21.5 °C'],
    [9.5, 'currencyUSD', 2, '$9.50'],
    [1, 'bool_on_off', undefined, 'On'],
    [255, 'hex0x', undefined, '0xFF'],
    [7, 'suffix:jobs', undefined, '7 jobs'],
    [7, 'prefix:#', undefined, '#7'],
    [1_500, 'count:streams', undefined, '1.5 kstreams'],
    [1, 'bool:open/shut', undefined, 'open'],
    [1_763_800_005_000, 'dateTimeAsIso', undefined, '2025-11-22 08:26:45 UTC'],
    [7, 'nobody\u001b[2Jknows', undefined, '7 nobody\\x1b[2Jknows'],
    [Number.NaN, 's', undefined, 'NaN'],
    [Number.POSITIVE_INFINITY, 'bytes', undefined, '+Inf'],
    [1e30, 'short', undefined, '1.00e+15 Quadr'],
  ] as const)('%s as %s', (value, unit, decimals, text) => {
    expect(unitText(value, unit, STYLE, decimals)).toBe(text);
  });

  it('says a unit once where it is the same for all numbers', () => {
    expect([commonUnit('reqps'), commonUnit('bytes'), commonUnit('percent'), commonUnit('suffix:jobs')]).toEqual([
      'req/s',
      undefined,
      undefined,
      'jobs',
    ]);
  });

  it('makes an axis round in the unit that is written beside it', () => {
    expect([
      axisFactor(84_000_000, 'bytes'),
      axisFactor(500, 'bytes'),
      axisFactor(7_200, 's'),
      axisFactor(5, 's'),
    ]).toEqual([1_024 ** 2, 1, 3_600, 1]);
  });
});
