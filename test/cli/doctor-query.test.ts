import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/doctor/finding.ts';
import { demoServer } from '../helpers/demo-server.ts';

const run = demoServer();

describe('prom-tutor doctor QUERY', () => {
  it.each([
    ['sum(sse_active_connections', [], 1, { status: 'fail', kind: 'query-refused' }],
    ['sse_active_connection', [], 0, { status: 'warn', kind: 'query-empty' }],
    ['sse_active_connections', ['--time', '5h'], 0, { status: 'warn', kind: 'query-outside-data' }],
    ['count by (job) (up)', [], 0, { status: 'ok' }],
  ] as const)('%s %j', async (query, more, expected, finding) => {
    const { code, out } = await run(['doctor', query, '--json', ...more]);
    const { findings, summary } = JSON.parse(out) as Report;
    const found = findings.find(({ id }) => id === 'query');
    expect(found).toMatchObject(finding);
    expect(code).toBe(expected);
    // The question comes before whatever else is to be said of the server.
    expect(summary.sentence).toContain(found?.sentence);
  });
});
