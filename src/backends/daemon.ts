import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { claimScenario } from '../app/scenario-claim.ts';
import { INSTANCES } from '../app/schema.ts';
import { UserError } from '../model/errors.ts';
import { type DaemonConfig, readDaemonConfig } from './daemon-config.ts';
import { startEmbeddedStack } from './embedded-stack.ts';
import { PARTS } from './stack-folder.ts';
import { readStackRules } from './stack-rules.ts';

/**
 * The background process of the embedded backend: `node daemon.mjs FOLDER`, with the configuration in that folder. It ends
 * when its API is told to with the token, or by a signal where the system has them.
 */
const dir = process.argv[2] ?? '.';
const ending = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ending.abort());
// Whoever started it may be gone, and with it the reader of its output.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

try {
  await run(readDaemonConfig(readFileSync(join(dir, PARTS.daemon), 'utf8')));
  // Whatever still holds the process open has no work left that anybody waits for.
  process.exit(0);
} catch (error) {
  const told = error instanceof UserError ? error.message : (error as Error).stack;
  logOf('prometheus', `cannot run: ${told}`);
  process.stderr.write(`${told}\n`);
  process.exit(1);
}

async function run(config: DaemonConfig): Promise<void> {
  const startMs = Date.now() - process.uptime() * 1000;
  const claims = await Promise.all(
    INSTANCES.map(async ({ name }) => ({ name, claim: await claimScenario(join(dir, PARTS.scenario), name) })),
  );
  const stack = await startEmbeddedStack(
    {
      ...config,
      rules: await readStackRules(config.rules),
      host: '127.0.0.1',
      continuing: claims.filter(({ claim }) => claim.kind === 'continue').map(({ name }) => name),
      onQuit: () => ending.abort(),
    },
    {
      now: Date.now,
      random: Math.random,
      cwd: process.cwd(),
      readings: {
        startMs,
        cpuSeconds: () => {
          const { user, system } = process.cpuUsage();
          return (user + system) / 1e6;
        },
        memory: () => {
          const { rss, heapUsed } = process.memoryUsage();
          return { residentBytes: rss, heapBytes: heapUsed };
        },
      },
      log: (line) => logOf('prometheus', line),
      logOf,
    },
  );
  await new Promise<void>((resolve) => {
    if (ending.signal.aborted) resolve();
    else ending.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await stack.close();
}

/** One line with its time to the log of a service; a full disk must not end the process. */
function logOf(service: string, line: string): void {
  try {
    mkdirSync(join(dir, PARTS.logs), { recursive: true, mode: 0o700 });
    const stamped = `${new Date(Date.now()).toISOString()} ${line}\n`;
    appendFileSync(join(dir, PARTS.logs, `${service}.log`), stamped, { mode: 0o600 });
  } catch {
    process.stderr.write(`${service}: ${line}\n`);
  }
}
