import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { main } from '../../../src/cli/main.ts';
import type { Finding, Report } from '../../../src/doctor/finding.ts';
import { fakeIo } from '../../helpers/fake-io.ts';
import { newLearner } from '../../helpers/learner.ts';

type Learner = ReturnType<typeof newLearner>;

/** Somebody whose set-up is broken and mended again. Environment and options are part of the set-up. */
export type Patient = Omit<Learner, 'env'> & {
  /** Changed by rows, and by the commands that the doctor prints. */
  readonly env: Record<string, string>;
  /** Options that every examination of this patient has, such as `--server`. */
  options: readonly string[];
  /** Options of every `start` that is typed: nobody's test has the default ports. */
  ports: readonly string[];
  /** Where the clock of this machine stands, in milliseconds off the real one. */
  clockMs: number;
  /** Id of a warning that is true on this machine whatever is broken. */
  knownWorry: string | undefined;
  /** Whether it is a terminal that shows the findings. */
  tty: boolean;
  /** What the system takes for the home folder, where it is not HOME. */
  homeDir: string | undefined;
  doctor(): Promise<Examined>;
};

export type Examined = {
  readonly code: number;
  readonly report: Report;
  readonly fails: readonly string[];
  readonly warns: readonly string[];
  find(id: string): Finding;
};

export function newPatient(env: Readonly<Record<string, string>> = {}): Patient {
  const learner = newLearner(env);
  const patient: Patient = {
    ...learner,
    env: learner.env as Record<string, string>,
    options: [],
    ports: [],
    clockMs: 0,
    tty: false,
    knownWorry: undefined,
    homeDir: undefined,
    async doctor() {
      const io = fakeIo({
        env: patient.env,
        homeDir: patient.homeDir ?? patient.env.HOME ?? '/',
        platform: process.platform,
        now: () => Date.now() + patient.clockMs,
        tty: patient.tty,
      });
      const code = await main(['doctor', ...patient.options, '--json'], io);
      const [out, err] = [io.outText(), io.errText()];
      if (!out.startsWith('{')) throw new Error(`no report, but exit code ${code} and: ${out}${err}`);
      const report = JSON.parse(out) as Report;
      const ids = (status: string) => report.findings.filter((each) => each.status === status).map(({ id }) => id);
      return {
        code,
        report,
        fails: ids('fail'),
        // Without a stack the usual ports may be taken by anybody on this machine.
        warns: ids('warn').filter((id) => !/^ports\/(9090|8000|8001)$/.test(id) && id !== patient.knownWorry),
        find: (id) => {
          const found = report.findings.find((each) => each.id === id);
          if (found === undefined) throw new Error(`no finding ${id} among ${report.findings.map((each) => each.id)}`);
          return found;
        },
      };
    },
  };
  return patient;
}

/** One way to be broken: what is done, what must be found (and nothing else), and what makes it well. */
export type Breakage<G> = {
  readonly name: string;
  breakIt(ground: G): Promise<unknown> | unknown;
  /** Ids of all that fails, and of all that is warned of. */
  readonly fails: readonly string[] | ((ground: G) => readonly string[]);
  readonly warns?: readonly string[] | ((ground: G) => readonly string[]);
  /** Kind of the finding that names the cause. */
  readonly kind: string;
  /** That the evidence is true: looks at the broken thing in its own way. Gets the first failure, else the first warning. */
  proves(finding: Finding, ground: G): Promise<unknown> | unknown;
  /**
   * `printed`: the command that the finding prints is run, and must be all that is needed. Otherwise what its advice says
   * is done, which must name these words.
   */
  readonly mend: 'printed' | { readonly advice: RegExp; does(ground: G, finding: Finding): Promise<unknown> | unknown };
  /** Puts back what mending did not. */
  tidy?(ground: G): Promise<unknown> | unknown;
};

/** Breaks, examines, mends and examines again, row by row on the same ground. */
export function breakInTurn<G extends { readonly patient: Patient }>(
  ground: () => G,
  rows: readonly Breakage<G>[],
): void {
  it.each(rows)('$name', { timeout: 120_000 }, async (row) => {
    const g = ground();
    const idsOf = (ids: Breakage<G>['fails'] | undefined) => (typeof ids === 'function' ? ids(g) : (ids ?? []));
    const { patient } = g;
    const before = { ...patient.env };
    const { options, clockMs, ports } = patient;
    await row.breakIt(g);
    try {
      const broken = await examinedUntil(patient, { fails: idsOf(row.fails), warns: idsOf(row.warns) });
      const [id = ''] = [...broken.fails, ...broken.warns];
      const finding = broken.find(id);
      expect(finding.kind).toBe(row.kind);
      expect(broken.code).toBe(broken.fails.length > 0 ? 1 : 0);
      await row.proves(finding, g);
      if (row.mend === 'printed') await runPrinted(patient, finding.fix ?? `echo nothing printed for ${id}; false`);
      else {
        expect(`${finding.sentence} ${finding.advice} ${finding.fix}`).toMatch(row.mend.advice);
        await row.mend.does(g, finding);
      }
      const well = await examinedUntil(patient, { fails: [], warns: [] });
      expect(well.code).toBe(0);
    } finally {
      for (const name of Object.keys(patient.env)) delete patient.env[name];
      Object.assign(patient.env, before);
      Object.assign(patient, { options, clockMs, ports });
      await row.tidy?.(g);
    }
  });
}

/** What depends on a scrape shows only after the next one. */
const LOOKS = 8;

async function examinedUntil(
  patient: Patient,
  wanted: { readonly fails: readonly string[]; readonly warns: readonly string[] },
): Promise<Examined> {
  for (let looks = 1; ; looks++) {
    const found = await patient.doctor();
    const { fails, warns } = found;
    if (looks === LOOKS || JSON.stringify({ fails, warns }) === JSON.stringify(wanted)) {
      expect(
        { fails, warns },
        JSON.stringify(
          found.report.findings.filter(({ status }) => /fail|warn/.test(status)),
          null,
          1,
        ),
      ).toEqual(wanted);
      return found;
    }
    await new Promise((resolve) => setTimeout(resolve, 500 * looks));
  }
}

/**
 * Runs a printed command as a person would in their shell: our own ones in this process, others by a real shell, which then
 * tells its environment.
 */
export async function runPrinted(patient: Patient, line: string): Promise<void> {
  if (/^prom-tutor /.test(line)) {
    for (const command of line.split(' && ')) {
      const words = command.replace(/^prom-tutor /, '').split(' ');
      if (words[0] === 'doctor') {
        patient.options = words.slice(1);
        continue;
      }
      const { code, out, err } = await patient.run(words[0] === 'start' ? [...words, ...patient.ports] : words);
      if (code !== 0) throw new Error(`${command} ended with ${code}: ${out}${err}`);
    }
    return;
  }
  const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', `${line} >&2 && /usr/bin/env -0`], {
    // A machine without docker has mv all the same.
    env: { ...patient.env, PATH: `${patient.env.PATH}:/usr/bin:/bin` },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${line} ended with ${status}: ${stderr}`);
  for (const name of Object.keys(patient.env)) if (name !== 'PATH') delete patient.env[name];
  for (const entry of stdout.split('\0').filter((text) => text.includes('='))) {
    const [name = '', ...value] = entry.split('=');
    if (!['PWD', 'OLDPWD', 'SHLVL', '_', 'PATH'].includes(name)) patient.env[name] = value.join('=');
  }
}
