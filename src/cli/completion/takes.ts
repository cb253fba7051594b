/** What a word of the command line can be; a list is the words themselves. */
export type Takes =
  | 'query'
  | 'query-or-file'
  | 'metric'
  | 'lesson'
  | 'exercise'
  | 'exercise-or-file'
  | 'fault'
  | 'recipe'
  | 'named-query'
  | 'server'
  | 'service'
  | 'provider'
  | 'instance'
  | 'chapter'
  | 'guide'
  | 'command'
  | 'setting'
  | 'setting-value'
  | 'time'
  | 'duration'
  | 'zone'
  | 'file'
  | 'folder'
  | 'nothing'
  | readonly string[];

/** What the words behind a command are, in their order; the last one goes for all that follow where the command takes more. */
export const ARGUMENTS: Readonly<Record<string, readonly Takes[]>> = {
  lesson: ['lesson'],
  lessons: [['search', 'check', 'mutate', 'new'], 'lesson'],
  check: ['exercise', 'query'],
  progress: [['export', 'import', 'reset'], 'exercise-or-file'],
  grade: ['file'],
  query: ['query'],
  why: ['query'],
  explain: ['query'],
  lint: ['query-or-file'],
  format: ['query'],
  open: ['query'],
  doctor: ['query'],
  metrics: ['metric'],
  cookbook: ['recipe'],
  logs: ['service'],
  fault: ['fault'],
  config: [['show', 'init', 'get', 'set', 'unset', 'edit', 'check', 'path'], 'setting', 'setting-value'],
  completion: [['bash', 'zsh', 'fish', 'powershell']],
  queries: [['show', 'save', 'rm', 'edit'], 'named-query'],
  help: ['command'],
};

/** What the value of an option is: by its key where that tells more than the word in its `<…>`. */
export const OPTION_KEYS: Readonly<Record<string, Takes>> = {
  server: 'server',
  provider: 'provider',
  instance: 'instance',
  testOut: 'chapter',
  guide: 'guide',
};

export const PLACEHOLDERS: Readonly<Record<string, Takes>> = {
  file: 'file',
  dir: 'folder',
  time: 'time',
  duration: 'duration',
  interval: 'duration',
  zone: 'zone',
};
