import { Client } from 'undici';

/** One kept-alive connection to a server. Answers are read whole, never unpacked: nothing asks for gzip. */
export type BenchClient = {
  get(path: string): Promise<Answer>;
  close(): Promise<void>;
};

export type Answer = { readonly status: number; readonly body: Buffer };

export function connect(url: string): BenchClient {
  const client = new Client(url, { bodyTimeout: 0, headersTimeout: 0 });
  return {
    async get(path) {
      const { statusCode, body } = await client.request({ path, method: 'GET' });
      return { status: statusCode, body: Buffer.from(await body.arrayBuffer()) };
    },
    close: () => client.close(),
  };
}

/** The path of a range query; seconds, as the API has them. */
export function rangePath(
  query: string,
  grid: { readonly start: number; readonly end: number; readonly step: number },
) {
  return `/api/v1/query_range?query=${encodeURIComponent(query)}&start=${grid.start}&end=${grid.end}&step=${grid.step}`;
}

export function instantPath(query: string, time: number): string {
  return `/api/v1/query?query=${encodeURIComponent(query)}&time=${time}`;
}

/** How many series an answer holds. Throws when it is no success: a fast error is no result. */
export function seriesIn({ status, body }: Answer): number {
  const text = body.toString('latin1');
  if (status !== 200) throw new Error(`HTTP ${status}: ${text.slice(0, 300)}`);
  return text.split('{"metric":').length - 1;
}
