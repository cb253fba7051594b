import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMPLETION_SCRIPTS } from '../../../src/cli/completion/scripts.ts';
import { programFolder } from '../../helpers/programs.ts';
import { startTerminal, type Terminal } from '../../helpers/terminal.ts';

/** The built program, under its name: `npm test` builds it first. */
const programs = programFolder({
  'prom-tutor': `exec "${process.execPath}" "${join(process.cwd(), 'bin', 'prom-tutor.js')}" "$@"`,
});
let home = '';
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'prom-tutor-shells-'));
  writeFileSync(join(home, 'completion.bash'), `${COMPLETION_SCRIPTS.bash}\n`);
  writeFileSync(join(home, 'notes.txt'), '');
  writeFileSync(
    join(home, '.zshrc'),
    `PS1='ready> '; autoload -Uz compinit && compinit -u\n${COMPLETION_SCRIPTS.zsh}\n`,
  );
  mkdirSync(join(home, 'fish'));
  const fish = `${COMPLETION_SCRIPTS.fish}\nfunction fish_prompt; echo -n 'ready> '; end\nset -g fish_greeting\n`;
  writeFileSync(join(home, 'fish', 'config.fish'), fish);
});
afterAll(() => {
  for (const folder of [home, programs]) rmSync(folder, { recursive: true, force: true });
});

const environment = () => ({
  PATH: `${programs}:${process.env.PATH ?? ''}`,
  HOME: home,
  ZDOTDIR: home,
  XDG_CONFIG_HOME: home,
  XDG_STATE_HOME: home,
  PS1: 'ready> ',
  PROM_TUTOR_URL: 'http://127.0.0.1:1',
});

/** Types a line, presses Tab, and waits for what the shell makes of it. */
async function tab(terminal: Terminal, line: string, wanted: string): Promise<void> {
  terminal.type(line);
  terminal.press('tab');
  await terminal.waitForScreen(wanted, { timeoutMs: 15_000 });
  terminal.press('ctrl-u');
}

const CASES: readonly (readonly [string, string])[] = [
  ['prom-tutor chea', 'prom-tutor cheatsheet'],
  ['prom-tutor query --time=inc', 'prom-tutor query --time=incident'],
  ['prom-tutor query --output gra', 'prom-tutor query --output graph'],
  ['prom-tutor lesson --guide additional', 'additional\\ resources'],
  ['prom-tutor grade no', 'prom-tutor grade notes.txt'],
];

describe('bash', () => {
  it('completes in a terminal', async () => {
    await using terminal = startTerminal('bash', ['--noprofile', '--norc', '-i'], { env: environment(), cwd: home });
    await terminal.waitForScreen('ready>');
    terminal.enter('source completion.bash; echo "so"urced');
    await terminal.waitForScreen('sourced');
    for (const [line, wanted] of CASES) await tab(terminal, line, wanted);
    // The quote stays open: the query goes on.
    await tab(terminal, "prom-tutor query 'sum(idel", "'sum(idelta(");
    await terminal.waitForScreen(/'sum\(idelta\($/m);
  });

  it('runs nothing of what is typed', () => {
    const line = 'prom-tutor query "$(touch ran; echo up) `touch ran` up';
    const script = `source completion.bash; COMP_LINE=$1 COMP_POINT=\${#1}; _prom_tutor prom-tutor up; ls ran`;
    const done = spawnSync('bash', ['--noprofile', '--norc', '-c', script, '-', line], {
      cwd: home,
      env: environment(),
      encoding: 'utf8',
    });
    expect(done.stdout).toBe('');
    expect(done.stderr).toMatch(/No such file/);
  });
});

describe.each(['zsh', 'fish'])('%s', (shell) => {
  const missing = spawnSync(shell, ['-c', 'true']).error !== undefined;
  it('completes in a terminal', async (context) => {
    if (missing) context.skip(`there is no ${shell} on this machine`);
    await using terminal = startTerminal(shell, ['-i'], { env: environment(), cwd: home });
    await terminal.waitForScreen('ready>');
    for (const [line, wanted] of CASES) await tab(terminal, line, wanted);
    await tab(terminal, "prom-tutor query 'sum(idel", "'sum(idelta(");
  });
});
