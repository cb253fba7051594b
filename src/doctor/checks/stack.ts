import { readdir } from 'node:fs/promises';
import manifest from '../../../package.json' with { type: 'json' };
import { isRunning } from '../../backends/processes.ts';
import type { StackState } from '../../backends/state.ts';
import { stackFile } from '../../backends/state-file.ts';
import type { Check } from '../examine.ts';
import { fail, type Outcome, ok, skip, warn } from '../finding.ts';
import { lastLogLines } from '../logs.ts';
import type { Patient } from '../patient.ts';

/** The stack as its state file tells it, and the processes it names. */
export const STACK_FILE_CHECKS: readonly Check<Patient>[] = [
  { id: 'state-file', title: 'Stack state', needs: ['state-folder'], run: stateFile },
];

export const PROCESS_CHECKS: readonly Check<Patient>[] = [
  { id: 'processes', title: 'Processes', needs: ['state-file'], run: processes },
];

async function stateFile(patient: Patient): Promise<Outcome> {
  const file = await patient.stack();
  const { stateDir } = patient.world;
  switch (file.kind) {
    case 'none':
      return skip('No stack has been started.', { evidence: await setAside(stateDir) });
    case 'damaged':
      return fail('The state file was damaged: what it named may still run.', {
        evidence: [file.reason],
        fix: 'prom-tutor start',
      });
    case 'newer':
      return fail('A newer prom-tutor started the stack, and this one cannot read its state.', {
        evidence: [file.reason],
        fix: 'npm install --global prom-tutor@latest',
      });
    case 'unreadable':
      return fail('The state file cannot be read.', {
        evidence: [file.reason],
        advice: `Remove ${stackFile(stateDir)}, or make it readable for you; then run prom-tutor start.`,
      });
    case 'ok':
      return ofState(patient, file.state);
  }
}

async function ofState(patient: Patient, state: StackState): Promise<Outcome> {
  const age = ageText(patient.world.now() - state.startedMs);
  const evidence = [
    `backend ${state.backend}, started ${age} ago by prom-tutor ${state.toolVersion}, ${state.urls.prometheus}`,
  ];
  const phase = await patient.startPhase();
  if (phase === 'under-way') {
    return warn('A start is under way in another terminal.', { evidence, advice: 'Wait until it is done.' });
  }
  if (phase === 'interrupted') {
    return fail('The start of the stack was interrupted: only half of it may be there.', {
      evidence: [...evidence, 'the state file says "starting", and no prom-tutor is at work'],
      fix: 'prom-tutor start',
    });
  }
  if (state.toolVersion !== manifest.version) {
    return warn(`The stack was started by prom-tutor ${state.toolVersion}; this is ${manifest.version}.`, {
      evidence,
      fix: 'prom-tutor stop && prom-tutor start',
    });
  }
  return ok(`The stack runs, started ${age} ago.`, { evidence });
}

/** Damaged state files that earlier commands put aside, which explains why a running stack is not known. */
async function setAside(stateDir: string): Promise<readonly string[]> {
  const names = await readdir(stateDir).catch(() => []);
  return names
    .filter((name) => name.startsWith('stack.json.damaged'))
    .map((name) => `${name} in ${stateDir} was set aside because it was damaged`);
}

async function processes(patient: Patient): Promise<Outcome | readonly Outcome[]> {
  const state = await patient.state();
  if (state === undefined) return skip('No stack has been started.');
  if (state.processes.length === 0) return skip('The stack has no processes of its own: it runs in containers.');
  if ((await patient.startPhase()) === 'under-way') return skip('A start is under way.');
  const { world } = patient;
  const outcomes = await Promise.all(
    state.processes.map(async (record): Promise<Outcome | undefined> => {
      if (await isRunning(world, record)) return undefined;
      return fail(`The process of ${record.name} is gone.`, {
        subject: record.name,
        evidence: [`process ${record.pid} does not run any more`, ...(await lastLogLines(state, record.name))],
        fix: 'prom-tutor start',
      });
    }),
  );
  const gone = outcomes.filter((outcome) => outcome !== undefined);
  if (gone.length > 0) return gone;
  return ok(`All ${state.processes.length} processes of the stack run.`, {
    evidence: state.processes.map(({ name, pid }) => `${name}: process ${pid}`),
  });
}

export function ageText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} minutes`;
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} hours`;
  return `${Math.round(seconds / 86_400)} days`;
}
