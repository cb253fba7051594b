import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** One way to call a command, and what shows that it did its work. */
export type Call = {
  /** The name in the table of commands; empty for `prom-tutor` alone. */
  readonly command: string;
  readonly argv: readonly string[];
  readonly code?: number;
  /** In every mode of drawing, wherever lines are broken. */
  readonly says: RegExp;
  /** What stands on standard input. */
  readonly input?: string;
  /** stdout is for a program (a script, a query to be copied, another program's own text): it stays as it is in every mode. */
  readonly data?: true;
};

const RATIO =
  'sum by (provider) (rate(sse_requests_total{status="error"}[5m])) / sum by (provider) (rate(sse_requests_total[5m]))';
const RATE = 'sum by (provider) (rate(sse_requests_total[5m]))';

/** Files that the calls below name, in a folder of their own. */
export function writeCallFiles(folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'answers.txt'), `4.1: rate(sse_requests_total[5m])\n4.2: ${RATE}\n1.1: up\n`);
  writeFileSync(
    join(folder, 'rules.yml'),
    'groups:\n- name: g\n  rules:\n  - record: a\n    expr: sum(rate(up[1m]))\n  - alert: B\n    expr: rate(sum(up)[5m:])\n',
  );
  writeFileSync(join(folder, 'dump.om'), '# TYPE x gauge\nx{a="b"} 1\nx{a="c"} 2\n# EOF\n');
}

/**
 * Every command that can be called over and over with the same result while one stack runs. A test compares with the table of
 * commands, so that a new one has a row here, or in `LIFE`.
 */
export const CALLS: readonly Call[] = [
  { command: '', argv: [], says: /lesson 1/ },
  { command: '', argv: ['--help'], says: /Learn Prometheus and PromQL/ },
  { command: '', argv: ['query', '--help'], says: /ask Prometheus now/ },
  { command: '', argv: ['qurey'], code: 2, says: /unknown command/ },
  { command: 'lesson', argv: ['lesson', '4'], says: /Counters and rate\(\)/ },
  { command: 'lesson', argv: ['lesson', '8', '--print'], says: /Percentiles from buckets/ },
  { command: 'lesson', argv: ['lesson', '13'], says: /Joining vectors/ },
  { command: 'lesson', argv: ['lesson', 'no-such'], code: 2, says: /there is no lesson/ },
  { command: 'lessons', argv: ['lessons'], says: /Counters and rate\(\)/ },
  { command: 'lessons', argv: ['lessons', 'search', 'restart'], says: /rate/ },
  { command: 'check', argv: ['check', '4.1', 'up'], code: 1, says: /Not yet/ },
  { command: 'check', argv: ['check', '4.1', 'rate(sse_requests_total[5m])'], says: /Correct/ },
  {
    command: 'check',
    argv: ['check', '4.1', 'rate(sse_requests_total[5m]'],
    code: 1,
    says: /unclosed left parenthesis/,
  },
  { command: 'progress', argv: ['progress'], says: /solved/ },
  { command: 'review', argv: ['review'], says: /review/i },
  { command: 'cheatsheet', argv: ['cheatsheet'], says: /rate\(sse_requests_total\[5m\]\)/ },
  { command: 'grade', argv: ['grade', 'answers.txt'], code: 1, says: /rate\/2/ },
  { command: 'query', argv: ['query', 'up'], says: /sse-app-2:8000/ },
  { command: 'query', argv: ['query', 'sse_requests_total', '-o', 'wide'], says: /anthropic/ },
  { command: 'query', argv: ['query', 'sse_requests_total{provider="openai"}[1m]'], says: /samples/ },
  { command: 'query', argv: ['query', RATE, '--range', '1h'], says: /anthropic/ },
  { command: 'query', argv: ['query', RATE, '--range', '1h', '-o', 'graph'], says: /step \d+/ },
  { command: 'query', argv: ['query', RATE, '-o', 'bars'], says: /openai/ },
  {
    command: 'query',
    argv: ['query', 'sum by (le) (rate(sse_request_duration_seconds_bucket[5m]))', '--range', '1h', '-o', 'heatmap'],
    says: /UTC/,
  },
  {
    command: 'query',
    argv: ['query', 'max by (provider) (sse_circuit_breaker_state)', '--range', '3h', '-o', 'timeline'],
    says: /openai/,
  },
  { command: 'query', argv: ['query', 'rate(sse_requests_total[5m]'], code: 1, says: /unclosed left parenthesis/ },
  { command: 'query', argv: ['query', 'sum(rate(sse_requets_total[5m]))'], says: /sse_requests_total/ },
  { command: 'query', argv: ['query', 'x', '--data', 'dump.om'], says: /2 rows/ },
  { command: 'query', argv: ['query', 'up', '-o', 'json'], says: /"status"/, data: true },
  { command: 'why', argv: ['why', 'rate(sse_requests_total{provider="opnai"}[5m])'], says: /Did you mean/ },
  { command: 'why', argv: ['why', 'sum(sse_requests_total)'], says: /counter/ },
  { command: 'explain', argv: ['explain', RATIO], says: /per second/ },
  { command: 'explain', argv: ['explain', '--step', RATIO], says: /Step 1 of/ },
  { command: 'lint', argv: ['lint', 'rate(sse_active_connections[20s])'], code: 1, says: /gauge/ },
  { command: 'lint', argv: ['lint', 'rules.yml'], code: 1, says: /rules\.yml/ },
  { command: 'explore', argv: ['explore'], input: 'up\n\\d sse_requests_total\n\\?\n', says: /sse-app-2:8000/ },
  { command: 'metrics', argv: ['metrics'], says: /sse_active_connections/ },
  { command: 'metrics', argv: ['metrics', 'sse_requests_total'], says: /by whether they succeeded/ },
  { command: 'metrics', argv: ['metrics', '--raw'], says: /# TYPE/, data: true },
  {
    command: 'format',
    argv: ['format', 'sum(rate(up[1m]))by(job)'],
    says: /sum by \(job\) \(rate\(up\[1m\]\)\)/,
    data: true,
  },
  { command: 'cookbook', argv: ['cookbook'], says: /Error percentage/ },
  { command: 'cookbook', argv: ['cookbook', '3'], says: /Misleads/ },
  { command: 'dashboard', argv: ['dashboard', '--once'], says: /Circuit breaker/ },
  { command: 'queries', argv: ['queries', '--all'], says: /Error percentage/i },
  { command: 'open', argv: ['open', '--no-input'], says: /127\.0\.0\.1|localhost/ },
  { command: 'status', argv: ['status'], says: /embedded/ },
  { command: 'logs', argv: ['logs'], says: /listening on/ },
  { command: 'fault', argv: ['fault', 'list'], says: /provider-outage/ },
  { command: 'config', argv: ['config'], says: /time_zone/ },
  { command: 'config', argv: ['config', 'get', 'range'], says: /1h/ },
  { command: 'config', argv: ['config', 'set', 'rnge', '1h'], code: 2, says: /range/ },
  { command: 'completion', argv: ['completion', 'bash'], says: /complete/, data: true },
  { command: 'doctor', argv: ['doctor', 'rate(sse_requests_total{provider="opnai"}[5m])'], says: /opnai/ },
  { command: 'doctor', argv: ['doctor', '--all'], says: /State folder/ },
];

/** Commands that make, end or wait for something; the tests call them where they belong. */
export const LIFE: readonly string[] = ['start', 'stop', 'serve'];
