import { describe, expect, it } from 'vitest';
import { lintQuery } from '../../src/advise/lint/lint-query.ts';
import { type LintInput, lintInput, reported } from '../../src/advise/lint/report.ts';
import { LINT_RULES } from '../../src/advise/lint-rules.ts';
import { lintSarif } from '../../src/render/lint-machine.ts';

/**
 * What SARIF 2.1.0 asks of the objects that are written here: the properties each may have, `!` behind those it must have,
 * and what they hold. https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html, section 3.
 */
const SHAPES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  log: { $schema: 'uri', 'version!': '=2.1.0', 'runs!': '[run]' },
  run: { 'tool!': 'tool', columnKind: '=utf16CodeUnits', results: '[result]' },
  tool: { 'driver!': 'component' },
  component: { 'name!': 'text', version: 'text', informationUri: 'uri', rules: '[rule]' },
  rule: { 'id!': 'text', shortDescription: 'messageString' },
  messageString: { 'text!': 'text' },
  message: { text: 'text' },
  result: {
    ...{ ruleId: 'text', ruleIndex: 'count', level: '=error|warning|note|none', 'message!': 'message' },
    ...{ locations: '[location]', fixes: '[fix]' },
  },
  location: { physicalLocation: 'physicalLocation', logicalLocations: '[logicalLocation]' },
  logicalLocation: { name: 'text' },
  physicalLocation: { 'artifactLocation!': 'artifactLocation', region: 'region' },
  artifactLocation: { uri: 'uri' },
  region: { 'startLine!': 'position', startColumn: 'position', endLine: 'position', endColumn: 'position' },
  fix: { 'artifactChanges!': '[artifactChange]+' },
  artifactChange: { 'artifactLocation!': 'artifactLocation', 'replacements!': '[replacement]+' },
  replacement: { 'deletedRegion!': 'region', insertedContent: 'messageString' },
};

/** Everything in which a value differs from its shape, as paths. */
function problems(value: unknown, kind: string, path: string): readonly string[] {
  const list = /^\[(\w+)\](\+?)$/.exec(kind);
  if (list !== null) {
    if (!Array.isArray(value) || (list[2] === '+' && value.length === 0)) return [`${path} is no filled array`];
    return value.flatMap((item, index) => problems(item, list[1] ?? '', `${path}[${index}]`));
  }
  if (kind.startsWith('=')) return kind.slice(1).split('|').includes(String(value)) ? [] : [`${path} is ${value}`];
  if (kind === 'text') return typeof value === 'string' && value !== '' ? [] : [`${path} is no text`];
  if (kind === 'uri')
    return typeof value === 'string' && /^[\w:/?#[\]@!$&'()*+,;=.~%-]+$/.test(value)
      ? []
      : [`${path} is no URI: ${value}`];
  if (kind === 'count') return Number.isInteger(value) && Number(value) >= 0 ? [] : [`${path} is no index`];
  if (kind === 'position') return Number.isInteger(value) && Number(value) >= 1 ? [] : [`${path} is no position`];
  const shape = SHAPES[kind];
  if (shape === undefined || typeof value !== 'object' || value === null) return [`${path} is no ${kind}`];
  const names = new Map(Object.entries(shape).map(([name, of]) => [name.replace('!', ''), of]));
  const missing = Object.keys(shape).filter((name) => name.endsWith('!') && !(name.slice(0, -1) in value));
  return [
    ...missing.map((name) => `${path}.${name.slice(0, -1)} is missing`),
    ...Object.entries(value).flatMap(([name, inner]) => {
      const of = names.get(name);
      return of === undefined ? [`${path}.${name} is unknown`] : problems(inner, of, `${path}.${name}`);
    }),
  ];
}

function sarifOf(source: string, file: string | undefined, kind: 'query' | 'file'): string {
  const input = lintInput(source, file, kind) as LintInput;
  const findings = [
    ...input.problems.map((problem) => reported(problem, input, undefined)),
    ...input.queries.flatMap((linted) =>
      lintQuery(linted.query, { use: linted.use, variables: linted.variables }).map((note) =>
        reported(note, input, linted),
      ),
    ),
  ];
  expect(findings.length).toBeGreaterThan(0);
  const rules = Object.entries(LINT_RULES).map(([id, { title }]) => ({ id, title }));
  return lintSarif(findings, { version: '1.0.0', rules });
}

const RULES = `groups:
  - name: odd [name]
    rules:
      - alert: A
        expr: up == bool 0
      - record: b
        expr: |
          histogram_quantile(0.9,
            sum(rate(x_bucket[5m])))
      - record: c
        expr: sum(up
`;

describe('SARIF 2.1.0', () => {
  it('takes no drive for a scheme', () => {
    expect(sarifOf(RULES, 'C:\\rules\\a.yml', 'file')).toContain('"uri": "file:///C:/rules/a.yml"');
  });

  it.each([
    ['a query', 'up{job=~"^app$"} = 1', undefined, 'query'],
    ['rules', RULES, 'a folder/rules #1 ü.yml', 'file'],
    ['rules on Windows', RULES, 'C:\\rules\\a.yml', 'file'],
    ['a dashboard', '{"panels":[{"title":"T","targets":[{"expr":"sum(rate(x[5m])) by job"}]}]}', '/tmp/d.json', 'file'],
  ] as const)('has the shape of the specification for %s', (_, source, file, kind) => {
    const log = JSON.parse(sarifOf(source, file, kind)) as { readonly runs: readonly SarifRun[] };
    expect(problems(log, 'log', '$')).toEqual([]);
    for (const { tool, results } of log.runs) {
      const ids = tool.driver.rules.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      for (const { ruleId, ruleIndex, locations } of results) {
        expect(ids[ruleIndex]).toBe(ruleId);
        const [{ physicalLocation }] = locations;
        const { startLine, startColumn, endLine, endColumn } = physicalLocation.region;
        // 3.30: the end is not before the start, and `endColumn` is the column behind the last character.
        expect(endLine > startLine || (endLine === startLine && endColumn >= startColumn)).toBe(true);
      }
    }
  });

  it('finds what does not fit', () => {
    const log = { version: '2.0.0', runs: [{ tool: { driver: {} }, results: [{ level: 'bad', odd: 1 }] }] };
    expect(problems(log, 'log', '$')).toEqual([
      '$.version is 2.0.0',
      '$.runs[0].tool.driver.name is missing',
      '$.runs[0].results[0].message is missing',
      '$.runs[0].results[0].level is bad',
      '$.runs[0].results[0].odd is unknown',
    ]);
  });
});

type SarifRun = {
  readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
  readonly results: readonly {
    readonly ruleId: string;
    readonly ruleIndex: number;
    readonly locations: readonly [
      {
        readonly physicalLocation: {
          readonly region: {
            readonly startLine: number;
            readonly startColumn: number;
            readonly endLine: number;
            readonly endColumn: number;
          };
        };
      },
    ];
  }[];
};
