import type { RunningInstance } from '../app/instance.ts';
import { UserError } from '../model/errors.ts';
import { INSTANCE_ACTIONS, INSTANCE_SERVICES } from './backend.ts';

/** What the API's `/-/instances` does: stops and starts the instances of this process. `apps` may still be filling. */
export function instanceControl(
  apps: readonly RunningInstance[],
): (service: string, action: string) => Promise<{ readonly ok: boolean; readonly message: string }> {
  return async (service, asked) => {
    const known: readonly string[] = INSTANCE_SERVICES;
    const app = apps[known.indexOf(service)];
    const action = INSTANCE_ACTIONS.find((name) => name === asked);
    if (app === undefined || action === undefined) {
      return { ok: false, message: `service is one of ${INSTANCE_SERVICES}, action one of ${INSTANCE_ACTIONS}` };
    }
    try {
      if (action !== 'start') await app.stop();
      if (action !== 'stop') await app.start();
      return { ok: true, message: `${service}: ${action}` };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return { ok: false, message: error.message };
    }
  };
}
