import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

/** A command as a page of ours shows it. */
export type DocCommand = {
  /** Its file, from the root of the project. */
  readonly page: string;
  readonly line: number;
  /** The command line without its prompt and its comment: `npm run bench`, `prom-tutor query up`. */
  readonly text: string;
};

/** A command line, read as a POSIX shell would as far as our pages need it. */
export type ReadCommand = {
  readonly program: string;
  readonly argv: readonly string[];
  /** What `printf '…' |` before it writes. */
  readonly input?: string;
};

/** The pages that a reader of the project sees: README, CONTRIBUTING and docs. */
export function pages(): readonly string[] {
  const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' });
  const names = docs.filter((name) => name.endsWith('.md')).map((name) => join('docs', name));
  return ['README.md', 'CONTRIBUTING.md', ...names.toSorted()];
}

/** Every line of the blocks marked as shell, and the last column of the table of docs/compare.md. */
export function docCommands(page: string): readonly DocCommand[] {
  const commands: DocCommand[] = [];
  let block: string | undefined;
  for (const [index, text] of readFileSync(join(root, page), 'utf8').split('\n').entries()) {
    const [, fence] = /^```(\w*)$/.exec(text) ?? [];
    if (fence !== undefined) block = block === undefined ? fence : undefined;
    else if (block !== undefined && SHELL.has(block)) add(text.replace(/^\$ /, ''), index);
    else if (block === undefined && page.endsWith('compare.md')) add(/ \| `([^`]+)` \|$/.exec(text)?.[1] ?? '', index);
  }
  return commands;

  function add(text: string, index: number): void {
    const line = withoutComment(text).trim();
    if (line !== '') commands.push({ page, line: index + 1, text: line });
  }
}

/** What a page says of commands between backticks in its sentences: `prom-tutor …`, its placeholders included. */
export function mentions(page: string): readonly DocCommand[] {
  const text = readFileSync(join(root, page), 'utf8').replace(/^```[\s\S]*?^```$/gm, (block) =>
    '\n'.repeat(block.split('\n').length - 1),
  );
  return [...text.matchAll(/`(prom-tutor [^`]+)`/g)].map(({ 1: command = '', index }) => ({
    page,
    line: text.slice(0, index).split('\n').length,
    text: command.replaceAll(/\s+/g, ' ').replaceAll('\\|', '|'),
  }));
}

const SHELL: ReadonlySet<string> = new Set(['sh', 'bash', 'console']);

/** Reads the one command of ours in a line; `home` is what `~` means. Throws on what no page should need. */
export function readCommand(text: string, home: string): ReadCommand {
  const inner = /<\((prom-tutor [^)]*)\)/.exec(text)?.[1] ?? text;
  const [, printed, behind] = /^printf '([^']*)' \| (.*)$/.exec(inner) ?? [];
  const [program = '', ...argv] = shellWords(behind ?? inner.replace(/ (\||>>) .*$/, ''), home);
  return { program, argv, ...(printed === undefined ? {} : { input: unescaped(printed) }) };
}

function shellWords(text: string, home: string): readonly string[] {
  const words = text.match(/(?:'[^']*'|"[^"$`\\]*"|[^\s'"$`\\|;&<>()]+)+/g) ?? [];
  if (words.join(' ').replaceAll(/\s+/g, ' ') !== text.replaceAll(/\s+/g, ' '))
    throw new Error(`not read here: ${text}`);
  return words.map((word) => word.replace(/^~(?=\/)/, home).replaceAll(/'([^']*)'|"([^"]*)"/g, '$1$2'));
}

/** A `#` begins a comment at the begin of a word, outside of quotes. */
function withoutComment(text: string): string {
  return /^(?:'[^']*'|"[^"]*"|[^\s'"]|(?:\s+(?!#|\s|$)))*/.exec(text)?.[0] ?? '';
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(n|\\)/g, (_, sign: string) => (sign === 'n' ? '\n' : sign));
}
