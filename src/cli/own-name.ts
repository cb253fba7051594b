import { existsSync } from 'node:fs';
import { posix, win32 } from 'node:path';
import { packageFolder } from '../lib/package-folder.ts';
import { prose } from '../render/prose.ts';
import type { Context } from './context.ts';
import type { Io } from './io.ts';

/**
 * Says how `prom-tutor`, as all printed commands have it, is typed on this machine; nothing when a shell finds it. With
 * npx it is found only while npx runs, and in a clone not at all.
 */
export function tellOwnName(context: Context): void {
  const how = howToType(context.io, packageFolder('bin'));
  if (how !== undefined) context.note(prose(how, context.errStyle));
}

/** `binFolder` is where bin/prom-tutor.js lies. */
export function howToType(io: Pick<Io, 'env' | 'platform' | 'cwd'>, binFolder: string): string | undefined {
  if (io.env.npm_command === 'exec') {
    return 'Type `npx prom-tutor` where it says `prom-tutor`, or install it: `npm install --global prom-tutor`.';
  }
  if (isOnPath(io)) return undefined;
  const { dirname, join, relative } = io.platform === 'win32' ? win32 : posix;
  const folder = dirname(binFolder);
  const script = io.cwd === folder ? relative(folder, join(binFolder, SCRIPT)) : join(binFolder, SCRIPT);
  return `Type \`node ${script}\` where it says \`prom-tutor\`, or make the short name known once: \`npm link\`${io.cwd === folder ? '' : ` in ${folder}`}.`;
}

const SCRIPT = 'prom-tutor.js';

function isOnPath({ env, platform }: Pick<Io, 'env' | 'platform'>): boolean {
  const { delimiter, join } = platform === 'win32' ? win32 : posix;
  const names = platform === 'win32' ? ['prom-tutor.cmd', 'prom-tutor.ps1'] : ['prom-tutor'];
  const folders = (env.PATH ?? env.Path ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.some((folder) => names.some((name) => existsSync(join(folder, name))));
}
