import { envelope } from './encode.ts';
import type { Call } from './endpoint.ts';

/**
 * The answer of the server behind the source, where there is one, as JSON body; otherwise what `own` gives as JSON. So a
 * server over another says what that one says, and not something about itself.
 */
export async function passOn(call: Call, own: () => Promise<string> | string): Promise<string> {
  const { source } = call.deps;
  if (source.passOn === undefined) return envelope(await own());
  const { data, warnings, infos } = await source.passOn(call.path, call.params, { signal: call.signal });
  return envelope(JSON.stringify(data ?? null), warnings, infos);
}
