import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeNode, nodeHead } from '../../src/advise/describe-node.ts';
import type { LintFinding } from '../../src/advise/lint/finding.ts';
import { lintQuery } from '../../src/advise/lint/lint-query.ts';
import { type LintInput, lintInput } from '../../src/advise/lint/report.ts';
import { substituteVariables } from '../../src/advise/lint/variables.ts';
import { sayQuery } from '../../src/advise/say-query.ts';
import { ALL_FEATURES } from '../../src/promql/features.ts';
import { parse } from '../../src/promql/parse.ts';
import { pretty } from '../../src/promql/pretty.ts';
import { print } from '../../src/promql/print.ts';
import { walk } from '../../src/promql/walk.ts';

// Reads every rule file and dashboard below some folders and puts each query through all that needs no server: parser,
// printer, formatter, explain and lint. `npx tsx test/tools/corpus.ts [--findings] [--sample N] FOLDER…`. With promtool on
// PATH, what is accepted is compared with it. Ends with 1 where something that Prometheus accepts does not come through.
type Query = { readonly text: string; readonly name: string; readonly file: string; readonly input: LintInput };

const args = process.argv.slice(2);
const showsFindings = args.includes('--findings');
const sample = args.includes('--sample') ? Number(args[args.indexOf('--sample') + 1]) : undefined;
const folders = args.filter((arg, index) => !arg.startsWith('--') && args[index - 1] !== '--sample');
if (folders.length === 0) {
  console.error('usage: npx tsx test/tools/corpus.ts [--findings] [--sample N] FOLDER…');
  process.exit(2);
}

const files = folders.flatMap(filesBelow).filter((file) => /\.(?:ya?ml|json|rules)$/.test(file));
const inputs = files.flatMap((file) => inputOf(file) ?? []);
const seen = new Set<string>();
const queries: Query[] = [];
for (const input of inputs) {
  for (const { query, name, use, variables } of input.queries) {
    const key = `${use} ${variables} ${query}`;
    if (seen.has(key) || query.trim() === '') continue;
    seen.add(key);
    queries.push({ text: query, name, file: input.file ?? '', input });
  }
}

const counts = new Map<string, number>();
const add = (key: string, by = 1) => counts.set(key, (counts.get(key) ?? 0) + by);
const broken: string[] = [];
const findings: { readonly query: Query; readonly finding: LintFinding }[] = [];
const refused: { readonly query: Query; readonly read: string; readonly open: boolean; readonly said: string }[] = [];
const accepted: { readonly query: Query; readonly read: string }[] = [];

for (const query of queries) {
  const linted = query.input.queries.find((each) => each.query === query.text);
  const { use = 'query', variables = false } = linted ?? {};
  const replaced = variables ? substituteVariables(query.text) : { text: query.text, open: false };
  const parsed = parse(replaced.text, ALL_FEATURES);
  for (const finding of lintQuery(query.text, { use, variables })) findings.push({ query, finding });
  if (parsed.kind === 'error') {
    add('refused');
    refused.push({ query, read: replaced.text, open: replaced.open, said: parsed.diagnostics[0].message });
    continue;
  }
  add('parsed');
  accepted.push({ query, read: replaced.text });
  through('printed', query, () => {
    const again = parse(print(parsed.expr), ALL_FEATURES);
    return again.kind === 'ok' && print(again.expr) === print(parsed.expr);
  });
  through('formatted', query, () => {
    // The formatter sorts matchers, as that of Prometheus does.
    const again = parse(pretty(parsed.expr), ALL_FEATURES);
    return again.kind === 'ok' && pretty(again.expr) === pretty(parsed.expr);
  });
  through('explained', query, () => {
    const words = [sayQuery(parsed.expr)];
    walk(parsed.expr, (node) => words.push(nodeHead(node), describeNode(node)));
    return words.every(
      (text) => text !== '' && !/undefined|NaN\b|\[object|not known here/.test(text.replace(/\bNaN\b/g, '')),
    );
  });
}

console.log(`${files.length} files, ${inputs.length} with rules or dashboards, ${queries.length} different queries`);
for (const [key, count] of counts) console.log(`${key}: ${count}`);
for (const { query, read, said } of refused) console.log(`refused: ${query.file}: ${read}\n    ${said}`);
for (const line of broken) console.log(`BROKEN ${line}`);
const byRule = new Map<string, number>();
for (const { finding } of findings) {
  const key = `${finding.certainty} ${finding.rule}`;
  byRule.set(key, (byRule.get(key) ?? 0) + 1);
}
const withFindings = new Set(findings.map(({ query }) => query)).size;
console.log(`findings: ${findings.length} in ${withFindings} queries`);
for (const [rule, count] of [...byRule].sort((a, b) => b[1] - a[1])) console.log(`  ${count} ${rule}`);
if (showsFindings) {
  const every = sample === undefined ? 1 : Math.max(1, Math.floor(findings.length / sample));
  for (const { query, finding } of findings.filter((_, index) => index % every === 0)) {
    const { text } = query;
    const at = text.slice(finding.span.start, finding.span.end);
    console.log(`\n[${finding.certainty} ${finding.rule}] ${query.name}\n${text}\n  at: ${at}\n  ${finding.message}`);
  }
}
const unlike = compareWithPromtool();
process.exitCode = broken.length > 0 || unlike > 0 ? 1 : 0;

function filesBelow(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) return filesBelow(inner);
    return entry.isFile() && statSync(inner).size < 20_000_000 ? [inner] : [];
  });
}

function inputOf(file: string): LintInput | undefined {
  const text = readFileSync(file, 'utf8');
  return /\bexpr\b/.test(text) ? lintInput(text, file, 'file') : undefined;
}

function through(step: string, query: Query, passes: () => boolean): void {
  try {
    if (passes()) add(step);
    else broken.push(`${step}: ${query.file}: ${query.text}`);
  } catch (error) {
    broken.push(`${step}: ${query.file}: ${query.text}: ${String(error)}`);
  }
}

/** How many queries are judged otherwise than by promtool; it reads all of them as rules of one file each way. */
function compareWithPromtool(): number {
  if (spawnSync('promtool', ['--version']).status !== 0) {
    console.log('promtool is not on PATH: nothing is compared with Prometheus');
    return 0;
  }
  const ours = [
    ...accepted.map(({ read }) => ({ read, ok: true })),
    ...refused.map(({ read }) => ({ read, ok: false })),
  ];
  const wrong = differences(ours);
  for (const { read, ok } of wrong) console.log(`UNLIKE promtool, which ${ok ? 'refuses' : 'accepts'} it: ${read}`);
  console.log(`compared with promtool: ${ours.length}, judged otherwise: ${wrong.length}`);
  return wrong.length;
}

type Judged = { readonly read: string; readonly ok: boolean };

/** Every query is a rule of its own; promtool names the rules that it refuses by their place. */
function differences(ours: readonly Judged[]): readonly Judged[] {
  const folder = mkdtempSync(join(tmpdir(), 'prom-tutor-corpus-'));
  try {
    const file = join(folder, 'rules.json');
    const groups = ours.map(({ read }, index) => ({
      name: `g${index}`,
      rules: [{ record: `r:r${index}`, expr: read }],
    }));
    writeFileSync(file, JSON.stringify({ groups }));
    const features = '--enable-feature=promql-experimental-functions,promql-delayed-name-removal';
    const checked = spawnSync('promtool', [features, 'check', 'rules', '--lint=none', file], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    const said = checked.stdout + checked.stderr;
    const refusedThere = new Set([...said.matchAll(/"r:r(\d+)"/g)].map(([, index]) => Number(index)));
    return ours.filter(({ ok }, index) => ok === refusedThere.has(index));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
