import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ALL_FEATURES } from '../../src/promql/features.ts';
import { parse } from '../../src/promql/parse.ts';
import { print } from '../../src/promql/print.ts';
import { bare } from './bare.ts';

type Case = { readonly input: string; readonly fail: boolean; readonly errors: readonly string[] };

/** A JSON list of `{input, fail, errors}`, made from the tests of Prometheus' parser; too large and not ours to keep here. */
const file = process.env.PROM_TUTOR_PARSE_CASES ?? '';
const present = existsSync(file);
if (!present) {
  const reason = 'PROM_TUTOR_PARSE_CASES names no file with cases of the parser of Prometheus';
  if (process.env.PROM_TUTOR_REQUIRE_REAL === '1') throw new Error(reason);
  process.stderr.write(`test/promql/reference.test.ts: skipped, ${reason}\n`);
}

it.skipIf(!present)("accepts and refuses what Prometheus' own parser tests do, in its words", () => {
  const cases = JSON.parse(readFileSync(file, 'utf8')) as readonly Case[];
  const wrong = cases.filter((one) => (parse(one.input, ALL_FEATURES).kind === 'error') !== one.fail);
  expect(wrong.map((one) => one.input)).toEqual([]);
  const refused = cases.filter((one) => one.fail);
  const same = refused.filter((one) => {
    const result = parse(one.input, ALL_FEATURES);
    return result.kind === 'error' && result.diagnostics[0].message === one.errors[0];
  });
  expect(same.length / refused.length).toBeGreaterThanOrEqual(0.95);
  for (const { input } of cases.filter((one) => !one.fail)) {
    const result = parse(input, ALL_FEATURES);
    if (result.kind === 'error') continue;
    const again = parse(print(result.expr), ALL_FEATURES);
    expect(again.kind === 'ok' && bare(again.expr), input).toEqual(bare(result.expr));
  }
});
