import { chmod, cp, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../lib/paths.ts';
import { EXIT, UserError } from '../model/errors.ts';
import { hasCode } from './stored-json.ts';
import type { World } from './world.ts';

/** Throws `UserError` when the package lacks its bundled demo service, which a fresh clone has to build. */
export async function requireStackFiles(world: World): Promise<void> {
  for (const name of ['app.mjs', 'compose.yaml', 'prometheus.yml', 'rules.yml']) {
    const path = join(world.stackFiles, name);
    const found = await stat(path).catch((error: unknown) => {
      if (hasCode(error, 'ENOENT')) return undefined;
      throw error;
    });
    if (found !== undefined) continue;
    throw new UserError(`the demo service is missing: ${path}`, {
      hint: 'In a clone of prom-tutor, build it: npm run build. Otherwise install prom-tutor again.',
      exitCode: EXIT.unavailable,
    });
  }
}

/**
 * Copies the package's stack folder. What runs stays the same then, though the package is updated or its folder (npx
 * keeps it in a cache) goes away; and the folder is under the home folder, which Docker Desktop may mount.
 */
export async function copyStackFiles(world: World, target: string): Promise<void> {
  await requireStackFiles(world);
  await rm(target, { recursive: true, force: true });
  await makeFolder(target);
  await cp(world.stackFiles, target, { recursive: true });
  await readableForAll(target);
  await chmod(target, 0o700);
}

/** Containers read these files as another user, whatever umask they were installed with. */
async function readableForAll(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    await chmod(path, entry.isDirectory() ? 0o755 : 0o644);
    if (entry.isDirectory()) await readableForAll(path);
  }
}
