import { stat } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { peekStack } from '../backends/state-file.ts';
import type { Report } from '../doctor/finding.ts';
import { identityOf, type Owner } from '../doctor/report-identity.ts';
import { redactor } from '../doctor/report-redact.ts';
import { bugReportText } from '../doctor/report-text.ts';
import { UserError } from '../model/errors.ts';
import { safe, safeLines } from '../render/safe.ts';
import { readPlainFile } from '../source/plain-file.ts';
import type { FileConfig } from './config/config.ts';
import type { Context } from './context.ts';
import type { Io } from './io.ts';
import { stateFolder } from './stack-of.ts';

/**
 * Writes a page for a bug report: into the named file, onto stdout for `-`, or, with no name, into a new file in the
 * current folder. Says where it is. Throws `UserError` when it cannot be written.
 */
export async function writeBugReport(context: Context, report: Report, named: string | true): Promise<void> {
  const text = await bugReport(context, report);
  if (named === '-') {
    context.out(text.trimEnd());
    return;
  }
  const path = named === true ? await freeName(context.io.cwd) : resolve(context.io.cwd, named);
  await refuseOthers(path, String(named), text.slice(0, text.indexOf('\n')));
  try {
    await writeFileAtomic(path, text, { mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    throw new UserError(`the report cannot be written: ${error.message}`, {
      hint: 'Name a file in a folder that you may write to, or print it: prom-tutor doctor --report=-',
      cause: error,
    });
  }
  context.note(`The report is in ${safe(path)}. Read it once before you send it.`);
}

/** Nothing is written over but an earlier report, which begins with the same line. */
async function refuseOthers(path: string, typed: string, heading: string): Promise<void> {
  const hint = 'Name another file, or print it: prom-tutor doctor --report=-';
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return;
  const plain = await readPlainFile(path, MOST_BYTES).catch((error: Error) => {
    throw new UserError(`the report cannot be written to ${typed}: ${error.message}`, { hint, cause: error });
  });
  if (plain === '' || plain.startsWith(`${heading}\n`)) return;
  throw new UserError(`${typed} is there already and is no report: nothing is written over it`, { hint });
}

/** No report is that long. */
const MOST_BYTES = 10_000_000;

async function bugReport({ io, config }: Context, report: Report): Promise<string> {
  const token = await tokenOf(io);
  const identity = identityOf(io.env, ownerOf(io), token === undefined ? [] : [token]);
  const redact = redactor(identity);
  return bugReportText({
    report,
    variables: Object.keys(io.env).filter((name) => MEANINGFUL.test(name) && io.env[name] !== ''),
    settings: settingsOf(config.file),
    redact: (text) => safeLines(redact(text)),
  });
}

/** Keys alone: the names of servers are somebody's, too. */
function settingsOf({ given, servers, problem }: FileConfig): readonly string[] {
  const count = Object.keys(servers).length;
  return [
    ...Object.keys(given),
    ...(count === 0 ? [] : [`servers(${count})`]),
    ...(problem === undefined ? [] : ['(the file cannot be used)']),
  ];
}

/** Variables that change what prom-tutor, Docker or a terminal do. */
const MEANINGFUL =
  /^(PROM_TUTOR_|PROMETHEUS_|PROMQL_|DOCKER_|COMPOSE_|XDG_(STATE|CONFIG)_HOME$|NO_COLOR$|FORCE_COLOR$|ACCESSIBLE$|CI$|TERM$|LANG$|LC_|TZ$|NODE_OPTIONS$|NODE_EXTRA_CA_CERTS$|WSL_|SSH_CONNECTION$|TMUX$|(https?|all|no)_proxy$)/i;

async function tokenOf(io: Io): Promise<string | undefined> {
  return peekStack(stateFolder(io)).then(
    (found) => (found.kind === 'ok' ? found.value.token : undefined),
    () => undefined,
  );
}

function ownerOf(io: Io): Owner {
  return { homeDir: io.homeDir, user: userName(), hostname: hostname() };
}

/** Accounts that the system has no entry for have no name. */
function userName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}

async function freeName(folder: string): Promise<string> {
  for (let n = 1; ; n++) {
    const path = join(folder, n === 1 ? 'prom-tutor-report.md' : `prom-tutor-report-${n}.md`);
    const taken = await stat(path).then(
      () => true,
      () => false,
    );
    if (!taken) return path;
  }
}
