import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ARITHMETIC_OPERATORS, COMPARISON_OPERATORS, SET_OPERATORS, TRIM_OPERATORS } from '../../src/promql/ast.ts';
import { ALL_FEATURES } from '../../src/promql/features.ts';
import { FUNCTIONS } from '../../src/promql/functions/table.ts';
import { parse } from '../../src/promql/parse.ts';
import { print } from '../../src/promql/print.ts';
import { AGGREGATORS } from '../../src/promql/syntax/tokens.ts';
import { walk } from '../../src/promql/walk.ts';
import { runScript } from '../tools/promqltest-run.ts';
import { parseScript } from '../tools/promqltest-script.ts';
import { bare } from './bare.ts';

const folder = join(dirname(fileURLToPath(import.meta.url)), 'scripts');
const ours = scriptsIn(folder);

/** Scripts of Prometheus itself, when their folder is given; they are not ours to keep here. */
const reference = process.env.PROM_TUTOR_PROMQL_SCRIPTS ?? '';

/** Evals of those scripts that pass; the others need native histograms. The number only ever goes up. */
const REFERENCE_PASSED = 1248;

describe('our own scripts in the test language of Prometheus', () => {
  it.each(ours)('%s', async (_name, text) => {
    const { failures } = await runScript(text);
    expect(failures).toEqual([]);
  });

  it('hold queries that mean the same after they have been printed', () => {
    for (const [, text] of ours) {
      for (const command of parseScript(text)) {
        if (!('query' in command)) continue;
        const first = parse(command.query, ALL_FEATURES);
        const again = first.kind === 'ok' ? parse(print(first.expr), ALL_FEATURES) : first;
        expect(again.kind === 'ok' && bare(again.expr), command.query).toEqual(first.kind === 'ok' && bare(first.expr));
      }
    }
  });

  it('cover every function, aggregation, operator and modifier', () => {
    const seen = new Set<string>();
    for (const [, text] of ours) {
      for (const command of parseScript(text)) {
        if ('query' in command) for (const part of partsOf(command.query)) seen.add(part);
      }
    }
    const wanted = [
      ...FUNCTIONS.map((row) => `${row.name}()`),
      ...AGGREGATORS,
      ...[...ARITHMETIC_OPERATORS, ...COMPARISON_OPERATORS, ...SET_OPERATORS, ...TRIM_OPERATORS],
      ...['unary -', 'unary +', 'by', 'without', 'bool', 'on', 'ignoring', 'group_left', 'group_right'],
      ...[
        'fill_left',
        'fill_right',
        'fill',
        'offset',
        '@ timestamp',
        '@ start',
        '@ end',
        'subquery',
        'anchored',
        'smoothed',
      ],
    ];
    expect(wanted.filter((part) => !seen.has(part))).toEqual([]);
  });
});

const present = reference !== '' && scriptsIn(reference).length > 0;
if (!present) {
  const reason = 'PROM_TUTOR_PROMQL_SCRIPTS names no folder with the test scripts of Prometheus';
  if (process.env.PROM_TUTOR_REQUIRE_REAL === '1') throw new Error(reason);
  process.stderr.write(`test/promql/scripts.test.ts: skipped, ${reason}\n`);
}

it.skipIf(!present)(
  'every eval of the scripts of Prometheus passes that needs no native histograms',
  async () => {
    let passed = 0;
    const failed: string[] = [];
    for (const [name, text] of scriptsIn(reference)) {
      const report = await runScript(text);
      passed += report.passed;
      for (const { line, reason, histograms } of report.failures)
        if (!histograms) failed.push(`${name}:${line} ${reason}`);
    }
    expect(failed).toEqual([]);
    expect(passed).toBeGreaterThanOrEqual(REFERENCE_PASSED);
  },
  120_000,
);

function scriptsIn(path: string): readonly (readonly [string, string])[] {
  if (path === '') return [];
  const names = readdirSync(path).filter((name) => name.endsWith('.test'));
  return names.sort().map((name) => [name, readFileSync(join(path, name), 'utf8')] as const);
}

/** What a query uses, by the names above. */
function partsOf(query: string): readonly string[] {
  const parsed = parse(query, ALL_FEATURES);
  if (parsed.kind === 'error') throw new Error(`${query}: ${parsed.diagnostics[0].message}`);
  const parts: string[] = [];
  walk(parsed.expr, (node) => {
    switch (node.kind) {
      case 'call':
        return parts.push(`${node.name}()`);
      case 'aggregation':
        parts.push(node.operator);
        if (node.modifierSpan !== undefined) parts.push(node.without ? 'without' : 'by');
        return parts;
      case 'unary':
        return parts.push(`unary ${node.operator}`);
      case 'binary': {
        parts.push(node.operator, ...(node.bool ? ['bool'] : []));
        const matching = node.matching;
        if (matching === undefined) return parts;
        if (matching.on) parts.push('on');
        else if (matching.labels.length > 0) parts.push('ignoring');
        if (matching.cardinality === 'many-to-one') parts.push('group_left');
        if (matching.cardinality === 'one-to-many') parts.push('group_right');
        const { fillLeft, fillRight } = matching;
        if (fillLeft !== undefined && fillRight !== undefined) parts.push('fill');
        else if (fillLeft !== undefined) parts.push('fill_left');
        else if (fillRight !== undefined) parts.push('fill_right');
        return parts;
      }
      case 'vector':
      case 'subquery':
        if (node.kind === 'subquery') parts.push('subquery');
        else if (node.extension !== undefined) parts.push(node.extension);
        if (node.offset !== undefined) parts.push('offset');
        if (node.at !== undefined) parts.push(`@ ${node.at.kind}`);
        return parts;
      case 'matrix':
      case 'number':
      case 'string':
      case 'paren':
        return parts;
    }
  });
  return parts;
}
