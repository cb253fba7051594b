import { readdir, readFile } from 'node:fs/promises';
import { SERVICES } from '../../backends/backend.ts';
import { PROCESS_NAME } from '../../backends/embedded.ts';
import { lastLines } from '../../backends/file-lines.ts';
import { isRunning } from '../../backends/processes.ts';
import { spanText } from '../../backends/span.ts';
import { logFile } from '../../backends/stack-folder.ts';
import type { StackState } from '../../backends/state.ts';
import { stackFile } from '../../backends/state-file.ts';
import type { Check } from '../examine.ts';
import { fail, type Outcome, ok, skip, warn } from '../finding.ts';
import { bringBack, byHand, moveAside, renewStack, resume } from '../fix.ts';
import type { Patient } from '../patient.ts';
import { faultOf } from './faults.ts';

/** The stack as its state file tells it, and the processes it names. */
export const STACK_FILE_CHECKS: readonly Check<Patient>[] = [
  {
    id: 'state-file',
    title: 'Stack state',
    looksAt: 'the state file `stack.json`, and whether a start is under way',
    needs: ['state-folder'],
    run: stateFile,
  },
];

export const PROCESS_CHECKS: readonly Check<Patient>[] = [
  {
    id: 'processes',
    title: 'Processes',
    looksAt: 'the processes of a stack without Docker',
    needs: ['state-file'],
    run: processes,
  },
];

async function stateFile(patient: Patient): Promise<Outcome> {
  const file = await patient.stack();
  const { stateDir } = patient.world;
  switch (file.kind) {
    case 'none':
      return skip('No stack has been started.', { evidence: await setAside(stateDir) });
    case 'damaged':
      return fail('state-damaged', 'The state file was damaged: what it named may still run.', {
        evidence: [file.reason],
        fix: bringBack,
      });
    case 'newer':
      return fail('state-newer', 'A newer prom-tutor started the stack, and this one cannot read its state.', {
        evidence: [file.reason],
        fix: byHand('npm install --global prom-tutor@latest'),
      });
    case 'unreadable':
      return fail('state-unreadable', 'The state file cannot be read.', {
        evidence: [file.reason],
        fix: moveAside(stackFile(stateDir), file.aside),
        advice: 'Or make it readable for you. What it named may still run: prom-tutor start.',
      });
    case 'ok':
      return ofState(patient, file.state);
  }
}

async function ofState(patient: Patient, state: StackState): Promise<Outcome> {
  const age = spanText(patient.world.now() - state.startedMs);
  const evidence = [
    `backend ${state.backend}, started ${age} ago by prom-tutor ${state.toolVersion}, ${state.urls.prometheus}`,
  ];
  const phase = await patient.startPhase();
  if (phase === 'under-way') {
    return warn('start-under-way', 'A start is under way in another terminal.', {
      evidence,
      advice: 'Wait until it is done.',
    });
  }
  if (phase === 'interrupted') {
    return fail('start-interrupted', 'The start of the stack was interrupted: only half of it may be there.', {
      evidence: [...evidence, 'the state file says "starting", and no prom-tutor is at work'],
      fix: bringBack,
    });
  }
  if (state.toolVersion !== patient.world.toolVersion) {
    return warn(
      'stack-of-other-version',
      `The stack was started by prom-tutor ${state.toolVersion}; this is ${patient.world.toolVersion}.`,
      {
        evidence,
        fix: renewStack,
      },
    );
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
  if (state.backend === 'docker') return skip('The stack runs in containers.');
  if ((await patient.startPhase()) === 'under-way') return skip('A start is under way.');
  const names = state.backend === 'binary' ? SERVICES : [PROCESS_NAME];
  const found = await Promise.all(names.map((name) => ofService(patient, state, name)));
  const ill = found.filter((outcome) => outcome !== undefined);
  if (ill.length > 0) return ill;
  return ok(names.length === 1 ? 'The process of the stack runs.' : `All ${names.length} processes of the stack run.`, {
    evidence: state.processes.map(({ name, pid }) => `${name}: process ${pid}`),
  });
}

/** What is wrong with the process of one service; undefined when nothing is. */
async function ofService({ world }: Patient, state: StackState, name: string): Promise<Outcome | undefined> {
  const record = state.processes.find((each) => each.name === name);
  // The embedded stack is one process: then there is nothing to tell apart.
  const isOnlyOne = state.backend === 'embedded';
  const what = isOnlyOne ? 'The background process of the stack' : `The process of ${name}`;
  const about = { ...(isOnlyOne ? {} : { subject: name, explainedBy: [faultOf(name)] }), fix: bringBack };
  if (record === undefined) {
    return fail('process-missing', `${name} was never started.`, {
      ...about,
      evidence: ['the state file has no process of that name'],
    });
  }
  if (!(await isRunning(world, record))) {
    return fail('process-gone', isOnlyOne ? `${what} has ended: nothing of it runs any more.` : `${what} is gone.`, {
      ...about,
      evidence: [`process ${record.pid} does not run any more`, ...(await lastWords(state, name))],
    });
  }
  if (await isSuspended(world.platform, record.pid)) {
    return fail('process-suspended', `${what} is suspended.`, {
      ...about,
      evidence: [`process ${record.pid} is stopped by a signal (SIGSTOP)`],
      fix: resume(record.pid),
    });
  }
  return undefined;
}

async function lastWords(state: StackState, name: string): Promise<readonly string[]> {
  const path = logFile(state, name);
  const { lines } = await lastLines(path, 1);
  return lines.map((line) => `last line of ${path}: ${line}`);
}

/** https://man7.org/linux/man-pages/man5/proc_pid_status.5.html: T is stopped by a signal. Elsewhere it is not told. */
async function isSuspended(platform: NodeJS.Platform, pid: number): Promise<boolean> {
  if (platform !== 'linux') return false;
  const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return /^State:\s+T/m.test(text);
}
