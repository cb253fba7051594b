import type { AppWorld } from './app.ts';
import { type RunningLoad, startLoad } from './load.ts';
import type { Provider } from './providers.ts';
import { INSTANCES, type InstanceName } from './schema.ts';

/** The provider that nobody asks on an ordinary day, and how often it is asked per second when it wakes. */
export const IDLE_PROVIDER: Provider = 'mistral';
const WAKING_RATE = 2;

/** Users that an instance sends to itself while the idle provider is awake: real requests over its own address. */
export type WakingUsers = {
  set(on: boolean): void;
  stop(): Promise<void>;
};

export function wakingUsers(instance: InstanceName, ownUrl: string, world: AppWorld): WakingUsers {
  const total = INSTANCES.reduce((sum, { weight }) => sum + weight, 0);
  const weight = INSTANCES.find(({ name }) => name === instance)?.weight ?? 1;
  let load: RunningLoad | undefined;
  return {
    set(on) {
      if (on === (load !== undefined)) return;
      if (on) {
        const rate = (WAKING_RATE * weight) / total;
        const quiet = { ...world, log: () => undefined };
        load = startLoad({ targets: [{ url: ownUrl, weight: 1 }], rate, provider: IDLE_PROVIDER }, quiet);
      } else {
        void load?.stop();
        load = undefined;
      }
    },
    async stop() {
      await load?.stop();
      load = undefined;
    },
  };
}
