import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { stringify } from 'yaml';
import { exercisesOf } from '../../src/tutor/lesson.ts';
import { loadLessons } from '../../src/tutor/load-lessons.ts';
import { exposition } from './hostile-server.ts';
import { LEFT_ID } from './learner.ts';

/** Where everything of one case lies, and the texts it is made with. */
export type HostileWorld = {
  readonly url: string;
  readonly home: string;
  readonly stateDir: string;
  readonly configDir: string;
  /** The nth text; every file and answer is made of them. */
  at(index: number): string;
  /** As `at`, for command lines, environments and file names, which hold no zero byte. */
  word(index: number): string;
};

/** One way of running a command. `plant` writes the files it reads. */
export type HostileCase = {
  readonly argv: (world: HostileWorld) => readonly string[];
  readonly plant?: (world: HostileWorld) => void;
  readonly input?: (world: HostileWorld) => string;
  readonly env?: (world: HostileWorld) => Readonly<Record<string, string>>;
  /** It runs until something ends it: the first text it writes does. */
  readonly lasting?: true;
  /** It starts programs, so it runs rarely. */
  readonly slow?: true;
  /** It ends with 0 when the texts are tame and the server answers: proof that what it is given is read at all. */
  readonly reads?: true;
};

const server = ({ url }: HostileWorld) => ['-s', url];

/** Ways of running every command, by its name; '' is `prom-tutor` alone. */
export const HOSTILE_COMMANDS: Readonly<Record<string, readonly HostileCase[]>> = {
  '': [
    { argv: () => [], plant: progress },
    { argv: ({ word }) => [word(0)] },
    { argv: ({ word }) => [`--${word(0)}`, '--config', word(1)] },
    { argv: () => [], env: ({ word }) => ({ XDG_STATE_HOME: nowhere(word(0)), HOME: word(1) }) },
    { argv: (world) => ['__complete', 'bash', `prom-tutor query -s ${world.url} "`], plant: queries },
    { argv: (world) => ['__complete', 'zsh', `prom-tutor metrics -s ${world.url} ${world.word(0)}`] },
    { argv: (world) => ['__complete', 'fish', `prom-tutor lesson --course ${course(world)} `], plant: lessons },
    { argv: ({ word }) => ['__complete', 'bash', `prom-tutor ${word(0)} ${word(1)}`] },
  ],
  lesson: [
    {
      reads: true,
      argv: (world) => ['lesson', '1', '--print', '--course', course(world), ...server(world)],
      plant: lessons,
    },
    {
      reads: true,
      argv: (world) => ['lesson', '1', '--json', '--course', course(world), ...server(world)],
      plant: lessons,
    },
    { argv: ({ word }) => ['lesson', word(0)] },
    { argv: ({ word }) => ['lesson', '1', '--course', word(0)] },
    { argv: ({ word }) => ['lesson', '1', '--print', '--now', word(0)] },
  ],
  lessons: [
    { reads: true, argv: (world) => ['lessons', '--course', course(world)], plant: all(lessons, progress) },
    { argv: (world) => ['lessons', '--course', course(world), '--json'], plant: lessons },
    { reads: true, argv: (world) => ['lessons', 'search', world.word(1), '--course', course(world)], plant: lessons },
    { argv: (world) => ['lessons', 'check', '--course', course(world)], plant: lessons },
    { argv: (world) => ['lessons', 'new', world.word(0), '--course', course(world)], plant: lessons },
    { argv: ({ word }) => ['lessons', word(0), word(1)] },
  ],
  check: [
    {
      argv: (world) => ['check', 'sample/1', world.word(0), '--course', course(world), ...server(world)],
      plant: lessons,
    },
    {
      argv: (world) => ['check', 'sample/1', 'up', '--json', '--course', course(world), ...server(world)],
      plant: lessons,
    },
    { argv: (world) => ['check', 'scrape/2', `up{a="${world.word(0)}"}`, ...server(world)] },
    { argv: ({ word }) => ['check', word(0), word(1)] },
  ],
  progress: [
    { argv: () => ['progress'], plant: progress },
    { argv: () => ['progress', '--json'], plant: progress },
    {
      argv: (world) => ['progress', 'import', file(world, 'other.json')],
      plant: (world) => put(world, 'other.json', progressText(world)),
    },
    {
      argv: (world) => ['progress', 'import', file(world, 'other.json')],
      plant: (world) => put(world, 'other.json', world.at(0)),
    },
    { argv: ({ word }) => ['progress', 'import', word(0)] },
    { argv: ({ word }) => ['progress', 'export', nowhere(word(0))] },
    { argv: ({ word }) => ['progress', 'reset', word(0), '--yes'], plant: progress },
    { argv: ({ word }) => ['progress', word(0)] },
    { argv: () => ['progress'], plant: (world) => put(world, 'state/prom-tutor/progress.json', world.at(0)) },
    {
      argv: (world) => ['progress', 'import', file(world, 'other.json')],
      plant: (world) => put(world, 'other.json', progressText(world)),
      env: (world) => ({ XDG_STATE_HOME: join(world.home, 'odd', tame(world.word(0))) }),
    },
  ],
  review: [
    {
      reads: true,
      argv: (world) => ['review', '--all', '--course', course(world), ...server(world)],
      plant: all(lessons, progress),
    },
    { argv: (world) => ['review', '--all', '--json', '--course', course(world)], plant: all(lessons, progress) },
    { argv: ({ word }) => ['review', word(0)] },
  ],
  cheatsheet: [
    { reads: true, argv: (world) => ['cheatsheet', '--course', course(world)], plant: all(lessons, progress) },
    {
      reads: true,
      argv: (world) => ['cheatsheet', '--markdown', '--course', course(world)],
      plant: all(lessons, progress),
    },
    {
      reads: true,
      argv: (world) => ['cheatsheet', '--json', '--course', course(world)],
      plant: all(lessons, progress),
    },
  ],
  grade: [
    { argv: (world) => ['grade', file(world, 'answers.txt'), ...server(world)], plant: answers },
    { argv: (world) => ['grade', file(world, 'answers.txt'), '--json', ...server(world)], plant: answers },
    { argv: () => ['grade', '-'], input: ({ at }) => at(0) },
    { argv: ({ word }) => ['grade', word(0)] },
  ],
  query: [
    { reads: true, argv: (world) => ['query', 'up', '--time', '1763800005', ...server(world)] },
    ...['table', 'wide', 'graph', 'bars', 'heatmap', 'timeline', 'json', 'jsonl', 'csv', 'tsv', 'promql', 'raw'].map(
      (format): HostileCase => ({
        argv: (world) => [
          'query',
          'up',
          '-o',
          format,
          '--range',
          '10m',
          '--time',
          '1763800005',
          '--stats',
          ...server(world),
        ],
      }),
    ),
    { argv: (world) => ['query', world.word(0), ...server(world)] },
    { argv: (world) => ['query', `sum by (${world.word(0)}) (up{a="${world.word(1)}"})`, '--json', ...server(world)] },
    { argv: (world) => ['query', 'up', '--debug', '-s', world.word(0), '-H', world.word(1)] },
    {
      argv: (world) => [
        'query',
        'up',
        '--debug',
        ...server(world),
        '--password-file',
        world.word(0),
        '--user',
        world.word(1),
      ],
    },
    {
      argv: (world) => ['query', 'up', ...server(world), '--http.config.file', file(world, 'http.yml')],
      plant: (world) => put(world, 'http.yml', world.at(0)),
    },
    { argv: (world) => ['query', 'up', '--svg', '-', '--range', '10m', ...server(world)] },
    { argv: (world) => ['query', 'up', '--svg', nowhere(world.word(0)), '--range', '10m', ...server(world)] },
    { argv: (world) => ['query', 'up', '--watch', '1s', ...server(world)], lasting: true },
    { argv: (world) => ['query', 'up', '--watch', '1s', '--json', ...server(world)], lasting: true },
    { reads: true, argv: (world) => ['query', 'up', '--data', file(world, 'dump.txt')], plant: dump },
    { argv: (world) => ['query', '{__name__=~".+"}', '-o', 'wide', '--data', file(world, 'dump.gz')], plant: dump },
    { argv: () => ['query', 'up', '--data', '-'], input: (world) => exposition(world.at) },
    { argv: ({ word }) => ['query', 'up', '--data', word(0)] },
    { argv: (world) => ['query', `@${world.word(0)}`, ...server(world)], plant: queries },
    { argv: (world) => ['query', '@mine', ...server(world)], plant: queries },
    { argv: ({ word }) => ['query', 'up', '--time', word(0), '--tz', 'UTC'] },
    { argv: ({ word }) => ['query', 'up', '--step', word(0)] },
    { argv: ({ word }) => ['query', 'up', '-o', word(0)] },
    {
      argv: () => ['query', 'up', '--debug'],
      env: ({ word }) => ({ PROM_TUTOR_URL: word(0), PROMETHEUS_TOKEN: word(1) }),
    },
    { argv: () => ['query', 'up', '-s', 'mine', '--debug'], plant: config },
    { argv: () => ['query', 'up', '--debug'], plant: stack },
    { argv: (world) => ['query', 'up', '--data', file(world, 'dump.txt'), '--enable-feature', world.word(0)] },
  ],
  why: [
    { argv: (world) => ['why', 'rate(up[5m])', ...server(world)] },
    { argv: (world) => ['why', `up{job="${world.word(0)}"}`, '--json', ...server(world)] },
    { argv: (world) => ['why', 'up{job="nothing"}', '--data', file(world, 'dump.txt')], plant: dump },
    { argv: ({ word }) => ['why', word(0)] },
  ],
  explain: [
    { reads: true, argv: (world) => ['explain', 'sum by (job) (up)', ...server(world)] },
    { argv: (world) => ['explain', 'sum by (job) (up)', '--step', ...server(world)] },
    { argv: (world) => ['explain', `up{job=~"${world.word(0)}"} * on (a) up`, '--json', ...server(world)] },
    { argv: (world) => ['explain', 'up / ignoring (x) up', '--data', file(world, 'dump.txt')], plant: dump },
    { argv: ({ word }) => ['explain', word(0)] },
  ],
  lint: [
    { argv: (world) => ['lint', world.word(0), ...server(world)] },
    { argv: (world) => ['lint', `rate(up{a="${world.word(0)}"}[5m])`, '--offline'] },
    ...['text', 'json', 'github', 'sarif'].map(
      (format): HostileCase => ({
        argv: (world) => ['lint', file(world, 'rules.yml'), '--offline', '-o', format],
        plant: rules,
      }),
    ),
    { argv: (world) => ['lint', file(world, 'board.json'), ...server(world)], plant: dashboard },
    { argv: () => ['lint', '-', '--offline'], input: ({ at }) => at(0) },
    { argv: ({ word }) => ['lint', `${word(0)}.yml`, '--offline'] },
    {
      argv: (world) => ['lint', file(world, 'rules.yml'), '--offline'],
      plant: (world) => put(world, 'rules.yml', `groups:\n${world.at(0)}`),
    },
  ],
  explore: [
    { argv: (world) => ['explore', ...server(world)], input: exploreLines, plant: all(queries, dump) },
    {
      argv: (world) => ['explore', '--data', file(world, 'dump.txt')],
      input: exploreLines,
      plant: all(queries, dump),
    },
    {
      argv: (world) => ['explore', ...server(world)],
      input: ({ at }) => `\\i ${at(0)}\n\\${at(1)}\n${at(2)}\n`,
      plant: history,
    },
  ],
  metrics: [
    { argv: (world) => ['metrics', ...server(world)] },
    { argv: (world) => ['metrics', 'up', ...server(world)] },
    { argv: (world) => ['metrics', world.word(0), '--json', ...server(world)] },
    { argv: (world) => ['metrics', '--raw', `${world.url}/metrics`] },
    { argv: ({ word }) => ['metrics', '--raw', word(0)] },
    { argv: (world) => ['metrics', '--data', file(world, 'dump.txt')], plant: dump },
    { argv: (world) => ['metrics', 'up', '--data', file(world, 'dump.gz')], plant: dump },
  ],
  format: [
    { argv: ({ word }) => ['format', word(0)] },
    { argv: ({ word }) => ['format', `sum(up{a="${word(0)}",b='${word(1)}'}) # ${word(2)}`] },
    { argv: ({ word }) => ['format', '--json', `{"${word(0)}"}`] },
    { argv: () => ['format', '-'], input: ({ at }) => `up # ${at(0)}\n+ ${at(1)}` },
    { reads: true, argv: () => ['format', '@mine'], plant: queries },
  ],
  cookbook: [
    { argv: (world) => ['cookbook', ...server(world)] },
    { argv: (world) => ['cookbook', '3', '--json', ...server(world)] },
    { argv: ({ word }) => ['cookbook', word(0)] },
  ],
  dashboard: [
    {
      argv: (world) => ['dashboard', '--once', '--file', file(world, 'board.json'), ...server(world)],
      plant: dashboard,
    },
    {
      argv: (world) => ['dashboard', '--once', '--json', '--file', file(world, 'board.json'), ...server(world)],
      plant: dashboard,
    },
    {
      argv: (world) => [
        'dashboard',
        '--once',
        '--var',
        `v=${world.word(0)}`,
        '--file',
        file(world, 'board.json'),
        ...server(world),
      ],
      plant: dashboard,
    },
    {
      argv: (world) => ['dashboard', '--file', file(world, 'board.json'), ...server(world)],
      plant: (world) => put(world, 'board.json', world.at(0)),
    },
    { argv: ({ word }) => ['dashboard', '--file', word(0)] },
    { argv: (world) => ['dashboard', '--once', ...server(world)] },
  ],
  queries: [
    { reads: true, argv: () => ['queries', '--all'], plant: queries },
    { argv: () => ['queries', '--json'], plant: queries },
    { reads: true, argv: () => ['queries', 'show', 'mine'], plant: queries },
    { argv: ({ word }) => ['queries', 'show', word(0)], plant: queries },
    { argv: ({ word }) => ['queries', 'save', word(0), word(1), '--note', word(2), '--server', word(3)] },
    { argv: ({ word }) => ['queries', 'save', 'fine', word(1), '--note', word(2), '--server', word(3)] },
    { argv: ({ word }) => ['queries', 'rm', word(0)] },
    { argv: ({ word }) => ['queries', word(0)] },
    { argv: () => ['queries'], plant: (world) => put(world, 'config/prom-tutor/queries.yaml', world.at(0)) },
  ],
  open: [
    { argv: (world) => ['open', '--print', world.word(0), ...server(world)] },
    { argv: (world) => ['open', 'up', '--graph', ...server(world)] },
    { argv: ({ word }) => ['open', '--print', '-s', word(0)] },
    { argv: (world) => ['open', '--json', '@mine', ...server(world)], plant: queries },
  ],
  serve: [
    {
      argv: (world) => ['serve', '--listen', '127.0.0.1:0', '--data', file(world, 'dump.txt')],
      plant: dump,
      lasting: true,
    },
    { argv: ({ word }) => ['serve', '--listen', word(0)] },
    { argv: ({ word }) => ['serve', '--data', word(0)] },
  ],
  start: [
    { argv: () => ['start', '--backend', 'binary', '--no-input'], env: programs, slow: true },
    { argv: () => ['start', '--backend', 'docker', '--no-input'], env: programs, slow: true },
    { argv: ({ word }) => ['start', '--backend', word(0)] },
    { argv: ({ word }) => ['start', '--history', word(0)] },
  ],
  stop: [
    { argv: () => ['stop'] },
    { argv: () => ['stop'], plant: (world) => put(world, 'state/prom-tutor/stack.json', world.at(0)) },
    { argv: ({ word }) => ['stop', word(0)] },
  ],
  status: [
    { argv: () => ['status'], plant: stack },
    { argv: () => ['status', '--json'], plant: stack },
    {
      argv: () => ['status'],
      plant: (world) => put(world, 'state/prom-tutor/stack.json', `{"version":1,"id":${JSON.stringify(world.at(0))}}`),
    },
    {
      argv: () => ['status'],
      plant: (world) => put(world, join('odd', tame(world.word(0)), 'prom-tutor/stack.json'), '{"version":1}'),
      env: (world) => ({ XDG_STATE_HOME: join(world.home, 'odd', tame(world.word(0))) }),
    },
  ],
  logs: [
    { reads: true, argv: () => ['logs'], plant: stack },
    { argv: () => ['logs', '--json', '-n', '3'], plant: stack },
    { argv: ({ word }) => ['logs', word(0)], plant: stack },
    {
      argv: () => ['logs'],
      plant: (world) => put(world, join('odd', tame(world.word(0)), 'prom-tutor/stack.json'), '{"version":1}'),
      env: (world) => ({ XDG_STATE_HOME: join(world.home, 'odd', tame(world.word(0))) }),
    },
  ],
  fault: [
    { reads: true, argv: () => ['fault', 'list'], plant: stack },
    { argv: () => ['fault', 'list', '--json'], plant: stack },
    { argv: () => ['fault', 'provider-outage', '--provider', 'openai'], plant: stack },
    { argv: ({ word }) => ['fault', word(0), '--provider', word(1)], plant: stack },
    { argv: ({ word }) => ['fault', 'provider-outage', '--provider', word(1), '-s', word(2)], plant: stack },
  ],
  config: [
    { reads: true, argv: () => ['config'], plant: config },
    { argv: () => ['config', '--json'], plant: config },
    { argv: () => ['config', 'check'], plant: config },
    { argv: () => ['config', 'check'], plant: (world) => put(world, 'config/prom-tutor/config.yaml', world.at(0)) },
    {
      argv: () => ['config', 'check', '--json'],
      plant: (world) =>
        put(world, 'config/prom-tutor/config.yaml', `theme: ${JSON.stringify(world.at(0))}\n${world.at(1)}`),
    },
    { argv: ({ word }) => ['config', 'get', word(0)], plant: config },
    { argv: ({ word }) => ['config', 'set', word(0), word(1)] },
    { argv: ({ word }) => ['config', 'set', 'server', word(1)] },
    { argv: ({ word }) => ['config', 'set', `servers.mine.headers`, word(1)] },
    { argv: () => ['config', 'path'], env: ({ word }) => ({ PROM_TUTOR_CONFIG: word(0) }) },
    { argv: () => ['config'], env: ({ word }) => ({ PROM_TUTOR_CONFIG: word(0), PROM_TUTOR_URL: word(1) }) },
  ],
  completion: [
    { argv: ({ word }) => ['completion', word(0)] },
    { argv: () => ['completion'], env: ({ word }) => ({ SHELL: word(0) }) },
  ],
  doctor: [
    { argv: (world) => ['doctor', 'rate(up[1m])', ...server(world)], slow: true },
    { argv: (world) => ['doctor', world.word(0), '--json', ...server(world)], slow: true },
    { argv: (world) => ['doctor', '--all', ...server(world)], plant: all(stack, config), env: programs, slow: true },
    { argv: () => ['doctor', '--report', '-'], plant: stack, env: programs, slow: true },
    { argv: (world) => ['doctor', '--json', ...server(world)], plant: stack, env: programs, slow: true },
  ],
};

function all(...plants: readonly ((world: HostileWorld) => void)[]): (world: HostileWorld) => void {
  return (world) => {
    for (const plant of plants) plant(world);
  };
}

/** A path at which nothing can be made, not even by root: without slashes the name cannot lead elsewhere. */
function nowhere(name: string): string {
  return `/dev/null/${name.replace(/[/\\]/g, '_')}x`;
}

function file({ home }: HostileWorld, name: string): string {
  return join(home, name);
}

function put({ home }: HostileWorld, name: string, text: string | Buffer): void {
  const path = join(home, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
}

/** As a part of a path. */
function tame(text: string): string {
  return Buffer.from(text.replace(/[/\0]/g, '').replace(/^\.+/, '')).subarray(0, 60).toString() || 'x';
}

const course = (world: HostileWorld) => join(world.home, 'course');

/** A lesson with everything in it, its texts made of the texts; one text in four stands in it raw, which seldom can be read. */
function lessons(world: HostileWorld): void {
  rmSync(course(world), { recursive: true, force: true });
  const text = (index: number) => JSON.stringify(world.at(index));
  const raw = world.at(0).length % 4 === 0 ? world.at(9) : '';
  const yaml = (value: object) => stringify(value);
  const body = [
    '---',
    yaml({
      number: 1,
      slug: 'sample',
      title: world.at(1),
      minutes: 8,
      chapter: 'Look',
      goal: world.at(2),
      recap: [world.at(3), 'b', 'c'],
      summary: [world.at(4), 'b', 'c'],
      neighbours: [
        { query: 'up', text: world.at(5) },
        { query: 'up', text: 'x' },
        { query: 'up', text: 'x' },
      ],
    }).trimEnd(),
    '---',
    '',
    `## ${world.at(6).replace(/\n/g, ' ')}`,
    '',
    `Prose with ${world.at(7)} in it. ${raw}`,
    '',
    '```query',
    `task: ${text(1)}`,
    `reference: 'up{a=${JSON.stringify('x')}} or up'`,
    `hints: [${[2, 3, 4, 5].map(text).join(', ')}]`,
    `why: ${text(6)}`,
    `neighbour: { query: up, text: ${text(7)} }`,
    'misconceptions:',
    `  - { query: 'sum(up)', message: ${text(8)} }`,
    '```',
    '',
  ].join('\n');
  put(world, 'course/01-sample.md', body);
  if (world.at(1).length % 3 === 0) put(world, 'course/planned.yaml', `- ${world.at(2)}\n`);
}

/** By the exercises of the planted lesson, where it can be read. */
function hashes(world: HostileWorld): readonly string[] {
  const loaded = existsSync(course(world)) ? loadLessons(course(world)) : { diagnostics: [] };
  const found = 'course' in loaded ? loaded.course.lessons.flatMap(exercisesOf).map(({ hash }) => hash) : [];
  return found.length === 0 ? [world.at(3)] : found;
}

function progressText(world: HostileWorld): string {
  const { at } = world;
  const exercise = {
    number: 1,
    attempts: 2,
    hints: 1,
    solvedAt: '2025-11-22T08:00:00Z',
    lastLine: at(1),
    solvedWith: at(2),
    review: { stage: 0, dueAt: '2025-11-22T08:00:00Z' },
  };
  const lesson = {
    exercises: Object.fromEntries(hashes(world).map((hash) => [hash, exercise])),
    lines: [at(4)],
    draft: at(5),
  };
  return JSON.stringify({ version: 1, current: at(0), lessons: { [at(6)]: lesson, sample: lesson, scrape: lesson } });
}

function progress(world: HostileWorld): void {
  const text = progressText(world);
  put(world, 'state/prom-tutor/progress.json', text);
  // That of a course of one's own lies by the real path of its folder.
  if (!existsSync(course(world))) return;
  const id = createHash('sha256')
    .update(realpathSync(course(world)))
    .digest('hex')
    .slice(0, 12);
  put(world, `state/prom-tutor/courses/${id}/progress.json`, text);
}

function answers(world: HostileWorld): void {
  const line = (index: number) => world.at(index).replace(/[\r\n]/g, ' ');
  put(world, 'answers.txt', `1.2: ${line(0)}\n${world.at(0).length % 2 === 0 ? `${line(1)}: ${line(2)}\n` : ''}`);
}

function dump(world: HostileWorld): void {
  const text = exposition(world.at);
  put(world, 'dump.txt', text);
  put(world, 'dump.gz', gzipSync(text));
}

function queries({ at, ...world }: HostileWorld): void {
  const document = {
    queries: {
      mine: { query: `up{a=${JSON.stringify(at(0))}}`, note: at(1), server: at(2) },
      [at(3)]: { query: at(4), note: at(5) },
    },
  };
  put({ at, ...world }, 'config/prom-tutor/queries.yaml', stringify(document));
}

function config({ at, ...world }: HostileWorld): void {
  const document = {
    ...(at(0).length % 3 === 0 ? { theme: at(1), [at(2)]: at(3) } : {}),
    servers: { mine: { url: world.url, org_id: at(4), headers: { 'X-Team': at(5) } }, [at(6)]: { url: at(7) } },
  };
  put({ at, ...world }, 'config/prom-tutor/config.yaml', stringify(document));
}

function rules({ at, ...world }: HostileWorld): void {
  const document = {
    groups: [
      {
        name: at(0),
        rules: [
          {
            alert: at(1),
            expr: `rate(up{a=${JSON.stringify(at(2))}}[5m])`,
            labels: { x: at(3) },
            annotations: { s: at(4) },
          },
          { record: at(5), expr: at(6) },
        ],
      },
    ],
  };
  put({ at, ...world }, 'rules.yml', stringify(document));
}

function dashboard({ at, ...world }: HostileWorld): void {
  const targets = [{ refId: 'A', expr: `up{a="${at(0)}"}`, legendFormat: `${at(1)} {{job}}` }];
  const panel = (type: string, id: number) => ({
    id,
    type,
    title: at(id),
    description: at(id + 1),
    targets: id % 4 === 0 ? [{ ...targets[0], expr: at(id) }] : [{ ...targets[0], expr: 'up' }],
    gridPos: { x: 0, y: id * 8, w: 12, h: 8 },
    options: { content: at(id + 2) },
    fieldConfig: {
      defaults: { unit: at(id + 3), mappings: [{ type: 'value', options: { 1: { text: at(id + 4) } } }] },
      overrides: [],
    },
  });
  const document = {
    uid: at(2),
    title: at(3),
    time: { from: at(0).length % 3 === 0 ? at(4) : 'now-1h', to: 'now' },
    refresh: at(5),
    panels: ['timeseries', 'stat', 'gauge', 'table', 'heatmap', 'bargauge', 'text', 'logs', at(6)].map(panel),
    templating: {
      list: [
        { name: 'v', type: 'custom', query: at(7), current: { value: at(8), text: at(8) } },
        { name: 'w', type: 'query', query: 'label_values(up, job)', label: at(1) },
      ],
    },
  };
  put({ at, ...world }, 'board.json', JSON.stringify(document));
}

/** A stack whose processes are gone and whose services are the server of the texts. */
function stack({ at, ...world }: HostileWorld): void {
  const dir = join(world.stateDir, 'binary', LEFT_ID);
  const document = {
    version: 1,
    toolVersion: at(0),
    backend: 'binary',
    id: LEFT_ID,
    phase: at(0).length % 3 === 0 ? 'starting' : 'running',
    startedMs: Date.UTC(2025, 10, 22),
    urls: { prometheus: world.url, apps: [world.url, world.url] },
    scenario: { t0Ms: Date.UTC(2025, 10, 22), seed: 1, historyMs: 21_600_000 },
    token: at(1),
    processes: [{ name: at(2), pid: 4_100_000, startedAt: at(3) }],
    dir,
  };
  put({ at, ...world }, 'state/prom-tutor/stack.json', JSON.stringify(document));
  for (const service of ['prometheus', 'sse-app', 'load']) {
    put({ at, ...world }, `state/prom-tutor/binary/${LEFT_ID}/logs/${service}.log`, `${at(4)}\n${at(5)}\n`);
  }
}

function history(world: HostileWorld): void {
  put(world, 'state/prom-tutor/history/x.jsonl', `${JSON.stringify({ ms: 1, text: world.at(0) })}\n${world.at(1)}\n`);
}

/** Programs on PATH that say the texts: what `docker` and `prometheus` print is shown to people. */
function programs(world: HostileWorld): Readonly<Record<string, string>> {
  const said = join(world.home, 'said.txt');
  writeFileSync(said, world.at(0));
  const folder = join(world.home, 'bin');
  mkdirSync(folder, { recursive: true });
  for (const name of ['docker', 'prometheus', 'promtool', 'lsof', 'ps']) {
    writeFileSync(
      join(folder, name),
      `#!/bin/sh\n/bin/cat ${said}; /bin/cat ${said} >&2; exit ${world.at(0).length % 2}\n`,
      { mode: 0o755 },
    );
  }
  return { PATH: folder, DOCKER_HOST: `unix:///nonexistent/${world.word(1)}` };
}

function exploreLines({ at, home }: HostileWorld): string {
  const line = (index: number) => at(index).replace(/[\r\n]/g, ' ');
  return [
    'up',
    `up{a="${line(0)}"}`,
    line(1),
    `\\${line(2)}`,
    '\\m',
    `\\d ${line(3)}`,
    `\\i ${line(4)}`,
    `\\o ${nowhere(line(5))}`,
    `\\T ${line(6)}`,
    '\\g up',
    '@mine',
    '\\targets',
    '\\alerts',
    '\\rules',
    '\\e',
    `\\save ${line(7)} up`,
    `\\i ${home}/none.promql`,
    '',
  ].join('\n');
}
