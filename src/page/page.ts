import { UserError } from '../model/errors.ts';
import { type Html, html } from '../render/html.ts';
import type { Source } from '../source/source.ts';
import { layout, type Page } from './layout.ts';
import { queryPage } from './query-page.ts';
import { alertsPage, rulesPage } from './rules-page.ts';
import { targetsPage } from './targets-page.ts';

export type PageDeps = {
  readonly source: Source;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** The `data` of an answer of the server's own API, by the path behind /api/v1; undefined where it has no such thing. */
  readonly api: (path: string) => Promise<unknown>;
  readonly signal: AbortSignal;
};

/**
 * The web page of the server, drawn here and without scripts: `/`, `/graph` and `/query` with the parameters of
 * Prometheus' own links, `/targets`, `/alerts` and `/rules`. Undefined for any other path.
 */
export async function pageAt(url: URL, deps: PageDeps): Promise<Page | undefined> {
  const show = PAGES[url.pathname];
  if (show === undefined) return undefined;
  const server = await serverLine(deps);
  try {
    return layout({ ...(await show(url, deps)), server });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return layout({ title: 'Error', current: url.pathname, body: failed(error), server, status: 502 });
  }
}

/** Whether there is a page at the address. */
export function isPage(url: URL): boolean {
  return PAGES[url.pathname] !== undefined;
}

type Shown = { readonly title: string; readonly current: string; readonly body: Html };

const ask = async (url: URL, deps: PageDeps): Promise<Shown> => ({
  ...(await queryPage(url.searchParams, { ...deps, lastSampleMs: () => lastSampleMs(deps) })),
  current: '/graph',
});

const PAGES: Readonly<Record<string, ((url: URL, deps: PageDeps) => Promise<Shown>) | undefined>> = {
  '/': ask,
  '/graph': ask,
  '/query': ask,
  '/targets': async (_url, { source, now, signal }) => ({
    title: 'Targets',
    current: '/targets',
    body: targetsPage(await source.targets({ signal }), now()),
  }),
  '/alerts': async (_url, { api }) => ({ title: 'Alerts', current: '/alerts', body: alertsPage(await api('/rules')) }),
  '/rules': async (_url, { api }) => ({ title: 'Rules', current: '/rules', body: rulesPage(await api('/rules')) }),
};

/** What the API says of the storage; nothing where it does not tell. */
async function lastSampleMs({ api }: PageDeps): Promise<number | undefined> {
  const stats = await api('/status/tsdb').catch(() => undefined);
  const ms = (stats as { readonly headStats?: { readonly maxTime?: unknown } } | undefined)?.headStats?.maxTime;
  return typeof ms === 'number' && ms > 0 && ms < LAST_INSTANT_MS ? ms : undefined;
}

/** The last instant a date can hold; an empty storage tells one that lies outside. */
const LAST_INSTANT_MS = 8.64e15;

async function serverLine({ source, signal }: PageDeps): Promise<string> {
  const name = source.name.replace(/^the /, 'The ');
  try {
    const { version } = await source.buildInfo({ signal });
    return `${name} answers as Prometheus ${version} does.`;
  } catch (error) {
    if (error instanceof UserError) return `${name}: ${error.message}`;
    throw error;
  }
}

function failed(error: UserError): Html {
  return html`<section class="card"><h1>This cannot be shown</h1><div class="told wrong" role="alert"><p><span class="word">error:</span> ${error.message}</p>${error.hint === undefined ? undefined : html`<p>${error.hint}</p>`}</div></section>`;
}
