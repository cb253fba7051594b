import { isAnswered } from '../../backends/ports.ts';
import { portOf } from '../../backends/stack-ports.ts';
import type { Check } from '../examine.ts';
import { fail, type Outcome, ok, skip, warn } from '../finding.ts';
import { byHand } from '../fix.ts';
import type { Patient } from '../patient.ts';

/** Where this program runs, and what "this machine" means there. */
export const PLACE_CHECKS: readonly Check<Patient>[] = [
  {
    id: 'localhost',
    title: 'localhost',
    looksAt: 'the addresses that the name `localhost` stands for',
    needs: [],
    run: localhost,
  },
  {
    id: 'place',
    title: 'Place',
    looksAt: '/.dockerenv, /run/.containerenv, /proc/version, SSH_CONNECTION: in a container, WSL, over SSH',
    needs: [],
    run: place,
  },
];

const IPV4_LOOPBACK = /^127(\.\d{1,3}){3}$/;

async function localhost({ world }: Patient): Promise<Outcome> {
  const found = await world.lookup('localhost').catch((error: unknown) => error);
  const repair =
    world.platform === 'win32' ? {} : { fix: byHand("echo '127.0.0.1 localhost' | sudo tee -a /etc/hosts") };
  const hosts = world.platform === 'win32' ? 'C:\\Windows\\System32\\drivers\\etc\\hosts' : '/etc/hosts';
  if (!Array.isArray(found) || found.length === 0) {
    return fail('localhost-unknown', 'The name localhost is not known here, though addresses of the stack have it.', {
      evidence: [found instanceof Error ? found.message : 'no address'],
      ...repair,
      advice: `${hosts} must have the line: 127.0.0.1 localhost`,
    });
  }
  const evidence = [`localhost is ${found.join(', ')}`];
  const elsewhere = found.filter((address: string) => !IPV4_LOOPBACK.test(address) && address !== '::1');
  if (elsewhere.length > 0) {
    return fail('localhost-elsewhere', 'The name localhost leads to another machine.', {
      evidence,
      advice: `Look at the lines with localhost in ${hosts}.`,
    });
  }
  if (!found.some((address: string) => IPV4_LOOPBACK.test(address))) {
    return warn(
      'localhost-ipv6-only',
      'The name localhost stands for IPv6 only: what listens on 127.0.0.1 is not found by it.',
      {
        evidence,
        ...repair,
        advice: 'Until then write 127.0.0.1 instead of localhost.',
      },
    );
  }
  return ok('The name localhost stands for this machine.', { evidence });
}

async function place({ world, state, published }: Patient): Promise<Outcome> {
  const { env, stateDir } = world;
  const [dockerenv, containerenv, version, stack] = await Promise.all([
    world.readText('/.dockerenv'),
    world.readText('/run/.containerenv'),
    world.readText('/proc/version'),
    state(),
  ]);
  const sign = dockerenv !== undefined ? '/.dockerenv' : containerenv !== undefined ? '/run/.containerenv' : undefined;
  const port = stack?.backend === 'docker' ? portOf(stack.urls.prometheus) : undefined;
  if (sign !== undefined && port !== undefined && !(await isAnswered(port)) && (await published()).has(port)) {
    return fail('docker-from-container', 'prom-tutor runs in a container, and the stack in containers beside it.', {
      evidence: [`${sign} is there`, `docker publishes port ${port}, and nobody answers on localhost:${port} in here`],
      advice: 'Published ports are on the machine outside: run prom-tutor out there, or in here with --network host.',
    });
  }
  // https://learn.microsoft.com/en-us/windows/wsl/filesystems: disks of Windows are below /mnt.
  if (/microsoft/i.test(version ?? '') && /^\/mnt\/[a-z]\//.test(stateDir)) {
    return warn(
      'wsl-windows-disk',
      'The state folder is on a disk of Windows: it is slow there, and modes of files are lost.',
      {
        evidence: [`${stateDir}, in WSL`],
        fix: byHand('export XDG_STATE_HOME="/home/$USER/.local/state"'),
      },
    );
  }
  if (env.SSH_CONNECTION) {
    return ok('You are connected over SSH: localhost in your browser is your own computer, not this machine.', {
      evidence: ['SSH_CONNECTION is set'],
      advice: 'To see the pages there, connect with: ssh -L 9090:localhost:9090 -L 3000:localhost:3000 THIS-MACHINE',
    });
  }
  if (sign !== undefined) {
    return ok('prom-tutor runs in a container: what listens here is seen outside only through published ports.', {
      evidence: [`${sign} is there`],
    });
  }
  return /microsoft/i.test(version ?? '')
    ? ok('prom-tutor runs in WSL; browsers of Windows reach its localhost.', {
        evidence: ['/proc/version names Microsoft'],
      })
    : skip('prom-tutor runs on this machine itself.');
}
