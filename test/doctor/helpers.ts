import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder that is removed by nobody but the system: small, and under its temporary folder. */
export function tempFolder(): string {
  return mkdtempSync(join(tmpdir(), 'prom-tutor-doctor-'));
}

/**
 * A folder to use as PATH, with these shell scripts as programs (name to body) and, beside them, only what the scripts
 * themselves need. So a machine without docker is a PATH without docker.
 */
export function binFolder(scripts: Readonly<Record<string, string>>): string {
  const folder = join(tempFolder(), 'bin');
  mkdirSync(folder);
  for (const tool of ['sh', 'sleep', 'cat']) symlinkSync(`/bin/${tool}`, join(folder, tool));
  for (const [name, body] of Object.entries(scripts)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  }
  return folder;
}
