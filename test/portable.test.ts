import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { editFile } from '../src/cli/edit-file.ts';
import { contextOf } from '../src/cli/global-options.ts';
import { promptFor } from '../src/cli/player-start.ts';
import { stateFolder } from '../src/cli/stack-of.ts';
import { fakeIo } from './helpers/fake-io.ts';

const src = join(dirname(fileURLToPath(import.meta.url)), '..', 'src');

/** What Windows lacks or does otherwise. */
const POSIX: Readonly<Record<string, RegExp>> = {
  'users and groups': /\bgete?[ug]id\b|\bsete?[ug]id\b|\buserInfo\(/,
  'signals of a terminal': /\bSIG(?:HUP|TSTP|CONT|STOP|WINCH|USR[12]|QUIT|PIPE)\b/,
  'signalling a process': /\.kill\(/,
  'folders of Linux': /['"`]\/(?:proc|tmp|dev|etc|run|snap|usr|var|bin)\b/,
  'modes of files': /\bchmod\(|\.mode &/,
  'a shell':
    /\bshell: true|['"`](?:\/bin\/)?(?:ba)?sh['"`], \[|\bsh -c\b|\bexecSync\b|\bexec\b[^;]* from 'node:child_process'/,
  'PATH by colons': /PATH[^\n]*split\(':'\)/,
  'paths by slashes': /(?:[Ff]older|[Dd]ir|homeDir|cwd|\bhome)\}\/|(?:[Ff]older|[Dd]ir|homeDir|cwd) \+ '\//,
  'a process of its own session': /\bdetached: true/,
};

/** Where it stands all the same, and what keeps it from Windows. Words of commands and messages count as well. */
const GUARDED: Readonly<Record<string, string>> = {
  'signals of a terminal cli/io.ts': "platform !== 'win32' around every one of them",
  'signals of a terminal cli/run.ts': 'EIO, which only terminals of Unix give; without a listener emit does nothing',
  'signals of a terminal doctor/checks/stack.ts': 'words; only Linux is asked whether a process is suspended',
  'signals of a terminal doctor/fix-deeds.ts': 'the fix of a finding that only Linux has',
  'signalling a process cli/io.ts': 'SIGTERM and SIGKILL, which Node makes an end on Windows; SIGTSTP behind its guard',
  'signalling a process cli/backend-world.ts': 'hands on what io does',
  'signalling a process backends/processes.ts': 'SIGTERM and SIGKILL; errors are swallowed, the next look tells',
  'signalling a process backends/process-table.ts': 'signal 0, which Node has everywhere',
  'signalling a process doctor/exec.ts': 'the group on POSIX, the process on Windows',
  'signalling a process doctor/fix-deeds.ts': 'the fix of a finding that only Linux has',
  'folders of Linux backends/process-table.ts': "platform === 'linux'; ps elsewhere, PowerShell on Windows",
  'folders of Linux backends/port-holder.ts': 'the row of Linux in a table of finders by platform',
  'folders of Linux backends/stack-rules.ts': 'the path within the container, hashed as Prometheus does; never opened',
  'folders of Linux cli/config/config.ts': 'compared with a path that was typed, never opened by itself',
  'users and groups cli/doctor-report.ts': 'userInfo, which Windows has; an account without a name is caught',
  'folders of Linux doctor/docker.ts': 'asks whether a folder is there; it is not elsewhere',
  'folders of Linux doctor/checks/docker.ts': 'snap, asked on Linux alone; paths within advice',
  'folders of Linux doctor/checks/place.ts':
    'reading what is absent elsewhere gives nothing; the hosts file has a row for Windows',
  'folders of Linux doctor/checks/stack.ts': "platform !== 'linux' returns first",
  'folders of Linux doctor/versions.ts': "platform !== 'linux' returns first",
  'modes of files cli/config/check-config.ts': "platform !== 'win32'; Windows has no such bits",
  'modes of files explorer/history.ts':
    'nobody reads the mode; Windows keeps its own rights, and the call does nothing there',
  'modes of files tutor/progress-file.ts': 'as in the history',
  'modes of files backends/stack-files.ts': 'for the user of the container; does nothing on Windows',
  'PATH by colons doctor/checks/docker.ts': 'snap, asked on Linux alone',
  'paths by slashes doctor/checks/docker.ts': 'snap, asked on Linux alone',
  'a process of its own session backends/processes.ts': 'with windowsHide, so that no console opens',
  'a process of its own session cli/open-browser.ts': 'a browser has windows of its own',
  'a process of its own session doctor/exec.ts': 'on POSIX alone',
};

describe('calls that only POSIX has', () => {
  const found = new Set(
    sourceFiles().flatMap((file) =>
      Object.entries(POSIX)
        .filter(([, pattern]) => pattern.test(codeOf(file)))
        .map(([what]) => `${what} ${nameOf(file)}`),
    ),
  );

  it('stand only where something keeps them from Windows', () => {
    expect([...found].filter((each) => GUARDED[each] === undefined).sort()).toEqual([]);
  });

  it('and nowhere else: the list has no row too many', () => {
    expect(Object.keys(GUARDED).filter((each) => !found.has(each))).toEqual([]);
  });

  it('in io.ts stand behind the platform', () => {
    const lines = codeOf(join(src, 'cli', 'io.ts')).split('\n');
    const guards = lines.filter((line) => /process\.platform [!=]== 'win32'/.test(line));
    expect(guards.map((line) => line.trim().replace(/\).*/, ')'))).toEqual([
      "if (process.platform !== 'win32')",
      "if (process.platform === 'win32')",
      "if (process.platform !== 'win32')",
    ]);
  });

  it('name no file as Windows refuses it', () => {
    // Literal names behind the last part of a path: no colon, no question mark, no reserved device.
    const names = sourceFiles().flatMap((file) =>
      [...codeOf(file).matchAll(/\bjoin\([\w.]+, (?:[^()\n]*, )?'([^'/\n]+)'\)/g)].map(([, name]) => name ?? ''),
    );
    expect(names.length).toBeGreaterThan(10);
    expect(names.filter((name) => /[<>:"|?*\\]|[. ]$|^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i.test(name))).toEqual(
      [],
    );
  });
});

describe('on Windows', () => {
  const windows = { platform: 'win32', homeDir: 'C:\\Users\\ada' } as const;
  const mintty = { MSYSTEM: 'MINGW64', TERM_PROGRAM: 'mintty', TERM: 'xterm' };

  it('state lives in LOCALAPPDATA', () => {
    const env = { LOCALAPPDATA: 'C:\\Users\\ada\\AppData\\Local', XDG_STATE_HOME: '/ignored' };
    expect(stateFolder(fakeIo({ ...windows, env }))).toBe('C:\\Users\\ada\\AppData\\Local\\prom-tutor');
  });

  it('text is UTF-8 without a locale', () => {
    expect(contextOf(fakeIo({ ...windows, tty: true }), {}).style.ascii).toBe(false);
    expect(contextOf(fakeIo({ platform: 'darwin', tty: true }), {}).style.ascii).toBe(false);
    expect(contextOf(fakeIo({ platform: 'linux', tty: true }), {}).style.ascii).toBe(true);
  });

  it('the editor is notepad where none is named', async () => {
    const io = fakeIo({ ...windows, tty: true, env: { PATH: '' } });
    await expect(editFile(contextOf(io, {}), 'x')).rejects.toThrow(/the editor notepad: there is no such program/);
    const named = fakeIo({ ...windows, tty: true, env: { PATH: '', EDITOR: 'no-such-editor --wait' } });
    await expect(editFile(contextOf(named, {}), 'x')).rejects.toThrow(/no-such-editor/);
  });

  it.each([
    ['the window of Git Bash', { ...windows, env: mintty }, {}, true],
    ['and not with --no-input', { ...windows, env: mintty }, { input: false }, false],
    ['nor in CI', { ...windows, env: { ...mintty, CI: 'true' } }, {}, false],
    ['nor in a pipe of cmd', { ...windows, env: {} }, {}, false],
    ['nor where Unix says mintty, over SSH', { platform: 'linux', env: mintty }, {}, false],
    ['a console', { ...windows, tty: true }, {}, true],
  ] as const)('somebody can be asked in %s', (_, io, options, asked) => {
    expect(contextOf(fakeIo(io), options).interactive).toBe(asked);
  });

  it('asks line by line where keys cannot be read, without one escape byte', async () => {
    const io = fakeIo({ ...windows, env: mintty });
    const stdin = new PassThrough();
    const context = contextOf({ ...io, stdin }, {});
    const prompt = promptFor(context);
    expect(prompt.canPrefill).toBe(false);
    const answer = prompt.ask({ label: 'ask> ' });
    stdin.write('up\r\n');
    expect(await answer).toEqual({ kind: 'line', text: 'up' });
    expect(io.outText()).not.toMatch(/[\x1b\r]/);
  });
});

function sourceFiles(): readonly string[] {
  return readdirSync(src, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
}

function nameOf(file: string): string {
  return relative(src, file).split(sep).join('/');
}

/** Without comments, and without what shells read: completion scripts run in the shells they are for. */
function codeOf(file: string): string {
  if (nameOf(file) === 'cli/completion/scripts.ts') return '';
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => !/^\s*(?:\/\/|\*|\/\*)/.test(line))
    .join('\n');
}
