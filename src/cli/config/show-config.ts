import { formatDuration } from '../../render/format.ts';
import { safe } from '../../render/safe.ts';
import { paint, type Style } from '../../render/style.ts';
import { renderTable } from '../../render/table.ts';
import { wrapText } from '../../render/text.ts';
import { withoutUserInfo } from '../../source/http-url.ts';
import type { Config, NamedServer, ValueOrigin } from './config.ts';
import { SETTINGS, type SettingKey, type Settings } from './settings.ts';

/** The value of a setting as it would be written in the file; empty where nothing stands for it. */
export function settingText(key: SettingKey, settings: Settings): string {
  const value = settings[key];
  if (value === undefined) return SETTINGS.find((row) => row.key === key)?.default ?? '';
  // An address of the environment may hold a password, which is used and never shown.
  if (key === 'server') return withoutUserInfo(String(value));
  return typeof value === 'number' ? formatDuration(value) : String(value);
}

/** Every setting with its value and where that comes from, then the named servers. */
export function renderConfig({ file, settings, origins }: Config, style: Style): string {
  const rows = SETTINGS.map(({ key }) => [
    key,
    settingText(key, settings) || 'none',
    { text: originText(origins[key]), ...(origins[key] === 'default' ? { role: 'dim' as const } : {}) },
  ]);
  const state = file.exists ? '' : ' (not there yet; to write it: prom-tutor config init)';
  const servers = Object.entries(file.servers);
  return [
    ...wrapText(`Settings file: ${safe(file.path)}${state}`, style.width, '  '),
    '',
    renderTable(
      [{ head: 'setting', role: 'query', whole: true }, { head: 'value' }, { head: 'comes from' }],
      rows,
      style,
      { rowName: 'Setting' },
    ),
    ...(servers.length === 0 ? [] : ['', paint(style, 'title', 'Servers'), serverTable(servers, style)]),
  ].join('\n');
}

/** The same for programs; no secrets, as there are none in the file. */
export function configJson({ file, settings, origins }: Config): unknown {
  return {
    file: file.path,
    exists: file.exists,
    problem: file.problem === undefined ? null : safe(file.problem.message),
    settings: Object.fromEntries(
      SETTINGS.map(({ key }) => {
        const value = settings[key];
        const shown = typeof value === 'string' && key === 'server' ? withoutUserInfo(value) : value;
        return [key, { value: shown ?? null, from: originText(origins[key]) }];
      }),
    ),
    servers: Object.fromEntries(
      Object.entries(file.servers).map(([name, { url, options }]) => [name, { url, ...options }]),
    ),
  };
}

/** Such as `file`, or `environment PROM_TUTOR_URL`. */
export function originText(origin: ValueOrigin): string {
  return origin.startsWith('$') ? `environment ${origin.slice(1)}` : origin;
}

function serverTable(servers: readonly (readonly [string, NamedServer])[], style: Style): string {
  return renderTable(
    [{ head: 'name', role: 'query', whole: true }, { head: 'address', whole: true }, { head: 'with' }],
    servers.map(([name, { url, options }]) => [name, url, withWhat(options)]),
    style,
    { rowName: 'Server' },
  );
}

/** In words, what a server gets beside the request. */
function withWhat({
  httpConfigFile,
  tokenFile,
  user,
  orgId,
  header,
  headerFiles,
  certFile,
  insecure,
}: NamedServer['options']): string {
  const parts = [
    ...(httpConfigFile === undefined ? [] : [httpConfigFile]),
    ...(tokenFile === undefined ? [] : [`token of ${tokenFile}`]),
    ...(user === undefined ? [] : [`user ${user}`]),
    ...(certFile === undefined ? [] : ['client certificate']),
    ...(orgId === undefined ? [] : [`tenant ${orgId}`]),
    ...[...(header ?? []).map((line) => line.slice(0, line.indexOf(':'))), ...Object.keys(headerFiles ?? {})].map(
      (name) => `header ${name}`,
    ),
    ...(insecure === true ? ['certificate unchecked'] : []),
  ];
  return parts.join(', ');
}
