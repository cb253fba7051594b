import { access, rename } from 'node:fs/promises';
import { isRunning } from '../backends/processes.ts';
import { peekStack } from '../backends/state-file.ts';
import type { System } from '../backends/world.ts';
import type { Exec } from './exec.ts';
import type { Fix } from './fix.ts';

/** What carrying out a fix takes from the outside world. */
export type Hands = {
  readonly system: System;
  readonly stateDir: string;
  readonly exec: Exec;
  readonly signal: AbortSignal;
  /** Runs a command of ours as if these words had been typed after `prom-tutor`; gives its exit code. */
  tutor(words: readonly string[]): Promise<number>;
};

/** How it went: `why` is a clause, in the words of who refused. */
export type Done = { readonly ok: true } | { readonly ok: false; readonly why: string };

/** Does what `commandLine` of the same fix says. Rejects only when interrupted. */
export async function carryOut(fix: Fix, hands: Hands): Promise<Done> {
  return DEEDS[fix.kind](fix as never, hands);
}

/** Starting a container takes a second or two; one that has to be stopped first, ten more. */
const DOCKER_MS = 60_000;

const DEEDS: {
  readonly [K in Fix['kind']]: (fix: Extract<Fix, { readonly kind: K }>, hands: Hands) => Promise<Done>;
} = {
  tutor: async ({ commands }, hands) => {
    for (const words of commands) {
      const code = await hands.tutor(words);
      hands.signal.throwIfAborted();
      if (code !== 0) return { ok: false, why: `prom-tutor ${words.join(' ')} ended with exit code ${code}` };
    }
    return { ok: true };
  },
  docker: async ({ args }, { exec, signal }) => {
    const ran = await exec('docker', args, { timeoutMs: DOCKER_MS, signal });
    signal.throwIfAborted();
    if (ran.kind === 'done' && ran.code === 0) return { ok: true };
    return { ok: false, why: ran.kind === 'done' ? lastLine(ran.stderr) : REASONS[ran.kind] };
  },
  resume: async ({ pid }, { system, stateDir }) => {
    const stack = await peekStack(stateDir);
    const record = stack.kind === 'ok' ? stack.value.processes.find((each) => each.pid === pid) : undefined;
    // In the meantime somebody else may have its number.
    if (record === undefined || !(await isRunning(system, record))) {
      return { ok: false, why: `process ${pid} is not one of the stack any more` };
    }
    return trying(async () => system.kill(pid, 'SIGCONT'));
  },
  'set-aside': async ({ path, aside }) => {
    const taken = await access(aside).then(
      () => true,
      () => false,
    );
    return taken ? { ok: false, why: `${aside} is there already` } : trying(() => rename(path, aside));
  },
  shell: async () => ({ ok: false, why: 'only you can run it' }),
};

const REASONS = {
  missing: 'docker is not installed',
  hung: 'docker gave no answer',
  broken: 'docker cannot be run',
} as const;

async function trying(work: () => Promise<void>): Promise<Done> {
  try {
    await work();
    return { ok: true };
  } catch (error) {
    return { ok: false, why: error instanceof Error ? error.message : String(error) };
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) || 'docker refused it without a word';
}
