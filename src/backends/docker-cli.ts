import { createInterface } from 'node:readline';
import { execa } from 'execa';
import type { World } from './world.ts';

/** Docker Compose's name for the stack; its network is therefore sse_default. */
export const PROJECT = 'sse';

/** On every container, volume and network of ours; the value is the stack's id. Nothing without it is ever touched. */
export const STACK_LABEL = 'dev.prom-tutor.stack';

export type DockerAnswer = {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
  /** Why it is not ok: the client is not installed, it took too long, or it said no. */
  readonly failure?: 'no-client' | 'timeout' | 'failed';
};

export type DockerOptions = {
  /** Rejects with the signal's reason when aborted; Docker's client is ended. */
  readonly signal: AbortSignal;
  readonly timeoutMs?: number;
  readonly cwd?: string;
  readonly input?: string;
  /** Variables beside the person's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** Called with every line of stdout and stderr as it comes. */
  onLine?(line: string): void;
};

/** Runs Docker's client. A refusal is an answer, not an error. */
export async function docker(world: World, args: readonly string[], options: DockerOptions): Promise<DockerAnswer> {
  options.signal.throwIfAborted();
  const running = execa('docker', [...args], {
    env: { ...dockerEnv(world), ...options.env },
    extendEnv: false,
    reject: false,
    cancelSignal: options.signal,
    forceKillAfterDelay: 2_000,
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
    ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs }),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  if (options.onLine !== undefined) {
    for (const stream of [running.stdout, running.stderr])
      createInterface({ input: stream }).on('line', options.onLine);
  }
  const result = await running;
  options.signal.throwIfAborted();
  // What could not even be started has said nothing at all.
  const { stdout = '', stderr = '' } = result;
  if (!result.failed) return { ok: true, stdout, stderr };
  if (result.code === 'ENOENT' || result.code === 'ENOTDIR')
    return { ok: false, stdout: '', stderr: '', failure: 'no-client' };
  return {
    ok: false,
    stdout,
    stderr: stderr || (result.originalMessage ?? ''),
    failure: result.timedOut ? 'timeout' : 'failed',
  };
}

/** Like `docker`, for commands whose refusal is not expected: throws with Docker's own words. */
export async function dockerText(world: World, args: readonly string[], options: DockerOptions): Promise<string> {
  const answer = await docker(world, args, options);
  if (!answer.ok) throw new DockerRefusal(`docker ${args[0]} failed: ${lastWords(answer)}`, answer);
  return answer.stdout;
}

/** Docker said no to something that should have worked; whoever knows what it was for puts it into words. */
export class DockerRefusal extends Error {
  override readonly name = 'DockerRefusal';
  readonly answer: DockerAnswer;

  constructor(message: string, answer: DockerAnswer) {
    super(message);
    this.answer = answer;
  }
}

/** The last line that Docker said, which is the one that tells. */
export function lastWords(answer: DockerAnswer): string {
  if (answer.failure === 'no-client') return 'the docker command is not installed';
  const line = `${answer.stdout}\n${answer.stderr}`.trim().split('\n').at(-1)?.trim();
  if (line !== undefined && line !== '') return line;
  return answer.failure === 'timeout' ? 'no answer in time' : 'without a word';
}

/**
 * The person's environment, because it says where Docker is, but without what would point compose at other files or
 * another project, or set variables of our compose file behind our back.
 */
export function dockerEnv(world: World): Record<string, string> {
  const entries = Object.entries(world.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !/^(COMPOSE_|PROM_TUTOR_)/.test(entry[0]),
  );
  return { ...Object.fromEntries(entries), COMPOSE_ANSI: 'never', COMPOSE_MENU: 'false', DOCKER_CLI_HINTS: 'false' };
}
