import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/**
 * What of `src` reaches out of this process, as one list: whoever adds a place adds it here with its reason, and is asked by
 * this test whether a text of somebody else can get there.
 */
const PROGRAMS: Readonly<Record<string, string>> = {
  'backends/binary-history.ts': 'promtool and the app of the stack, by their paths',
  'backends/docker-cli.ts': 'docker',
  'backends/docker-logs.ts': 'docker',
  'backends/port-holder.ts': 'lsof, or powershell with a port that is a number',
  'backends/process-table.ts': 'ps, or powershell with a pid that is a number',
  'backends/processes.ts': 'the processes of the stack',
  'backends/prometheus-binaries.ts': 'what PATH holds as prometheus and promtool',
  'cli/edit-file.ts': '$VISUAL or $EDITOR, split into words here',
  'cli/open-browser.ts': '$BROWSER, split into words here, or what the system has',
  'doctor/exec.ts': 'docker, podman and the like, by their names',
};

const LISTENERS: Readonly<Record<string, string>> = {
  'app/app.ts': 'an instance of the demo service: 127.0.0.1 unless SSE_HOST says otherwise, as inside its container',
  'backends/ports.ts': 'tries whether a port of 127.0.0.1 is free',
  'server/listen.ts': 'the API, which refuses addresses that are not loopback',
};

const src = fileURLToPath(new URL('../src/', import.meta.url));
const files = readdirSync(src, { withFileTypes: true, recursive: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => {
    const path = join(entry.parentPath, entry.name);
    return { name: relative(src, path).split(sep).join('/'), code: withoutComments(readFileSync(path, 'utf8')) };
  });

describe('what src reaches', () => {
  it('starts programs in the places listed, and nowhere else', () => {
    expect(holding(/from '(?:node:)?(?:execa|child_process|cross-spawn|worker_threads|cluster)'/)).toEqual(
      Object.keys(PROGRAMS).sort(),
    );
  });

  it('gives no text to a shell', () => {
    // With these two and without the option `shell`, a program gets its words as they are.
    const imported = files.flatMap(({ code }) =>
      [...code.matchAll(/import \{([^}]*)\} from '(?:execa|node:child_process)'/g)].flatMap(([, names = '']) =>
        names.split(',').map((name) => name.trim()),
      ),
    );
    expect([...new Set(imported)].filter((name) => !name.startsWith('type ')).sort()).toEqual(['execa', 'spawn']);
    const shells = /['"](?:\/bin\/)?(?:ba|z|da)?sh['"]|['"]cmd(?:\.exe)?['"]/;
    expect(holding(shells).filter((name) => Object.hasOwn(PROGRAMS, name))).toEqual([]);
    expect(holding(/\bshell\s*:\s*(?:true|['"`]|\w+\.env)|\bexeca\s*`/)).toEqual([]);
  });

  it('runs programs with words, never with a line that is split elsewhere', () => {
    const calls = files.flatMap(({ name, code }) =>
      [...code.matchAll(/\b(?:execa|spawn)\(\s*([^)]{1,40})/g)].map(
        ([, given = '']) => `${name}: ${given.split(',')[1]?.trim()[0]}`,
      ),
    );
    expect(calls.length).toBeGreaterThanOrEqual(Object.keys(PROGRAMS).length);
    // The second argument is a list, or a name of one.
    expect(calls.filter((call) => !/: [[a-z]$/.test(call))).toEqual([]);
  });

  it('makes no code out of text', () => {
    expect(holding(/\beval\(|\bnew Function\b|node:vm|\bFunction\(/)).toEqual([]);
  });

  it('listens in the places listed, and nowhere else', () => {
    expect(holding(/\bserver\.listen\(|\.listen\(\{/)).toEqual(Object.keys(LISTENERS).sort());
  });

  it('names every address that means all of this machine', () => {
    expect(holding(/0\.0\.0\.0/)).toEqual(['app/app.ts']);
  });
});

function holding(pattern: RegExp): readonly string[] {
  return files
    .filter(({ code }) => pattern.test(code))
    .map(({ name }) => name)
    .sort();
}

function withoutComments(code: string): string {
  return code.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}
