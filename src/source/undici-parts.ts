import type { Dispatcher } from 'undici';
import apiRequest from 'undici/lib/api/api-request.js';
import errors from 'undici/lib/core/errors.js';
import Agent from 'undici/lib/dispatcher/agent.js';

/**
 * What asking a server takes of undici. Its index also loads fetch, WebSockets, caches and mocks, and that is more than half
 * of the time that `query up` takes (docs/performance.md); proxies load the index when there is one. These paths are no
 * public names of undici: its version is pinned to a minor, and test/source/undici-parts.test.ts compares them.
 */
export { Agent, errors };

/** One request, as undici's own `request` makes it. */
export function request(
  address: string,
  { dispatcher, ...options }: Omit<Dispatcher.RequestOptions, 'origin' | 'path'> & { readonly dispatcher: Dispatcher },
): Promise<Dispatcher.ResponseData> {
  const { origin, pathname, search } = new URL(address);
  return apiRequest.call(dispatcher, { ...options, origin, path: `${pathname}${search}` });
}
