import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { commandWords } from '../../src/cli/command-words.ts';
import { editFile } from '../../src/cli/edit-file.ts';
import { contextOf } from '../../src/cli/global-options.ts';
import { openBrowser } from '../../src/cli/open-browser.ts';
import { fakeIo } from '../helpers/fake-io.ts';

const folder = mkdtempSync(join(tmpdir(), 'prom-tutor-words '));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a command in $EDITOR or $BROWSER', () => {
  it.each([
    ['vi', ['vi']],
    ['  code   --wait ', ['code', '--wait']],
    ['"/a b/ed" -n', ['/a b/ed', '-n']],
    ["'/a b/ed' '--x=y z'", ['/a b/ed', '--x=y z']],
    ['ed --x="a b"c', ['ed', '--x=a bc']],
    ['ed "" x', ['ed', '', 'x']],
    ["o'clock", ["o'clock"]],
    ['ed; touch $(id) `x` $HOME \\n', ['ed;', 'touch', '$(id)', '`x`', '$HOME', '\\n']],
    ['', []],
  ])('%j has the words %j', (command, words) => {
    expect(commandWords(command)).toEqual(words);
  });

  const tell = join(folder, 'tell words');
  const said = join(folder, 'said');
  writeFileSync(tell, `#!/bin/sh\nfor word in "$@"; do printf '<%s>' "$word"; done > "${said}"\n`, { mode: 0o755 });
  const here = { env: { PATH: '/usr/bin:/bin' }, cwd: folder, tty: true } as const;

  it.runIf(process.platform !== 'win32')(
    'runs as an editor with a file whose name a shell would take apart',
    async () => {
      const file = join(folder, '$(touch owned); x.txt');
      const io = fakeIo({ ...here, env: { ...here.env, EDITOR: `"${tell}" --wait '; touch owned'` } });
      await editFile({ ...contextOf(io, {}), interactive: true }, file);
      expect(readFileSync(said, 'utf8')).toBe(`<--wait><; touch owned><${file}>`);
    },
  );

  it.runIf(process.platform !== 'win32')('runs as a browser with an address a shell would take apart', async () => {
    const io = fakeIo({ ...here, env: { ...here.env, BROWSER: `"${tell}" --new %s` } });
    const address = 'http://localhost:1/graph?g0.expr=$(touch owned);`id`&x=%24';
    expect(await openBrowser(address, io)).toEqual({ kind: 'opened' });
    expect(readFileSync(said, 'utf8')).toBe(`<--new><${address}>`);
  });
});
