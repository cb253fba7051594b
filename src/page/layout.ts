import { createHash } from 'node:crypto';
import { type Html, html } from '../render/html.ts';
import { STYLE } from './style.ts';

/** A page ready to be sent. */
export type Page = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

export type PageOptions = {
  readonly title: string;
  /** The path of the navigation that is shown as the current one. */
  readonly current: string;
  readonly body: Html;
  /** One line about the server, at the foot of the page. */
  readonly server: string;
  readonly status?: number;
};

const NAVIGATION = [
  ['/graph', 'Query'],
  ['/alerts', 'Alerts'],
  ['/rules', 'Rules'],
  ['/targets', 'Targets'],
] as const;

const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' rx='3' fill='%230b6b74'/%3E%3Cpath d='M3 11l3-4 3 2 4-5' fill='none' stroke='white' stroke-width='1.6'/%3E%3C/svg%3E";

/**
 * What the browser may do with the page: show our style sheet and send our forms to us. No scripts, nothing from elsewhere.
 * https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/CSP
 */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  'img-src data:',
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
} as const;

/** The frame that all pages share. */
export function layout({ title, current, body, server, status = 200 }: PageOptions): Page {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · prom-tutor</title>
<link rel="icon" href="${{ html: ICON }}">
<style>${{ html: STYLE }}</style>
</head>
<body>
<a class="skip" href="#main">To the content</a>
<header><a class="brand" href="/">prom-tutor</a>
<nav aria-label="Pages">${NAVIGATION.map(([path, name]) => html`<a href="${path}"${path === current ? html` aria-current="page"` : undefined}>${name}</a>`)}</nav></header>
<main id="main">
${body}
</main>
<footer><p>${server}</p>
<p>The same as data: <a href="/api/v1/label/__name__/values">names of metrics</a>, <a href="/api/v1/targets">targets</a>, <a href="/metrics">what this server says of itself</a></p></footer>
</body>
</html>
`;
  return { status, headers: HEADERS, body: page.html };
}
