import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Check, examine } from '../../src/doctor/examine.ts';
import { fail as failOf, type More, type Outcome, ok, skip, warn as warnOf } from '../../src/doctor/finding.ts';
import { byHand } from '../../src/doctor/fix.ts';

const options = { signal: new AbortController().signal, limitMs: 60_000, idle: 'prom-tutor lesson' };

/** Which kind of trouble it is does not matter here. */
const fail = (sentence: string, more?: More) => failOf('server-refused', sentence, more);
const warn = (sentence: string, more?: More) => warnOf('clock-skew', sentence, more);

/** A check that says this, as a row of the table. */
function says(id: string, outcome: Outcome | readonly Outcome[], needs: readonly string[] = []): Check<null> {
  return { id, title: `Title of ${id}`, looksAt: id, needs, run: async () => outcome };
}

describe('examine', () => {
  it('gives the findings in the order of the table, whatever ends first', async () => {
    const slow: Check<null> = { ...says('slow', ok('Late.')), run: () => sleep(30, ok('Late.')) };
    const report = await examine([slow, says('fast', ok('Early.'))], null, options);
    expect(report.findings.map(({ id }) => id)).toEqual(['slow', 'fast']);
    expect(report.summary).toMatchObject({ status: 'ok', next: 'prom-tutor lesson', counts: { ok: 2 } });
  });

  it('makes a finding of a check that hangs, tells it to stop, and does not wait for it', async () => {
    let stopped = false;
    const hung: Check<null> = {
      ...says('hung', []),
      run: (_, signal) =>
        new Promise(() => {
          signal.addEventListener('abort', () => {
            stopped = true;
          });
        }),
    };
    const report = await examine([hung, says('other', ok('Fine.'))], null, { ...options, limitMs: 200 });
    expect(stopped).toBe(true);
    expect(report.findings[0]).toMatchObject({ id: 'hung', status: 'fail' });
    expect(report.findings[0]?.sentence).toContain('0.2 s');
    expect(report.findings[1]).toMatchObject({ status: 'ok' });
  });

  it.each([
    ['rejects', async () => Promise.reject(new Error('boom'))],
    [
      'throws at once',
      () => {
        throw new Error('boom');
      },
    ],
  ] as const)('makes a warning of a check that %s', async (_, run) => {
    const report = await examine([{ ...says('broken', []), run }], null, options);
    expect(report.findings).toMatchObject([{ id: 'broken', status: 'warn', evidence: ['boom'] }]);
  });

  it('folds a symptom under its root, through the checks in between', async () => {
    const report = await examine(
      [
        says('daemon', fail('The daemon is down.', { fix: byHand('start it') })),
        says('containers', fail('The containers cannot be asked for.'), ['daemon']),
        says('server', fail('Nothing listens.', { evidence: ['refused'], fix: byHand('wrong idea') }), ['containers']),
        says('unrelated', warn('Something else.')),
        says('well', ok('Still fine.'), ['daemon']),
      ],
      null,
      options,
    );
    expect(report.findings.map(({ id, status, because }) => [id, status, because])).toEqual([
      ['daemon', 'fail', undefined],
      ['containers', 'skip', 'daemon'],
      ['server', 'skip', 'daemon'],
      ['unrelated', 'warn', undefined],
      ['well', 'ok', undefined],
    ]);
    expect(report.findings[2]).toMatchObject({
      sentence: 'skipped: because the daemon is down.',
      evidence: ['Nothing listens.', 'refused'],
    });
    expect(report.findings[2]).not.toHaveProperty('fix');
    expect(report.summary).toMatchObject({ status: 'fail', cause: 'daemon', next: 'start it' });
  });

  it('folds a warning under a warning, but never a failure', async () => {
    const report = await examine(
      [
        says('client', warn('The client hangs.')),
        says('daemon', warn('The daemon could not be asked.'), ['client']),
        says('stack', fail('The stack is gone.'), ['client', 'daemon']),
      ],
      null,
      options,
    );
    expect(report.findings.map(({ status, because }) => [status, because])).toEqual([
      ['warn', undefined],
      ['skip', 'client'],
      ['fail', undefined],
    ]);
  });

  it('does not fold a failure under a warning, nor under another subject', async () => {
    const report = await examine(
      [
        says('skew', warn('A little late.')),
        says('container', [fail('Gone.', { subject: 'a' }), ok('Runs.', { subject: 'b' })]),
        says(
          'target',
          [
            fail('Down.', { subject: 'a', explainedBy: ['container/a'] }),
            fail('Down too.', { subject: 'b', explainedBy: ['container/b'] }),
            fail('Down three.', { subject: 'c', explainedBy: [] }),
          ],
          ['skew'],
        ),
      ],
      null,
      options,
    );
    expect(report.findings.filter(({ status }) => status === 'fail').map(({ id }) => id)).toEqual([
      'container/a',
      'target/b',
      'target/c',
    ]);
    expect(report.findings.find(({ id }) => id === 'target/a')?.because).toBe('container/a');
  });

  it('takes what explains most for the cause, and the first among equals', async () => {
    const first = await examine(
      [says('a', fail('A.', { fix: byHand('fix a') })), says('b', fail('B.'))],
      null,
      options,
    );
    expect(first.summary).toMatchObject({ cause: 'a', next: 'fix a' });
    const most = await examine(
      [says('a', fail('A.')), says('b', fail('B.', { fix: byHand('fix b') })), says('c', fail('C.'), ['b'])],
      null,
      options,
    );
    expect(most.summary).toMatchObject({ cause: 'b', next: 'fix b', counts: { fail: 2, skip: 1 } });
  });

  it('says what to change by hand where no command repairs it', async () => {
    const { summary } = await examine([says('a', fail('Path wrong.', { advice: 'Set metrics_path.' }))], null, options);
    expect(summary.sentence).toBe('Path wrong. Set metrics_path.');
    expect(summary).not.toHaveProperty('next');
  });

  it('puts an offer before a worry when nothing failed', async () => {
    const { summary } = await examine(
      [
        says('narrow', warn('Narrow.', { fix: byHand('widen') })),
        says('start', ok('Docker can run it.', { fix: byHand('prom-tutor start') })),
        says('x', skip('Not looked at.')),
      ],
      null,
      options,
    );
    expect(summary).toMatchObject({ status: 'warn', next: 'prom-tutor start', sentence: 'Docker can run it.' });
  });

  it('ends at once with the reason when interrupted', async () => {
    const controller = new AbortController();
    const reason = new Error('Ctrl-C');
    setTimeout(() => controller.abort(reason), 20);
    const never: Check<null> = { ...says('never', []), run: () => new Promise(() => undefined) };
    const run = examine([never], null, { ...options, limitMs: 60_000, signal: controller.signal });
    await expect(run).rejects.toBe(reason);
  });
});
