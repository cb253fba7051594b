import { httpApi } from './http-api.ts';
import type { HttpSourceOptions } from './http-options.ts';

/** What a server answered at a path, whatever it is; of a body that is no JSON only the beginning. Untrusted. */
export type Looked = {
  readonly status: number;
  /** Names in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
};

/** Looks at pages of one server that are not the query API, with the same credentials and certificates. */
export type Look = {
  /** The server as shown: without credentials, with its path. */
  readonly base: string;
  /**
   * GETs a path: below the server's address, or with `root` below its host. Redirects within the server are followed.
   * Throws `UnavailableError` where nothing answers, and the signal's reason when aborted.
   */
  at(path: string, options?: { readonly root?: boolean; readonly signal?: AbortSignal }): Promise<Looked>;
  close(): Promise<void>;
};

/** Throws `UnavailableError` of kind `bad-url` for an address that is none. */
export function httpLook(options: HttpSourceOptions): Look {
  const api = httpApi(options);
  return {
    base: api.base,
    at: (path, { root = false, signal } = {}) =>
      api.look(signal, async (get) => {
        const { status, headers, body } = await get((root ? new URL(api.base).origin : api.base) + path);
        return { status, headers, text: body.toString('utf8') };
      }),
    close: () => api.close(),
  };
}
