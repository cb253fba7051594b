import { existsSync } from 'node:fs';
import { nearest } from '../../lib/nearest.ts';
import { EXIT, UsageError, UserError } from '../../model/errors.ts';
import { prose } from '../../render/prose.ts';
import { safe, safeJson } from '../../render/safe.ts';
import { paint } from '../../render/style.ts';
import { counted } from '../../render/text.ts';
import { readText, writeText } from '../../source/yaml-file.ts';
import { type ConfigText, withKey, withoutKey, writtenValue } from '../config/change-config.ts';
import { checkBehind } from '../config/check-config.ts';
import { loadConfig } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import { initText } from '../config/init-text.ts';
import { type SettingKey, settingOf } from '../config/settings.ts';
import { configJson, originText, renderConfig, settingText } from '../config/show-config.ts';
import type { Context } from '../context.ts';
import { editFile } from '../edit-file.ts';
import { readable } from '../player-plain-text.ts';
import { errorReport } from '../report-error.ts';
import type { CommandRun } from '../spec.ts';
import type { configSpec } from '../specs/config.ts';

/** Shows, checks and changes the settings. Works with a broken file: this is what mends it. */
export const runConfig: CommandRun<typeof configSpec> = async (given, [action = 'show', ...words], _options) => {
  const context = readable(given);
  const act = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
  if (act === undefined) {
    const [meant] = nearest(action, Object.keys(ACTIONS), 1);
    const known = Object.keys(ACTIONS).join(', ');
    throw new UsageError(`config: unknown action "${action}"`, {
      hint: meant === undefined ? `Known are ${known}.` : `Did you mean: prom-tutor config ${meant}`,
    });
  }
  const [least, most, like] = act.words;
  if (words.length < least || words.length > most) {
    throw new UsageError(`config ${action} takes ${WORDS[least]}${most === least ? '' : ` or ${most}`}`, {
      hint: `Write it like: prom-tutor config ${like}`,
    });
  }
  return act.run(context, words);
};

const WORDS = ['nothing more', 'a key', 'a key and a value'];

type Action = {
  /** How many words it takes at least and at most, and how it is typed. */
  readonly words: readonly [number, number, string];
  readonly run: (context: Context, words: readonly string[]) => Promise<number>;
};

const ACTIONS: { readonly [action: string]: Action | undefined } = {
  show: { words: [0, 0, ''], run: show },
  init: { words: [0, 0, 'init'], run: init },
  get: { words: [1, 1, 'get theme'], run: get },
  set: { words: [2, 2, 'set theme light'], run: set },
  unset: { words: [1, 1, 'unset theme'], run: unset },
  edit: { words: [0, 0, 'edit'], run: edit },
  check: { words: [0, 0, 'check'], run: check },
  path: { words: [0, 0, 'path'], run: path },
};

async function show(context: Context): Promise<number> {
  const { config, style } = context;
  if (context.json) context.out(safeJson(configJson(config), undefined, 2));
  else context.out(renderConfig(config, style));
  return tellProblem(context, config.file.problem, UNTIL_THEN);
}

const UNTIL_THEN = 'Until then `config` and `doctor` go on with the defaults, and other commands refuse.';

/** A broken file is told where it is looked at. */
function tellProblem(context: Context, problem: UserError | undefined, besides: string): number {
  if (problem === undefined) return EXIT.ok;
  context.note(errorReport(problem, { ...context, json: false }).stderr);
  context.note(prose(besides, context.errStyle));
  return EXIT.failed;
}

async function init(context: Context): Promise<number> {
  const file = context.config.file.path;
  if (existsSync(file)) {
    throw new UserError(`${file} is already there, and stays as it is`, {
      hint: 'To change it: prom-tutor config edit, or prom-tutor config set KEY VALUE',
      exitCode: EXIT.usage,
    });
  }
  await writeText(file, initText());
  return done(context, { file }, `Wrote ${file}. Everything in it is explained, and nothing is set yet.`);
}

async function path(context: Context): Promise<number> {
  const { file } = context.config;
  if (context.json) context.out(safeJson({ file: file.path, exists: file.exists }));
  else context.out(safe(file.path));
  return EXIT.ok;
}

async function get(context: Context, [key = '']: readonly string[]): Promise<number> {
  const { config } = context;
  const ofServer = key.startsWith('servers.');
  const value = ofServer
    ? writtenValue(await changeable(context), key)
    : settingText(settingOf(key).key, config.settings);
  if (config.file.problem !== undefined) throw config.file.problem;
  const from = ofServer ? 'file' : originText(config.origins[key as SettingKey]);
  if (context.json) context.out(safeJson({ key, value: safe(value), from }));
  else context.out(safe(value));
  return EXIT.ok;
}

async function set(context: Context, [key = '', value = '']: readonly string[]): Promise<number> {
  const file = await changeable(context);
  await writeText(file.path, withKey(file, key, value));
  const origin = context.config.origins[key as SettingKey] ?? 'file';
  const stronger = origin.startsWith('$') ? ` At present the variable ${origin.slice(1)} wins over it.` : '';
  return done(context, { file: file.path, key, value }, `${key} is now ${value}.${stronger}`);
}

async function unset(context: Context, [key = '']: readonly string[]): Promise<number> {
  const file = await changeable(context);
  const changed = withoutKey(file, key);
  if (changed !== undefined) await writeText(file.path, changed);
  const said = changed === undefined ? `${key} was not set.` : `${key} is not set any more.`;
  return done(context, { file: file.path, key, changed: changed !== undefined }, said);
}

/** What the file says now, or what a new one would say. Throws when it is broken: it is not ours to guess what was meant. */
async function changeable({ config, io }: Context): Promise<ConfigText> {
  const { file } = config;
  if (file.exists && file.problem !== undefined) throw file.problem;
  return { text: (await readText(file.path)) ?? initText(), path: file.path, homeDir: io.homeDir };
}

async function edit(context: Context): Promise<number> {
  const { file } = context.config;
  if (!existsSync(file.path) && context.interactive) await writeText(file.path, initText());
  await editFile(context, file.path);
  return check(context);
}

async function check(context: Context): Promise<number> {
  const { io, config } = context;
  const file = await loadConfig(io, config.file.path);
  const known = file.exists ? file.problem : config.file.problem;
  const findings = known === undefined ? await checkBehind(file, io) : [];
  const wrong = findings.filter(({ level }) => level === 'wrong').length;
  if (context.json) {
    const places = known instanceof ConfigError ? known.problems : [];
    const problems = [
      ...(known !== undefined && places.length === 0 ? [{ level: 'wrong', message: safe(known.message) }] : []),
      ...places.map((place) => ({ level: 'wrong', ...place, message: safe(place.message) })),
      ...findings.map(({ level, message }) => ({ level, message: safe(message) })),
    ];
    context.out(safeJson({ file: config.file.path, ok: known === undefined && wrong === 0, problems }, undefined, 2));
    return known === undefined && wrong === 0 ? EXIT.ok : EXIT.failed;
  }
  if (known !== undefined) return tellProblem(context, known, UNTIL_THEN);
  for (const { level, message } of findings) {
    const lead = level === 'wrong' ? paint(context.style, 'wrong', 'wrong:') : paint(context.style, 'warn', 'note:');
    context.out(`${lead} ${safe(message)}`);
  }
  if (wrong > 0) return EXIT.failed;
  const servers = Object.keys(file.servers).length;
  const what = file.exists
    ? `${file.path} is in order, with ${counted(servers, 'server')}.`
    : `There is no ${file.path}; the defaults are in force.`;
  context.out(prose(safe(what), context.style));
  return EXIT.ok;
}

function done(context: Context, json: object, words: string): number {
  if (context.json) context.out(safeJson(json));
  else context.out(prose(safe(words), context.style));
  return EXIT.ok;
}
