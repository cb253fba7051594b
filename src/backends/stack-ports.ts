import type { StartOptions } from './backend.ts';
import { describeHolder } from './port-holder.ts';
import { choosePorts, type PortChoice, type PortWish } from './ports.ts';
import type { System } from './world.ts';

export type StackPorts = {
  readonly prometheus: number;
  readonly app: number;
  readonly app2: number;
};

type Report = Pick<StartOptions, 'report'>;

/** Chooses this machine's ports for a new stack and tells which ones had to move. */
export async function stackPorts(
  system: System,
  asked: Pick<StartOptions, 'port' | 'appPort'> & Report,
  published: ReadonlyMap<number, string>,
): Promise<StackPorts> {
  const app = asked.appPort ?? 8000;
  return granted(system, asked, published, {
    prometheus: wish('Prometheus', asked.port ?? 9090, asked.port !== undefined, '--port'),
    app: wish('sse-app', app, asked.appPort !== undefined, '--app-port'),
    app2: wish('sse-app-2', app + 1, false, '--app-port'),
  });
}

/** The same for Grafana, which may join a stack later. */
export async function grafanaPort(
  system: System,
  asked: Pick<StartOptions, 'grafanaPort'> & Report,
  published: ReadonlyMap<number, string>,
): Promise<number> {
  const port = asked.grafanaPort ?? 3000;
  const wishes = { grafana: wish('Grafana', port, asked.grafanaPort !== undefined, '--grafana-port') };
  return (await granted(system, asked, published, wishes)).grafana;
}

async function granted<const K extends string>(
  system: System,
  { report }: Report,
  published: ReadonlyMap<number, string>,
  wishes: { readonly [N in K]: PortWish },
): Promise<{ readonly [N in K]: number }> {
  const chosen = Object.entries(await choosePorts(system, wishes, published)) as [K, PortChoice][];
  for (const [name, { port, movedFrom }] of chosen) {
    if (movedFrom === undefined) continue;
    const reason = `on port ${movedFrom.port}, ${describeHolder(movedFrom.holder)}`;
    report({ kind: 'note', text: `${wishes[name].name} takes port ${port} instead: ${reason}.` });
  }
  return Object.fromEntries(chosen.map(([name, { port }]) => [name, port])) as { readonly [N in K]: number };
}

function wish(name: string, port: number, asked: boolean, option: string): PortWish {
  return { name, port, asked, option };
}

/** The base URLs as this machine reaches them. */
export function stackUrls(ports: StackPorts): { readonly prometheus: string; readonly apps: readonly string[] } {
  return { prometheus: localUrl(ports.prometheus), apps: [localUrl(ports.app), localUrl(ports.app2)] };
}

export function localUrl(port: number): string {
  return `http://localhost:${port}`;
}

export function portOf(url: string | undefined): number | undefined {
  const port = url === undefined ? Number.NaN : Number(new URL(url).port);
  return Number.isInteger(port) && port > 0 ? port : undefined;
}
