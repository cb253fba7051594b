import { parseDuration, parseSize } from '../specs/server-options.ts';

/** One key of a named server. */
export type ServerField = {
  readonly key: string;
  readonly shape: 'text' | 'flag' | { readonly map: 'text' };
  readonly doc: string;
  /** An example as it stands in the file. */
  readonly example: string;
  /** It names a file: relative to the folder of the configuration, or below `~/`. */
  readonly file?: 'secret' | 'public';
  /** Checks the text; throws `UsageError`. */
  readonly parse?: (text: string) => number;
};

/** What a named server may say about itself: the forms that the options have, and no secret itself. */
export const SERVER_FIELDS = [
  { key: 'url', shape: 'text', doc: 'its address', example: 'https://prometheus.example.org' },
  {
    key: 'http_config_file',
    shape: 'text',
    file: 'public',
    doc: "promtool's HTTP client configuration file, instead of the keys below",
    example: 'production-http.yaml',
  },
  {
    key: 'token_file',
    shape: 'text',
    file: 'secret',
    doc: 'file that holds a bearer token',
    example: '~/.secrets/token',
  },
  { key: 'user', shape: 'text', doc: 'user name for basic authentication', example: 'ada' },
  {
    key: 'password_file',
    shape: 'text',
    file: 'secret',
    doc: 'file that holds the password',
    example: '~/.secrets/password',
  },
  { key: 'org_id', shape: 'text', doc: 'tenant of Mimir, Cortex or Thanos', example: 'team-a' },
  { key: 'headers', shape: { map: 'text' }, doc: 'request headers', example: '{ X-Team: a }' },
  {
    key: 'header_files',
    shape: { map: 'text' },
    file: 'secret',
    doc: 'request headers whose values are secret, each in a file',
    example: '{ X-Api-Key: ~/.secrets/key }',
  },
  { key: 'ca_file', shape: 'text', file: 'public', doc: 'certificate authority of the server', example: 'ca.pem' },
  { key: 'cert_file', shape: 'text', file: 'public', doc: 'client certificate', example: 'me.pem' },
  { key: 'key_file', shape: 'text', file: 'secret', doc: 'key of the client certificate', example: 'me.key' },
  { key: 'insecure', shape: 'flag', doc: 'do not check its certificate', example: 'false' },
  { key: 'timeout', shape: 'text', doc: 'give up after this long', example: '30s', parse: parseDuration },
  { key: 'max_response', shape: 'text', doc: 'refuse answers larger than this', example: '128MB', parse: parseSize },
] as const satisfies readonly ServerField[];

/** Keys that would hold a secret itself, and what holds it instead. */
export const INLINE_SECRETS: Readonly<Record<string, string>> = {
  password: 'password_file',
  token: 'token_file',
  bearer_token: 'token_file',
  credentials: 'token_file',
  key: 'key_file',
};

/** Headers whose values are secret. */
export const SECRET_HEADERS: ReadonlySet<string> = new Set([
  'authorization',
  'proxy-authorization',
  'cookie',
  'x-api-key',
  'x-auth-token',
]);
