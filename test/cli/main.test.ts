import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { main } from '../../src/cli/main.ts';
import { fakeIo } from '../helpers/fake-io.ts';

async function run(...argv: string[]) {
  const io = fakeIo();
  const code = await main(argv, io);
  return { code, out: io.outText(), err: io.errText() };
}

describe('main', () => {
  it.each([
    ['--version', 0, /^\d+\.\d+\.\d+\n$/],
    ['--help', 0, /Usage: prom-tutor/],
    ['help', 0, /Usage: prom-tutor/],
    ['query --help', 0, /Usage: prom-tutor query/],
    ['help query', 0, /Usage: prom-tutor query/],
  ])('%s prints on stdout', async (line, code, pattern) => {
    const result = await run(...line.split(' '));
    expect(result).toMatchObject({ code, err: '' });
    expect(result.out).toMatch(pattern);
  });

  it.each([
    ['nosuch', /unknown command|too many arguments/, /--help/],
    ['qurey up', /unknown command|too many arguments/, /prom-tutor query/],
    ['query', /missing required argument/, /prom-tutor query --help/],
    ['query up --nosuch', /unknown option '--nosuch'/, /prom-tutor query --help/],
    ['query up --color blue', /'blue' is invalid/, /auto, always, never/],
    ['query up --tz Mars/Phobos', /unknown time zone "Mars\/Phobos"/, /Europe\/Paris/],
  ])('%s is a usage error', async (line, message, hint) => {
    const result = await run(...line.split(' '));
    expect(result.code).toBe(2);
    expect(result.out).toBe('');
    expect(result.err).toMatch(message);
    expect(result.err).toMatch(hint);
  });

  it('says a usage error as JSON on stdout when asked for JSON', async () => {
    const result = await run('query', '--json');
    expect(JSON.parse(result.out)).toMatchObject({ status: 'error', errorType: 'UsageError' });
    expect(result.code).toBe(2);
  });

  it('suggests the command that was meant', async () => {
    expect((await run('lesons')).err).toMatch(/lessons/);
  });

  it('shows hostile words of the command line harmlessly', async () => {
    const result = await run('query', 'up', '--color', '\u001b[2J');
    expect(result.err).not.toContain('\u001b');
    expect(result.err).toContain('\\x1b[2J');
  });

  it('lists the commands in groups, each group once, what is learnt first', async () => {
    const { out } = await run('--help');
    expect(out.match(/^\w+(?=:$)/gm)).toEqual(['Options', 'Learn', 'Ask', 'Stack', 'Help']);
  });

  it.each(COMMANDS.map(({ spec }) => spec.name))("%s --help names its own options before everybody's", async (name) => {
    const { out } = await run(name, '--help');
    const own = COMMANDS.find(({ spec }) => spec.name === name)?.spec.options.length ?? 0;
    expect(out.match(/^\w+(?=:$)/gm)?.filter((head) => head !== 'Arguments')).toEqual([
      ...(own > 0 ? ['Options'] : []),
      'Everywhere',
      'Examples',
    ]);
  });

  it('lists every command in --help, and each has a summary and examples', async () => {
    const { out } = await run('--help');
    for (const { spec } of COMMANDS) {
      expect(out).toContain(`  ${spec.name}`);
      expect(spec.examples.length, spec.name).toBeGreaterThan(0);
      for (const example of spec.examples) expect(example).toMatch(/\bprom-tutor /);
    }
  });

  it('loads the code of every command', async () => {
    for (const command of COMMANDS) expect(typeof (await command.load())).toBe('function');
  });
});
