import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { fakeIo } from '../helpers/fake-io.ts';

// Every command makes the history anew.
vi.setConfig({ testTimeout: 120_000 });

const home = mkdtempSync(join(tmpdir(), 'prom-tutor-grade-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

async function grade(text: string, argv: readonly string[] = [], input = '') {
  const file = join(home, 'answers.txt');
  writeFileSync(file, text);
  const io = fakeIo({ env: { XDG_STATE_HOME: home, LANG: 'C.UTF-8' }, columns: 80, input });
  const at = ['--seed', '1', '--now', '2026-01-31T12:00:00Z', '--tz', 'UTC'];
  const code = await main(['grade', input === '' ? file : '-', ...argv, ...at], io);
  return { code, out: io.outText(), err: io.errText().replaceAll(file, 'answers.txt') };
}

describe('grade', () => {
  it('is content with a file of right answers', async () => {
    const { code, out } = await grade('2.1: up{job="sse-streaming"}\nrate/4\t3\n');
    expect({ code, out }).toEqual({ code: 0, out: 'up/1: right\nrate/4: right\n2 of 2 right.\n' });
  });

  it('takes remarks, empty lines, answers over several lines, and Windows line ends', async () => {
    const text = '# mine\r\n\r\nup/1:\r\n  up{\r\n    job="sse-streaming"\r\n  }\r\n';
    expect(await grade(text)).toMatchObject({ code: 0, out: 'up/1: right\n1 of 1 right.\n' });
  });

  it('says of every wrong answer what is wrong, and ends with 1', async () => {
    const { code, out } = await grade('2.1: up\n2.2: up = 0\nrate/4: 1\n4.1: rate(sse_requests_total[5m])\n');
    expect(code).toBe(1);
    expect(out).toMatch(/^up\/1: wrong\n {2}up\n {2}\S.{20}/);
    expect(out).toMatch(/up\/2: cannot be run\n {2}up = 0\n {2}.*unexpected/);
    expect(out).toMatch(/rate\/4: wrong\n {2}1\n/);
    expect(out).toMatch(/rate\/1: right\n1 of 4 right\.\n$/);
  });

  it('gives JSON, from standard input', async () => {
    const { code, out } = await grade('', ['--json'], 'up/1: up\n');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      solved: 0,
      of: 1,
      answers: [{ id: 'up/1', answer: 'up', solved: false, verdict: 'wrong' }],
    });
  });

  it('names every line that cannot be read, and judges nothing then', async () => {
    const { code, out, err } = await grade('up/1: up\nnope\nup/9: up\nup/1: up\nnope/1: up\n');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('answers.txt:2: not "id: answer"');
    expect(err).toContain('answers.txt:3: lesson up has no exercise 9');
    expect(err).toContain('answers.txt:4: up/1 is answered twice');
    expect(err).toContain('answers.txt:5: there is no lesson "nope"');
  });

  it('keeps nothing', async () => {
    await grade('2.1: up{job="sse-streaming"}\n');
    expect(() => readFileSync(join(home, 'prom-tutor', 'progress.json'))).toThrow('ENOENT');
  });

  it('says when there is no such file', async () => {
    const io = fakeIo({ env: { XDG_STATE_HOME: home } });
    expect(await main(['grade', '/nonexistent'], io)).toBe(2);
    expect(io.errText()).toContain('the answers cannot be read');
  });
});
