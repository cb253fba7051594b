import { readFileSync } from 'node:fs';
import { runScript, type ScriptReport } from './promqltest-run.ts';

// Runs scripts in Prometheus' own test language: `npm run promqltest -- [--json] [--quiet] FILE…`
const args = process.argv.slice(2);
const json = args.includes('--json');
const quiet = args.includes('--quiet');
const files = args.filter((arg) => !arg.startsWith('--'));
if (files.length === 0) {
  console.error('usage: npm run promqltest -- [--json] [--quiet] FILE…');
  process.exit(2);
}

const reports: (ScriptReport & { readonly file: string })[] = [];
for (const file of files) reports.push({ file, ...(await runScript(readFileSync(file, 'utf8'))) });
const passed = reports.reduce((sum, report) => sum + report.passed, 0);
const total = reports.reduce((sum, report) => sum + report.total, 0);
const histograms = reports.flatMap((report) => report.failures).filter((failure) => failure.histograms).length;

if (json) {
  console.log(JSON.stringify({ passed, total, needNativeHistograms: histograms, files: reports }, undefined, 2));
} else {
  for (const report of reports) {
    for (const { line, query, reason, histograms: native } of quiet ? [] : report.failures) {
      console.log(`${report.file}:${line}: ${query}\n    ${native ? '[native histograms] ' : ''}${reason}`);
    }
    const native = report.failures.filter((failure) => failure.histograms).length;
    console.log(
      `${report.file}: ${report.passed}/${report.total}${native > 0 ? `, ${native} need native histograms` : ''}`,
    );
  }
  console.log(`evals: ${passed}/${total}`);
}
process.exitCode = passed === total ? 0 : 1;
