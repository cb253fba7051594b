import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { labelsKey, labelsOf, METRIC_NAME } from '../../../src/model/labels.ts';
import { Engine } from '../../../src/promql/engine/engine.ts';
import { parse } from '../../../src/promql/parse.ts';
import { readRuleFile } from '../../../src/scrape/rules/rule-file.ts';
import { GroupRunner } from '../../../src/scrape/rules/rule-group.ts';
import { MemoryStorage } from '../../../src/tsdb/memory-storage.ts';
import { realSuite } from '../../helpers/prometheus.ts';

/** What a group can do without an error (promtool gives up at one), over series that come, go and stay away. */
const RULES = `
groups:
  - name: first
    labels: {team: sse, tier: ''}
    rules:
      - record: kind:x:sum
        expr: sum by (kind) (x)
      - record: kind:x:double
        expr: kind:x:sum{kind="a"} * 2
        labels: {team: other, kind: ''}
      - record: number
        expr: 1 + 1
        labels: {empty: ''}
      - record: one:x
        expr: x{kind="a"}
        labels: {at: here}
      - alert: AtOnce
        expr: x > 1
      - alert: Waits
        expr: x > 0
        for: 45s
        labels: {severity: '{{ if gt $value 1.0 }}high{{ else }}low{{ end }}', who: '{{ $labels.kind }}'}
      - alert: Keeps
        expr: x == 2
        for: 15s
        keep_firing_for: 40s
      - alert: Broken
        expr: x
        labels: {text: '{{ query "vector(" }}'}
      - alert: Firing
        expr: count(ALERTS{alertstate="firing"}) > 3
        labels: {firing: '{{ $value }}'}
  - name: limited
    limit: 3
    rules:
      - record: limited:x
        expr: x
      - alert: Limited
        expr: x > 0
        for: 30s
`;

const STEP_MS = 15_000;
const STEPS = 60;
const KINDS = ['a', 'b', 'c'] as const;

/** A value, no sample at all, or a stale marker. */
type Written = number | '_' | 'stale';

realSuite('groups of rules, beside the unit tests of promtool', ['promtool'], () => {
  it.each([1, 2, 3, 4])('writes the same series at every moment, seed %i', async (seed) => {
    const series = KINDS.map((kind) => ({ kind, values: randomValues(`${seed}/${kind}`) }));
    const ours = await evaluated(series);
    const theirs = promtoolEvaluated(series);
    for (let step = 0; step < STEPS; step++) expect({ step, rows: ours[step] }).toEqual({ step, rows: theirs[step] });
    expect(new Set(theirs.flat().map((row) => /"__name__","(.*?)"/.exec(row)?.[1]))).toEqual(
      new Set(['ALERTS', 'ALERTS_FOR_STATE', 'kind:x:double', 'kind:x:sum', 'limited:x', 'number', 'one:x', 'x']),
    );
  });
});

type Input = readonly { readonly kind: string; readonly values: readonly Written[] }[];

function randomValues(seed: string): readonly Written[] {
  let state = [...seed].reduce((sum, sign) => (sum * 31 + sign.charCodeAt(0)) >>> 0, 7);
  const next = () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const values: Written[] = [];
  let value: Written = 0;
  while (values.length < STEPS) {
    if (next() < 0.25) value = ([0, 1, 2, 2, 1, '_', 'stale'] as const)[Math.floor(next() * 7)] ?? 0;
    values.push(value);
    if (value === 'stale') value = '_';
  }
  return values;
}

/** Per step the rows that an instant query for everything gives: labels and value as one text, sorted. */
async function evaluated(series: Input): Promise<readonly (readonly string[])[]> {
  const storage = new MemoryStorage();
  const engine = new Engine(storage, { subqueryStepMs: STEP_MS });
  const world = { storage, engine, now: () => 0, externalLabels: {}, externalUrl: '' };
  const groups = readRuleFile(RULES).groups.map((group) => new GroupRunner(group, 'rules.yml', STEP_MS, world));
  for (const group of groups) group.restore();
  const steps: string[][] = [];
  for (let step = 0; step < STEPS; step++) {
    const ms = step * STEP_MS;
    for (const { kind, values } of series) {
      const value = values[step];
      if (value === '_' || value === undefined) continue;
      const sample = value === 'stale' ? { ms, value: 0, stale: true } : { ms, value };
      storage.append({ [METRIC_NAME]: 'x', kind }, sample);
    }
    for (const group of groups) await group.evaluate(ms);
    const result = await engine.instant({ query: '{__name__=~".+"}', ms });
    if (result.kind === 'error' || result.data.kind !== 'vector') throw new Error('no vector');
    steps.push(result.data.samples.map(({ labels, value }) => `${labelsKey(labels)} ${value}`).sort());
  }
  return steps;
}

/** The same from promtool: expectations that nothing is there fail and tell what is. */
function promtoolEvaluated(series: Input): readonly (readonly string[])[] {
  const dir = mkdtempSync(join(tmpdir(), 'prom-tutor-rule-group-'));
  try {
    writeFileSync(join(dir, 'rules.yml'), RULES);
    const test = {
      rule_files: ['rules.yml'],
      evaluation_interval: '15s',
      // Otherwise promtool takes the groups in any order.
      group_eval_order: ['first', 'limited'],
      tests: [
        {
          interval: '15s',
          input_series: series.map(({ kind, values }) => ({ series: `x{kind="${kind}"}`, values: values.join(' ') })),
          promql_expr_test: Array.from({ length: STEPS }, (_, step) => ({
            expr: '{__name__=~".+"}',
            eval_time: `${step * 15}s`,
            exp_samples: [],
          })),
        },
      ],
    };
    writeFileSync(join(dir, 'test.yml'), JSON.stringify(test));
    const { stdout, stderr } = spawnSync('promtool', ['test', 'rules', 'test.yml'], {
      cwd: dir,
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
    });
    const said = new Map(
      [...`${stdout}${stderr}`.matchAll(/time: (\S+), *\n *exp: nil\n *got: (.*)/g)].map(([, time = '', got = '']) => [
        time,
        got,
      ]),
    );
    return Array.from({ length: STEPS }, (_, step) => rowsOf(said.get(goTime(step * 15)) ?? ''));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** 75 is `1m15s` and 60 is `1m`. */
function goTime(seconds: number): string {
  const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60];
  return minutes === 0 ? `${rest}s` : `${minutes}m${rest === 0 ? '' : `${rest}s`}`;
}

/** Takes `{a="b"} 1E+00, {…} 2E+00` apart with our own parser of selectors. */
function rowsOf(got: string): readonly string[] {
  const rows = [...got.matchAll(/(\{(?:"(?:\\.|[^"\\])*"|[^}"])*\}) ([-+.\dEeNaInf]+)/g)];
  return rows
    .map(([, labels = '', value]) => {
      const parsed = parse(labels);
      if (parsed.kind === 'error' || parsed.expr.kind !== 'vector') throw new Error(`not labels: ${labels}`);
      const pairs = parsed.expr.matchers.map(({ name, value: text }) => [name, text] as const);
      return `${labelsKey(labelsOf(pairs))} ${Number(value)}`;
    })
    .sort();
}
