import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Loopback, loopback, type Seen } from './loopback.ts';

type Recording = {
  readonly [request: string]: { readonly status: number; readonly type: string; readonly body: string };
};

/**
 * A server that repeats what a real Prometheus has answered. With PROM_TUTOR_RECORD_FROM=http://… it asks that Prometheus
 * instead and writes the answers into the file when it is closed. A question that was not recorded is answered with 501.
 */
export async function recordedServer(file: string): Promise<Loopback> {
  const upstream = process.env.PROM_TUTOR_RECORD_FROM;
  const answers: { [request: string]: Recording[string] } =
    upstream === undefined && existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const pending: Promise<void>[] = [];
  const server = await loopback((seen, response) => {
    const answer = async () => {
      const key = keyOf(seen);
      if (upstream !== undefined) answers[key] ??= await ask(upstream, seen);
      const known = answers[key] ?? { status: 501, type: 'text/plain', body: `not recorded: ${key}` };
      response.writeHead(known.status, { 'content-type': known.type });
      response.end(known.body);
    };
    pending.push(answer());
  });
  return {
    ...server,
    close: async () => {
      await Promise.all(pending);
      await server.close();
      if (upstream === undefined) return;
      mkdirSync(dirname(file), { recursive: true });
      const sorted = Object.fromEntries(Object.entries(answers).sort(([a], [b]) => (a < b ? -1 : 1)));
      writeFileSync(file, `${JSON.stringify(sorted, undefined, 1)}\n`);
    },
  };
}

/** What is asked, whoever asks and however: the path and the parameters in order. */
function keyOf({ url, params }: Seen): string {
  const sorted = [...params].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `${name}=${value}`);
  return `${url.split('?')[0]} ${sorted.join(' ')}`;
}

async function ask(upstream: string, { method, url, body }: Seen): Promise<Recording[string]> {
  const answer = await fetch(`${upstream}${url}`, {
    method,
    ...(method === 'POST' ? { body, headers: { 'content-type': 'application/x-www-form-urlencoded' } } : {}),
  });
  return { status: answer.status, type: answer.headers.get('content-type') ?? '', body: await answer.text() };
}
