/**
 * What the API looks at in a request. A `Request` has it all; what the listener makes instead costs a fraction, and for a
 * small query the objects of the Fetch standard took longer than the query.
 */
export type Asked = Pick<Request, 'method' | 'url' | 'signal' | 'text'> & { readonly headers: Pick<Headers, 'get'> };

/** What is asked for: a `URL`, or as much of it as the API needs. */
export type Place = Pick<URL, 'host' | 'pathname' | 'searchParams'>;

/** Takes a URL apart. One of plain words, as those of the API are, needs no rules about escapes, dots and the like. */
export function placeOf(url: string): Place {
  const plain = /^http:\/\/([\w.:-]+)(\/[\w/-]*)(?:\?([^#]*))?$/.exec(url);
  if (plain === null) return new URL(url);
  const [, host = '', pathname = '', query = ''] = plain;
  return { host, pathname, searchParams: new URLSearchParams(query) };
}

/** A body as text, or in pieces; undefined when there is none. */
export type Body = string | readonly Uint8Array[] | undefined;

/** An answer, before it is one of HTTP. */
export type Reply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Body;
};

export function toResponse({ status, headers, body }: Reply): Response {
  const content = body === undefined ? null : typeof body === 'string' ? body : Buffer.concat(body);
  return new Response(content, { status, headers });
}

export async function fromResponse(response: Response): Promise<Reply> {
  const body = response.body === null ? undefined : [new Uint8Array(await response.arrayBuffer())];
  return { status: response.status, headers: Object.fromEntries(response.headers), body };
}
