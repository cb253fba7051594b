import { request } from 'undici';
import { UserError } from '../model/errors.ts';
import type { StartOptions } from './backend.ts';
import { composeFailure, IMAGES, imageFor, runCompose } from './docker-compose.ts';
import { fetchImage } from './docker-image.ts';
import { publishedPorts } from './docker-project.ts';
import { waitUntil } from './ready.ts';
import { grafanaPort, localUrl } from './stack-ports.ts';
import type { StackState } from './state.ts';
import type { World } from './world.ts';

/**
 * Adds Grafana to a stack whose services run. It is an extra: without it the stack is as good as before, so whatever
 * keeps it away is told and the state comes back as it was. Only a port that was asked for and is taken throws.
 */
export async function withGrafana(
  world: World,
  state: StackState,
  options: Pick<StartOptions, 'grafanaPort' | 'signal' | 'report'>,
): Promise<StackState> {
  const { signal, report } = options;
  const port = await grafanaPort(world, options, await publishedPorts(world, signal));
  const url = localUrl(port);
  const image = imageFor(world, 'grafana');
  const env = { [IMAGES.grafana.variable]: image };
  const wanted: StackState = { ...state, urls: { ...state.urls, grafana: url } };
  try {
    await fetchImage(world, image, options);
    report({ kind: 'step', id: 'grafana', text: 'starting Grafana' });
    const args = ['--profile', 'grafana', 'up', '-d', '--no-build', '--no-deps', 'grafana'];
    const answer = await runCompose(world, wanted, args, { signal, timeoutMs: 60_000, env });
    if (!answer.ok) throw composeFailure('Docker could not start it', answer);
    await waitUntil(world, 'Grafana', { signal, timeoutMs: 60_000 }, async (limited) => {
      const { statusCode, body } = await request(`${url}/api/health`, { signal: limited });
      await body.dump();
      return statusCode === 200 ? undefined : `/api/health answers ${statusCode}`;
    });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    report({ kind: 'note', text: `Grafana is left out: ${error.message}` });
    await runCompose(world, wanted, ['--profile', 'grafana', 'rm', '-sf', 'grafana'], {
      signal,
      timeoutMs: 30_000,
      env,
    });
    return state;
  }
  report({ kind: 'done', id: 'grafana', text: `Grafana answers at ${url}` });
  return wanted;
}
