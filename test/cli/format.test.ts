import { describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { fakeIo } from '../helpers/fake-io.ts';

async function run(argv: readonly string[], options: Parameters<typeof fakeIo>[0] = {}) {
  const io = fakeIo({ columns: 80, ...options });
  return { code: await main(['format', ...argv], io), out: io.outText(), err: io.errText() };
}

describe('format', () => {
  it.each<[string, readonly string[], Parameters<typeof fakeIo>[0], number, string]>([
    ['the usual form', ['sum(up)by(job)'], {}, 0, 'sum by (job) (up)\n'],
    ['standard input, comments kept', ['-'], { input: '# health\nup  # now\n' }, 0, '# health\nup # now\n'],
    ['experimental parts', ['mad_over_time( up[ 5m ] )'], {}, 0, 'mad_over_time(up[5m])\n'],
    ['as JSON', ['up{ }', '--json'], {}, 0, '{"formatted":"up","changed":true}\n'],
    ['a check that fails', ['up{ }', '--check'], {}, 1, 'up\n'],
    ['a check that holds', ['up', '--check'], {}, 0, ''],
  ])('%s', async (_, argv, options, code, out) => {
    expect(await run(argv, options)).toEqual({ code, out, err: '' });
  });

  it('points at what cannot be read, and names what else is wrong', async () => {
    const { code, out, err } = await run(['sum(rate(up)) + foo(1)']);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('unknown function with name "foo"');
    expect(err).toMatch(/\^/);
  });

  it('shows control characters of a label value as text', async () => {
    const { out } = await run(['up{a="\u001b[31m"}'], { tty: true });
    expect(out).not.toContain('\u001b[31m');
  });

  it.each([
    ['two words', ['sum', 'up'], 'the shell has split it'],
    ['nothing', [' '], "prom-tutor format 'up'"],
  ])('refuses %s', async (_, argv, said) => {
    const { code, err } = await run(argv);
    expect(code).toBe(2);
    expect(err).toContain(said);
  });
});
