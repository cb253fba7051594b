import { durationMs } from '../../model/duration.ts';
import { UsageError } from '../../model/errors.ts';
import type { OptionSpec } from '../spec.ts';

/** Which server to ask and how to prove who we are; every command that asks a server has these. */
export const SERVER_OPTIONS = [
  { key: 'server', flags: '-s, --server <url>', help: 'the Prometheus to ask (default: the running stack)' },
  {
    key: 'header',
    flags: '-H, --header <line>',
    help: 'add a request header, such as "X-Scope-OrgID: team-a"',
    many: true,
  },
  { key: 'orgId', flags: '--org-id <tenant>', help: 'tenant of Mimir, Cortex or Thanos (X-Scope-OrgID)' },
  { key: 'user', flags: '--user <name>', help: 'user name for basic authentication' },
  { key: 'passwordFile', flags: '--password-file <file>', help: 'file that holds the password' },
  { key: 'tokenFile', flags: '--token-file <file>', help: 'file that holds a bearer token' },
  { key: 'httpConfigFile', flags: '--http.config.file <file>', help: "promtool's HTTP client configuration file" },
  { key: 'caFile', flags: '--ca-file <file>', help: 'certificate authority of the server' },
  { key: 'certFile', flags: '--cert-file <file>', help: 'client certificate' },
  { key: 'keyFile', flags: '--key-file <file>', help: 'key of the client certificate' },
  { key: 'insecure', flags: '--insecure', help: "do not check the server's certificate" },
  {
    key: 'timeout',
    flags: '--timeout <duration>',
    help: 'give up after this long, such as 10s (default 30s)',
    parse: parseDuration,
  },
  {
    key: 'maxResponse',
    flags: '--max-response <size>',
    help: 'refuse answers larger than this, such as 512MB (default 128MB)',
    parse: parseSize,
  },
] as const satisfies readonly OptionSpec[];

/** A Prometheus duration such as 90s, 1h30m or 500ms, or plain seconds; in milliseconds. */
export function parseDuration(text: string): number {
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : undefined;
  const ms = seconds ?? durationMs(text);
  if (ms === undefined || !Number.isFinite(ms) || ms <= 0) {
    throw new UsageError(`"${text}" is not a duration above zero`, { hint: 'Write it like 15s, 5m, 1h30m or 2d.' });
  }
  return ms;
}

/** A number of bytes such as 64kB, 512MB or 1GB (units of 1024), or plain bytes. */
export function parseSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(?:([kMG])i?B?|B)?$/i.exec(text.trim());
  const power = ['', 'k', 'm', 'g'].indexOf((match?.[2] ?? '').toLowerCase());
  const bytes = Math.floor(Number(match?.[1]) * 1024 ** power);
  if (!Number.isFinite(bytes) || bytes <= 0) {
    throw new UsageError(`"${text}" is not a size`, { hint: 'Write it like 64kB, 512MB or 1GB.' });
  }
  return bytes;
}
