import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding, Report, Status } from '../../src/doctor/finding.ts';
import { renderReport } from '../../src/render/findings.ts';
import type { Style } from '../../src/render/style.ts';
import { expectAscii, expectClean, hostileAscii, hostileText, SEEDED, styles } from '../helpers/hostile.ts';

const style: Style = { width: 80, colour: false, ascii: false, accessible: false, timeZone: 'UTC' };

const REPORT: Report = {
  findings: [
    { id: 'node', title: 'Node.js', status: 'ok', sentence: 'Node.js 22 can run prom-tutor.', evidence: ['v22'] },
    {
      id: 'proxy',
      title: 'Proxy',
      status: 'warn',
      sentence: 'curl would ask the proxy.',
      evidence: ['HTTP_PROXY=http://proxy:3128'],
      fix: 'export NO_PROXY=localhost',
    },
    {
      id: 'containers/sse-app',
      title: 'Containers: sse-app',
      status: 'fail',
      sentence: 'sse-app was killed (SIGKILL).',
      evidence: ['sse-sse-app-1: exited, exit code 137'],
      fix: 'docker start sse-sse-app-1',
      advice: 'Then look again.',
      link: 'https://example.com/a/very/long/address/that/must/stay/on/one/line/however/narrow/the/terminal/is',
    },
    {
      id: 'targets/sse-app:8000',
      title: 'Targets: sse-app:8000',
      status: 'skip',
      sentence: 'skipped: because sse-app was killed (SIGKILL).',
      evidence: ['The name sse-app is not known.'],
      because: 'containers/sse-app',
    },
    { id: 'traffic', title: 'Traffic', status: 'skip', sentence: 'Too young.', evidence: [] },
  ],
  summary: {
    status: 'fail',
    counts: { ok: 1, warn: 1, fail: 1, skip: 2 },
    cause: 'containers/sse-app',
    sentence: 'sse-app was killed (SIGKILL).',
    next: 'docker start sse-sse-app-1',
  },
};

describe('renderReport', () => {
  it('shows failures first, then warnings, then the rest in one line, and ends with cause and command', () => {
    expect(renderReport(REPORT, style, { all: false })).toBe(
      [
        '✗ fail Containers: sse-app: sse-app was killed (SIGKILL).',
        '  evidence: sse-sse-app-1: exited, exit code 137',
        '  fix:      docker start sse-sse-app-1',
        '  do:       Then look again.',
        '  read:     https://example.com/a/very/long/address/that/must/stay/on/one/line/however/narrow/the/terminal/is',
        '  explains: Targets: sse-app:8000',
        '',
        '! warn Proxy: curl would ask the proxy.',
        '  evidence: HTTP_PROXY=http://proxy:3128',
        '  fix:      export NO_PROXY=localhost',
        '',
        '✓ ok 1 check: Node.js',
        '',
        '- skip 1 check does not apply here (--all tells why)',
        '',
        'Most probable cause: sse-app was killed (SIGKILL).',
        'Next: docker start sse-sse-app-1',
      ].join('\n'),
    );
  });

  it('says each state in a word without symbols or layout in accessible mode', () => {
    const text = renderReport(REPORT, { ...style, accessible: true }, { all: false });
    expect(text).toContain('Problem 1 of 1: Containers: sse-app: sse-app was killed (SIGKILL).\nEvidence: sse-sse');
    expect(text).toContain('\nTo fix it, run: docker start sse-sse-app-1\n');
    expect(text).toContain('\nThis explains: Targets: sse-app:8000\n');
    expect(text).toContain('Warning 1 of 1: Proxy');
    expect(text).toContain('In order: 1 check: Node.js');
    expect(text).not.toMatch(/[✗✓]|^ {2}/m);
  });

  it('shows what is in order and what was left out with --all', () => {
    const text = renderReport(REPORT, style, { all: true });
    expect(text).toContain('✓ ok Node.js: Node.js 22 can run prom-tutor.\n  evidence: v22');
    expect(text).toContain('- skip Traffic: Too young.');
    expect(text).toMatch(
      /^- skip Targets: sse-app:8000: skipped: because\s+sse-app was\s+killed[^-]*evidence: The name/m,
    );
  });

  it('keeps prose within 72 columns and commands whole, also when narrow', () => {
    for (const width of [20, 40, 60, 200]) {
      const lines = renderReport(REPORT, { ...style, width }, { all: true }).split('\n');
      const prose = lines.filter((line) => !/^ {2}(fix|read):|^Next:/.test(line));
      expect(prose.filter((line) => line.length > Math.max(24, Math.min(width, 72)))).toEqual([]);
      expect(lines).toContain('  fix:      docker start sse-sse-app-1');
    }
  });

  it('lets no control byte through, whatever a server or program says', () => {
    fc.assert(
      fc.property(reports(hostileText), styles, fc.boolean(), (report, drawn, all) => {
        expectClean(renderReport(report, drawn, { all }), drawn);
      }),
      SEEDED,
    );
  });

  it('draws with ASCII only when asked to', () => {
    fc.assert(
      fc.property(reports(hostileAscii), styles, fc.boolean(), (report, drawn, all) => {
        expectAscii(renderReport(report, { ...drawn, ascii: true, colour: false }, { all }));
      }),
      { ...SEEDED, numRuns: 300 },
    );
  });
});

function reports(text: fc.Arbitrary<string>): fc.Arbitrary<Report> {
  const finding = fc.record<Finding>({
    id: text,
    title: text,
    status: fc.constantFrom<Status>('ok', 'warn', 'fail', 'skip'),
    sentence: text,
    evidence: fc.array(text, { maxLength: 3 }),
    fix: text,
    advice: text,
    link: text,
  });
  const status = fc.constantFrom('ok' as const, 'warn' as const, 'fail' as const);
  return fc.tuple(fc.array(finding, { maxLength: 4 }), status, text, text).map(([findings, state, sentence, next]) => ({
    findings,
    summary: { status: state, counts: { ok: 0, warn: 0, fail: 0, skip: 0 }, sentence, next },
  }));
}
