import type { Region, ReportedFinding } from '../advise/lint/report.ts';
import { safe, safeJson, safeLines } from './safe.ts';

/** One JSON document: `findings` with positions, and how many queries were read. */
export function lintJson(findings: readonly ReportedFinding[], queries: number): string {
  const rows = findings.map(({ fix: _fix, span, replacements: _replacements, ...finding }) => ({ ...finding, span }));
  return safeJson({ queries, findings: rows });
}

export type LintTool = {
  readonly version: string;
  readonly rules: readonly { readonly id: string; readonly title: string }[];
};

/** A log of SARIF 2.1.0: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */
export function lintSarif(findings: readonly ReportedFinding[], tool: LintTool): string {
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'prom-tutor',
            version: tool.version,
            rules: tool.rules.map(({ id, title }) => ({ id, shortDescription: { text: title } })),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => sarifResult(finding, tool)),
      },
    ],
  };
  return safeJson(log, undefined, 2);
}

function sarifResult(finding: ReportedFinding, { rules }: LintTool) {
  const { rule, certainty, message, name, file, region, replacements } = finding;
  const artifactLocation = { uri: uriOf(file) };
  return {
    ruleId: rule,
    ruleIndex: rules.findIndex(({ id }) => id === rule),
    level: certainty === 'certain' ? 'error' : 'warning',
    message: { text: message },
    locations: [
      {
        physicalLocation: { artifactLocation, region: sarifRegion(region) },
        ...(name === '' ? {} : { logicalLocations: [{ name }] }),
      },
    ],
    ...(replacements.length === 0
      ? {}
      : {
          fixes: [
            {
              artifactChanges: [
                {
                  artifactLocation,
                  replacements: replacements.map(({ region: deleted, text }) => ({
                    deletedRegion: sarifRegion(deleted),
                    insertedContent: { text },
                  })),
                },
              ],
            },
          ],
        }),
  };
}

/** A path as a relative or absolute URI; a query of the command line has no file of its own. */
function uriOf(file: string | undefined): string {
  const path = (file ?? 'query.promql').replaceAll('\\', '/');
  // What stands before a colon would be a scheme: a drive is none.
  return encodeURI(/^[A-Za-z]:\//.test(path) ? `file:///${path}` : path).replace(/[?#]/g, encodeURIComponent);
}

function sarifRegion({ line, column, endLine, endColumn }: Region) {
  return { startLine: line, startColumn: column, endLine, endColumn };
}

/** https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands: one line a finding. */
export function lintGithub(findings: readonly ReportedFinding[]): string {
  return findings
    .map(({ certainty, rule, message, file, region: { line, column, endLine, endColumn } }) => {
      const where =
        file === undefined
          ? []
          : [
              `file=${property(safe(file))}`,
              `line=${line}`,
              `endLine=${endLine}`,
              // GitHub takes columns only within one line.
              ...(endLine === line ? [`col=${column}`, `endColumn=${endColumn}`] : []),
            ];
      const level = certainty === 'certain' ? 'error' : 'warning';
      return `::${level} ${[...where, `title=${property(rule)}`].join(',')}::${escaped(safeLines(message))}`;
    })
    .join('\n');
}

function escaped(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
