import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/doctor/finding.ts';
import { identityOf } from '../../src/doctor/report-identity.ts';
import { redactor } from '../../src/doctor/report-redact.ts';
import { bugReportText } from '../../src/doctor/report-text.ts';

const SECRET = 'hunter2-and-the-rest-of-it';

describe('bugReportText', () => {
  const redact = redactor(
    identityOf({ PROMETHEUS_TOKEN: SECRET }, { homeDir: '/home/grace', user: 'grace', hostname: 'turing' }),
  );
  const reported = (evidence: string) => {
    const finding: Finding = {
      id: 'server',
      title: 'server',
      status: 'fail',
      sentence: 'It fails.',
      evidence: [evidence],
    };
    const summary = {
      status: 'fail' as const,
      counts: { ok: 0, warn: 0, fail: 1, skip: 0 },
      sentence: 'One thing is wrong.',
    };
    return bugReportText({ report: { findings: [finding], summary }, variables: [], settings: [], redact });
  };

  it.each([560, 570, 585, 590, 595])(
    'shows no half of a secret where a long line is cut, after %i characters',
    (before) => {
      const text = reported(`${'x '.repeat(before / 2)}${SECRET}${' x'.repeat(400)}`);
      expect(text).not.toContain('hunter2');
      expect(text).toMatch(/ \.\.\.\n/);
    },
  );

  it('fences what holds fences', () => {
    expect(reported('```\n# not a heading')).toMatch(/^````text$/m);
  });
});
