import { describe, expect, it } from 'vitest';
import { main } from '../../../src/cli/main.ts';
import { fakeIo } from '../../helpers/fake-io.ts';

const run = async (argv: readonly string[], env = {}) => {
  const io = fakeIo({ env });
  const code = await main(['completion', ...argv], io);
  return { code, out: io.outText(), err: io.errText() };
};

describe('completion', () => {
  it.each<[readonly string[], object, RegExp]>([
    [['bash'], {}, /^complete -F _prom_tutor prom-tutor$/m],
    [['zsh'], {}, /^#compdef prom-tutor/],
    [['fish'], {}, /^complete -c prom-tutor/m],
    [['powershell'], {}, /Register-ArgumentCompleter/],
    [['pwsh'], {}, /Register-ArgumentCompleter/],
    [[], { SHELL: '/usr/bin/zsh' }, /^#compdef prom-tutor/],
  ])('%j prints the script for it', async (argv, env, wanted) => {
    expect(await run(argv, env)).toEqual({ code: 0, out: expect.stringMatching(wanted), err: '' });
  });

  it.each<[readonly string[], RegExp]>([
    [[], /which shell is it\?[\s\S]*bash\|zsh\|fish\|powershell/],
    [['bsh'], /there is no completion for "bsh"[\s\S]*prom-tutor completion bash/],
    [['bash', 'zsh'], /too many arguments/],
  ])('%j says what to type', async (argv, wanted) => {
    const { code, out, err } = await run(argv);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(wanted);
  });
});
