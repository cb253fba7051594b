import type { World } from '../backends/world.ts';
import { packageFolder } from '../lib/package-folder.ts';
import type { Io } from './io.ts';
import { stateFolder } from './stack-of.ts';
import { toolVersion } from './version.ts';

/** What backends work with. Picked one by one, so that nothing else of the outside world reaches them. */
export function backendWorld(io: Io): World {
  return {
    env: io.env,
    platform: io.platform,
    pid: io.pid,
    execPath: io.execPath,
    kill: (pid, signal) => io.kill(pid, signal),
    now: () => io.now(),
    sleep: (ms, signal) => io.sleep(ms, signal),
    randomHex: (bytes) => io.randomHex(bytes),
    stateDir: stateFolder(io),
    stackFiles: packageFolder('stack'),
    toolVersion: toolVersion(),
  };
}
