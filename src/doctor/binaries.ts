import type { World } from './world.ts';

export type Program =
  | { readonly kind: 'present'; readonly version: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'broken'; readonly reason: string };

/** The programs `prometheus` and `promtool` on PATH. */
export type Binaries = {
  readonly prometheus: Program;
  readonly promtool: Program;
  /** Whether both are there in a version that can run the stack. */
  readonly usable: boolean;
};

export const OLDEST_PROMETHEUS = 3;

export async function prometheusBinaries(world: World): Promise<Binaries> {
  const [prometheus, promtool] = await Promise.all([programOf(world, 'prometheus'), programOf(world, 'promtool')]);
  return { prometheus, promtool, usable: isNewEnough(prometheus) && isNewEnough(promtool) };
}

export function isNewEnough(program: Program): boolean {
  return program.kind === 'present' && Number.parseInt(program.version, 10) >= OLDEST_PROMETHEUS;
}

/** Version 2 writes it to stderr, version 3 to stdout. */
async function programOf(world: World, name: string): Promise<Program> {
  const ran = await world.exec(name, ['--version'], { timeoutMs: 3_000 });
  if (ran.kind === 'missing') return { kind: 'missing' };
  if (ran.kind === 'hung') return { kind: 'broken', reason: `${name} --version does not answer` };
  if (ran.kind === 'broken') return ran;
  const text = `${ran.stdout}\n${ran.stderr}`.trim();
  const version = new RegExp(`${name}, version (\\d+\\.\\d+\\S*)`).exec(text)?.[1];
  return version === undefined
    ? { kind: 'broken', reason: text.split('\n')[0] ?? 'it prints nothing' }
    : { kind: 'present', version };
}
