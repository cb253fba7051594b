import type { StartOptions } from './backend.ts';
import { describeHolder } from './port-holder.ts';
import { choosePorts, type PortWish } from './ports.ts';
import type { System } from './world.ts';

export type StackPorts = {
  readonly prometheus: number;
  readonly app: number;
  readonly app2: number;
  /** Chosen in any case, so that Grafana can join later; used only with `--grafana`. */
  readonly grafana: number;
};

type Asked = Pick<StartOptions, 'port' | 'appPort' | 'grafanaPort' | 'report'>;

/** Chooses this machine's ports for a new stack and tells which ones had to move. */
export async function stackPorts(
  system: System,
  asked: Asked,
  published: ReadonlyMap<number, string>,
): Promise<StackPorts> {
  const app = asked.appPort ?? 8000;
  const wishes = {
    prometheus: wish('Prometheus', asked.port ?? 9090, asked.port !== undefined, '--port'),
    app: wish('sse-app', app, asked.appPort !== undefined, '--app-port'),
    app2: wish('sse-app-2', app + 1, false, '--app-port'),
    grafana: wish('Grafana', asked.grafanaPort ?? 3000, asked.grafanaPort !== undefined, '--grafana-port'),
  } as const satisfies Readonly<Record<keyof StackPorts, PortWish>>;
  const chosen = await choosePorts(system, wishes, published);
  for (const [name, { port, movedFrom }] of Object.entries(chosen)) {
    if (movedFrom === undefined || name === 'grafana') continue;
    const { name: who } = wishes[name as keyof StackPorts];
    const text = `${who} moves to port ${port}, because of port ${movedFrom.port}: ${describeHolder(movedFrom.holder)}.`;
    asked.report({ kind: 'note', text });
  }
  return {
    prometheus: chosen.prometheus.port,
    app: chosen.app.port,
    app2: chosen.app2.port,
    grafana: chosen.grafana.port,
  };
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
