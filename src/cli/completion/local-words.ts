import { PROVIDERS } from '../../app/providers.ts';
import { INSTANCE_SERVICES, SERVICES } from '../../backends/backend.ts';
import { COOKBOOK } from '../../explorer/cookbook.ts';
import { FAULT_NAMES } from '../../model/fault.ts';
import { CHECKPOINT_NAMES, CHECKPOINT_STORY } from '../../model/scenario.ts';
import { CHAPTERS } from '../../tutor/lesson.ts';
import { COMMANDS } from '../commands.ts';
import { configFolder } from '../config/config.ts';
import { SERVER_FIELDS } from '../config/server-fields.ts';
import { SETTINGS } from '../config/settings.ts';
import type { Context } from '../context.ts';
import type { CommandLine } from './command-line.ts';
import type { Takes } from './takes.ts';

/** One word that can stand there: the whole of it, and in a few words what it is. */
export type Candidate = {
  readonly value: string;
  readonly help: string;
  /** It will be typed on, so no space goes behind it. */
  readonly unfinished?: boolean;
};

/** What takes no server to know. */
export type Local = Exclude<Takes, 'query' | 'query-or-file' | 'metric' | 'file' | 'folder' | readonly string[]>;

/** The words of one kind, all of them. */
export async function localWords(
  kind: Local,
  context: Context,
  line: CommandLine,
  typed: string,
): Promise<readonly Candidate[]> {
  return WORDS[kind](context, line, typed);
}

type Words = (
  context: Context,
  line: CommandLine,
  typed: string,
) => readonly Candidate[] | Promise<readonly Candidate[]>;

const WORDS: { readonly [K in Local]: Words } = {
  lesson: async (context, line, typed) =>
    namedOrNumbered(await (await import('./lesson-words.ts')).lessonTitles(context, line), typed),
  exercise: exerciseWords,
  'exercise-or-file': exerciseWords,
  fault: async () => {
    const { FAULT_TABLE } = await import('../../backends/fault-table.ts');
    const faults = FAULT_NAMES.map((value) => ({ value, help: FAULT_TABLE[value].summary }));
    return [
      ...faults,
      { value: 'list', help: 'every fault, and which are on' },
      { value: 'clear', help: 'end them all' },
    ];
  },
  recipe: (_context, _line, typed) => namedOrNumbered(COOKBOOK, typed),
  'named-query': async ({ io }) => {
    const { queryStore } = await import('../../explorer/named-queries.ts');
    const queries = await queryStore(configFolder(io)).list();
    return queries.map(({ name, note, query }) => ({ value: name, help: note ?? query }));
  },
  server: ({ config }) => Object.entries(config.file.servers).map(([value, { url }]) => ({ value, help: url })),
  service: () => [...SERVICES, 'grafana'].map(plain),
  provider: () => PROVIDERS.map(plain),
  instance: () => INSTANCE_SERVICES.map(plain),
  chapter: () => CHAPTERS.map((chapter) => plain(chapter.toLowerCase())),
  guide: async (context, line) => {
    const { lessonsOf } = await import('./lesson-words.ts');
    return (await lessonsOf(context, line)).flatMap(({ guide, title }) =>
      guide.map((value) => ({ value, help: title })),
    );
  },
  command: () => COMMANDS.map(({ spec }) => ({ value: spec.name, help: spec.summary })),
  setting: ({ config }) => [
    ...SETTINGS.map(({ key, doc }) => ({ value: key, help: doc })),
    ...Object.keys(config.file.servers).flatMap((name) =>
      SERVER_FIELDS.map(({ key }) => ({ value: `servers.${name}.${key}`, help: '' })),
    ),
  ],
  'setting-value': ({ config }, { args }) => {
    if (args[0] !== 'set') return [];
    if (args[1] === 'server') return Object.keys(config.file.servers).map(plain);
    const setting = SETTINGS.find(({ key }) => key === args[1]);
    return setting !== undefined && 'choices' in setting ? setting.choices.map(plain) : [];
  },
  time: () => [
    ...CHECKPOINT_NAMES.map((value) => ({ value, help: CHECKPOINT_STORY[value] })),
    { value: 'now-1h', help: 'an hour ago' },
  ],
  duration: () => ['30s', '5m', '15m', '1h', '6h', '1d'].map(plain),
  zone: () => ['local', 'UTC', ...Intl.supportedValuesOf('timeZone')].map(plain),
  nothing: () => [],
};

function plain(value: string): Candidate {
  return { value, help: '' };
}

async function exerciseWords(context: Context, line: CommandLine, typed: string): Promise<readonly Candidate[]> {
  return (await import('./lesson-words.ts')).exercises(context, line, typed);
}

export type Titled = { readonly slug: string; readonly number: number; readonly title: string };

/** Both are taken everywhere; who has typed a digit means the number. */
export function namedOrNumbered(all: readonly Titled[], typed: string): readonly Candidate[] {
  const numbers = /^\d/.test(typed);
  return all.map(({ slug, number, title }) => ({ value: numbers ? String(number) : slug, help: title }));
}
