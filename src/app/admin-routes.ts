import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { PrometheusClient } from '../client/prometheus-client.ts';
import { UserError } from '../model/errors.ts';
import { type FaultBoard, type FaultRequest, parseFaultRequest } from './faults.ts';
import { HttpProblem, readJson, sendJson } from './http.ts';

/** `GET /admin/metrics`: asks Prometheus how many streams are open over all instances, as any program can. */
export async function metricsFromPrometheus(
  response: ServerResponse,
  client: PrometheusClient | undefined,
): Promise<void> {
  if (client === undefined)
    throw new HttpProblem(503, 'prometheus_unavailable', 'this instance was not told where Prometheus is');
  try {
    const result = await client.query('sum(sse_active_connections)');
    sendJson(response, 200, { active_connections: client.extractScalarValue(result) ?? null });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new HttpProblem(503, 'prometheus_unavailable', error.message);
  }
}

export type FaultContext = {
  readonly faults: FaultBoard;
  /** Without one nobody may set faults. */
  readonly token: string | undefined;
  /** Stops the instance for a while; undefined where it cannot be. */
  readonly rest: ((forMs: number) => void) | undefined;
  /** Told after every change. */
  changed(): void;
  now(): number;
  log(line: string): void;
};

/** `POST /admin/faults` sets or clears a fault; both it and `GET` answer with those that are active. */
export async function faultsRoute(
  request: IncomingMessage,
  response: ServerResponse,
  context: FaultContext,
): Promise<void> {
  checkBearer(request, context.token);
  if (request.method === 'POST') {
    const wanted = parseFaultRequest(await readJson(request));
    if ('problems' in wanted)
      throw new HttpProblem(400, 'invalid_request', wanted.problems.join('; '), { details: wanted });
    if (wanted.kind === 'set' && wanted.fault === 'instance-stopped') {
      rest(response, wanted.forMs ?? 0, context);
      return;
    }
    context.faults.apply(wanted, context.now());
    context.changed();
    context.log(logLine(wanted));
  }
  sendJson(response, 200, { faults: context.faults.list(context.now()) });
}

/** Answers first: afterwards there is nobody to answer. */
function rest(response: ServerResponse, forMs: number, context: FaultContext): void {
  if (context.rest === undefined)
    throw new HttpProblem(409, 'not_possible', 'this instance cannot stop itself and come back');
  context.log(`fault set: instance-stopped for ${forMs / 1000} s`);
  sendJson(response, 200, { faults: context.faults.list(context.now()) }, { connection: 'close' });
  context.rest(forMs);
}

function logLine(request: FaultRequest): string {
  if (request.kind === 'clear') return `faults cleared: ${request.provider ?? 'all'}`;
  const { fault, provider, amount, forMs } = request;
  const length = forMs === undefined ? '' : ` for ${forMs / 1000} s`;
  return provider === undefined
    ? `fault set: ${fault}${length}`
    : `fault set: ${fault} of ${provider} (${amount})${length}`;
}

/** Compares digests, which have one length, in constant time. */
function checkBearer(request: IncomingMessage, token: string | undefined): void {
  if (token === undefined)
    throw new HttpProblem(403, 'forbidden', 'faults are switched off: the service was started without SSE_TOKEN');
  const given = /^Bearer +(\S+)\s*$/i.exec(request.headers.authorization ?? '')?.[1];
  const digest = (text: string) => createHash('sha256').update(text).digest();
  if (given === undefined || !timingSafeEqual(digest(given), digest(token)))
    throw new HttpProblem(401, 'unauthorized', 'send the token of this stack as "Authorization: Bearer …"', {
      headers: { 'www-authenticate': 'Bearer realm="sse-app"' },
    });
}
