import { UserError } from '../model/errors.ts';
import { type AppOptions, type AppWorld, createApp, type RunningApp } from './app.ts';
import { FaultBoard } from './faults.ts';

/** An instance that can be stopped and started again without ending its process. */
export type RunningInstance = Pick<RunningApp, 'host' | 'port' | 'url'> & {
  readonly isUp: boolean;
  /** Nobody listens any more. Without effect when it is stopped already. */
  stop(): Promise<void>;
  /** A new life on the same port: every counter begins at zero. Without effect when it runs. */
  start(): Promise<void>;
  /** Ends it for good. */
  close(): Promise<void>;
};

/**
 * Starts an instance whose faults outlive its restarts. A fault that stops it for a while is ended here, by the clock of
 * its own process. Throws what `createApp` throws.
 */
export async function startInstance(options: AppOptions, world: AppWorld): Promise<RunningInstance> {
  const faults = new FaultBoard();
  let isOver = false;
  let waking: NodeJS.Timeout | undefined;
  let app: RunningApp | undefined;
  // Stopping and starting never overlap: each waits for the one before.
  let turn: Promise<void> = Promise.resolve();
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const next = turn.then(work);
    turn = next.catch(() => undefined);
    return next;
  };

  const rest = (forMs: number) => {
    void inTurn(stopNow).then(() => wakeAfter(forMs));
  };
  const first = await createApp({ ...options, faults, rest }, world);
  app = first;

  async function stopNow(): Promise<void> {
    clearTimeout(waking);
    const running = app;
    app = undefined;
    if (running === undefined) return;
    await running.close();
    world.log('stopped');
  }

  async function startNow(): Promise<void> {
    clearTimeout(waking);
    if (isOver || app !== undefined) return;
    const { scenario: _past, earlier: _lived, ...fresh } = options;
    app = await createApp({ ...fresh, port: first.port, faults, rest }, newborn(world));
    world.log('started again, the counters begin at 0');
  }

  function wakeAfter(ms: number): void {
    if (isOver) return;
    clearTimeout(waking);
    waking = setTimeout(() => {
      inTurn(startNow).catch((error: unknown) => {
        if (!(error instanceof UserError)) throw error;
        // Somebody took the port meanwhile; it may be given back.
        world.log(error.message);
        wakeAfter(RETRY_MS);
      });
    }, ms);
  }

  return {
    host: first.host,
    port: first.port,
    url: first.url,
    get isUp() {
      return app !== undefined;
    },
    stop: () => inTurn(stopNow),
    start: () => inTurn(startNow),
    async close() {
      isOver = true;
      await inTurn(stopNow);
    },
  };
}

const RETRY_MS = 1_000;

/** What the process says of itself counts from now on, as if it had just been started. */
function newborn(world: AppWorld): AppWorld {
  const { readings } = world;
  const cpuBefore = readings.cpuSeconds();
  return {
    ...world,
    readings: { ...readings, startMs: world.now(), cpuSeconds: () => readings.cpuSeconds() - cpuBefore },
  };
}
