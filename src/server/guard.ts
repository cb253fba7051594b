import type { Asked, Place } from './reply.ts';

/**
 * Why a request is refused, or undefined. A page in a browser can reach loopback addresses: a foreign `Host` is the mark of
 * DNS rebinding, a foreign `Origin` on anything but a read that of a page of somebody else.
 */
export function refusal(request: Asked, url: Place, hosts: readonly string[]): string | undefined {
  const host = request.headers.get('host') ?? url.host;
  if (!isOurs(hostnameOf(host), hosts)) return `Host ${JSON.stringify(host)} is not served here\n`;
  const origin = request.headers.get('origin');
  const reading = request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS';
  if (origin !== null && !reading && !isOurs(originHostname(origin), hosts)) {
    return `requests from ${JSON.stringify(origin)} are not served here\n`;
  }
  return undefined;
}

function isOurs(hostname: string | undefined, hosts: readonly string[]): boolean {
  if (hostname === undefined) return false;
  return (
    hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname) || hosts.includes(hostname)
  );
}

/** `name:port`, `name` or `[v6]:port` without the port. */
function hostnameOf(host: string): string | undefined {
  return /^(\[[0-9a-fA-F:.]+\]|[^:\s/@]+)(?::\d{1,5})?$/.exec(host)?.[1]?.toLowerCase();
}

function originHostname(origin: string): string | undefined {
  try {
    return new URL(origin).hostname.toLowerCase();
  } catch {
    return undefined;
  }
}
