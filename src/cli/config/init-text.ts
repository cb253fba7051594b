import { PROSE_WIDTH } from '../../render/style.ts';
import { wrapText } from '../../render/text.ts';
import { CONFIG_VERSION } from './read-config.ts';
import { SERVER_FIELDS } from './server-fields.ts';
import { SETTINGS, type Setting } from './settings.ts';

/** A settings file in which everything is explained and nothing is set: each line shows its default. */
export function initText(): string {
  return [
    comment(
      'Settings of prom-tutor. Lines that begin with # show the defaults; take the # away to change one. What is in force, and why: prom-tutor config. Mistakes in this file: prom-tutor config check.',
    ),
    '',
    `version: ${CONFIG_VERSION}`,
    '',
    ...SETTINGS.flatMap(settingLines),
    comment(
      'Servers by name, for -s NAME and for `server` above. An address alone will do, as in "staging: http://10.0.0.7:9090". Secrets stay in files of their own (chmod 600); paths are relative to the folder of this file.',
    ),
    '# servers:',
    '#   production:',
    ...SERVER_FIELDS.map(
      ({ key, example, doc }, index) => `#     ${index === 0 ? '' : '# '}${key}: ${example}  # ${doc}`,
    ),
    '',
  ].join('\n');
}

function settingLines({ key, doc, takes, env = [], option, ...row }: Setting): readonly string[] {
  const stronger = [...(option === undefined ? [] : [option]), ...env];
  return [
    comment(doc),
    comment(`Takes ${takes}.${stronger.length === 0 ? '' : ` Stronger: ${stronger.join(', ')}.`}`),
    `# ${key}:${row.default === '' ? '' : ` ${row.default}`}`,
    '',
  ];
}

function comment(text: string): string {
  return wrapText(text, PROSE_WIDTH - 2)
    .map((line) => `# ${line}`)
    .join('\n');
}
