import type { Finding, Report } from './finding.ts';

export type BugReport = {
  readonly report: Report;
  /** Names of the variables that are set and mean something to us; never their values. */
  readonly variables: readonly string[];
  /** Keys that the settings file sets; never their values. */
  readonly settings: readonly string[];
  /** Hides what strangers must not see. */
  readonly redact: (text: string) => string;
};

/** A page of Markdown to paste into a bug report. What came from servers and programs stands where no Markdown is read. */
export function bugReportText({ report, variables, settings, redact }: BugReport): string {
  const versions = Object.entries(report.versions ?? {}).map(([what, version]) => `${what}: ${version}`);
  const { counts, sentence, next } = report.summary;
  const lines = [
    ...versions,
    `variables set: ${variables.join(' ') || 'none'}`,
    `settings: ${settings.join(' ') || 'none'}`,
  ];
  const findings = report.findings.flatMap(findingLines);
  const verdict = [
    sentence,
    ...(next === undefined ? [] : [`next: ${next}`]),
    `${counts.fail} failed, ${counts.warn} warnings, ${counts.ok} in order, ${counts.skip} not looked at`,
  ];
  return [
    '# What prom-tutor doctor found',
    '',
    INTRODUCTION,
    '',
    '## Versions',
    '',
    ...fenced(lines.map(redact)),
    '',
    '## Findings',
    '',
    ...fenced([...findings, '', ...verdict].map((line) => shown(line, redact))),
    '',
  ].join('\n');
}

const INTRODUCTION = `Paste this into your report, below what you did and what you expected. Names of people, homes, hosts and public
addresses, passwords and tokens were taken out: read it once before you send it. Names of jobs and metrics are in it.`;

/** Longer ones are pages of a server, of which the beginning tells enough. */
const LONGEST = 600;
/** What stands further behind could only be reached where nearly all before it is hidden. */
const MOST_READ = 20_000;

function findingLines({ id, kind, status, sentence, evidence, fix, because }: Finding): readonly string[] {
  const head = `${status.padEnd(4)} ${id}${kind === undefined ? '' : ` (${kind})`}: ${sentence}`;
  return [
    head,
    ...evidence.filter((line) => line !== '').map((line) => `       ${line}`),
    ...(fix === undefined ? [] : [`       fix: ${fix}`]),
    ...(because === undefined ? [] : [`       because: ${because}`]),
  ];
}

/** Hidden first, cut then: the first half of a secret is not found any more. */
function shown(line: string, redact: BugReport['redact']): string {
  const text = redact(line.slice(0, MOST_READ));
  return text.length > LONGEST ? `${text.slice(0, LONGEST)} ...` : text;
}

/** Fenced so that no line of it can end the fence. */
function fenced(lines: readonly string[]): readonly string[] {
  const longest = Math.max(0, ...lines.flatMap((line) => [...line.matchAll(/`+/g)].map(([run]) => run.length)));
  const fence = '`'.repeat(Math.max(3, longest + 1));
  return [`${fence}text`, ...lines, fence];
}
