import { ONE_SERVER_CHECKS, STACK_CHECKS } from '../../src/doctor/doctor.ts';
import { ALL_KINDS, type KindRow } from '../../src/doctor/kinds.ts';

/** What docs/doctor.md has to say of every check and every kind of trouble: Markdown, made of the tables themselves. */
export function docTables(): string {
  const checks = [...new Map([...STACK_CHECKS, ...ONE_SERVER_CHECKS].map((check) => [check.id, check])).values()];
  const server = new Set(ONE_SERVER_CHECKS.map(({ id }) => id));
  const stack = new Set(STACK_CHECKS.map(({ id }) => id));
  const sections = checks.map(({ id, title, looksAt, needs }) => {
    const where = !server.has(id) ? '' : stack.has(id) ? ' Also with `--server`.' : ' Only with `--server`.';
    const after =
      needs.length === 0 ? '' : ` Explained by: ${[...new Set(needs)].map((each) => `\`${each}\``).join(', ')}.`;
    return [`### ${title} (\`${id}\`)`, '', `Looks at ${looksAt}.${after}${where}`, ...tableOf(id)].join('\n');
  });
  return [...sections, ['### Any check', ...tableOf('*')].join('\n')].join('\n\n');
}

function tableOf(check: string): readonly string[] {
  const rows = [...ALL_KINDS].filter(([, row]) => row.check === check);
  if (rows.length === 0) return ['', 'Finds no trouble of its own: it says what is there.'];
  return ['', '| finding | what is wrong | seen |', '|---|---|---|', ...rows.map(([kind, row]) => rowOf(kind, row))];
}

function rowOf(kind: string, { says, seen }: KindRow): string {
  return `| \`${kind}\` | ${says} | ${seen ? 'yes' : 'no'} |`;
}
