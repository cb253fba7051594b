import { setMaxListeners } from 'node:events';
import { shellWord } from '../lib/shell-word.ts';
import { BACKEND_CHECKS } from './checks/backend.ts';
import { CONTAINER_CHECKS } from './checks/containers.ts';
import { DOCKER_CHECKS } from './checks/docker.ts';
import { ENVIRONMENT_CHECKS, STATE_FOLDER_CHECKS } from './checks/environment.ts';
import { FAULT_CHECKS } from './checks/faults.ts';
import { PLACE_CHECKS } from './checks/place.ts';
import { PORT_CHECKS } from './checks/ports.ts';
import { QUERY_CHECKS } from './checks/query.ts';
import { SCRAPING_CHECKS, TRAFFIC_CHECKS } from './checks/scraping.ts';
import { SCENARIO_CHECKS, SERVER_CHECKS } from './checks/server.ts';
import { PROCESS_CHECKS, STACK_FILE_CHECKS } from './checks/stack.ts';
import { START_CHECKS } from './checks/start.ts';
import { type Check, examine } from './examine.ts';
import type { Report } from './finding.ts';
import { type Patient, patientIn } from './patient.ts';
import { versionsOf } from './versions.ts';
import type { World } from './world.ts';

/**
 * Finds out what is wrong here, or with the one server that `world.server` names. Never throws, whatever is broken, and
 * takes ten seconds at most, unless somebody asked for more patience; only an aborted `signal` rejects, with its reason.
 */
export async function doctor(world: World, signal: AbortSignal): Promise<Report> {
  const over = new AbortController();
  const ending = AbortSignal.any([signal, over.signal]);
  // Every program and question that is under way listens to it.
  setMaxListeners(0, ending);
  const patient = patientIn(world, ending);
  try {
    const checks = world.server === undefined ? STACK_CHECKS : ONE_SERVER_CHECKS;
    const idle =
      world.server === undefined ? 'prom-tutor lesson' : `prom-tutor query up --server ${shellWord(world.server)}`;
    const report = await examine(checks, patient, {
      signal,
      limitMs: Math.max(LIMIT_MS, world.patienceMs + AFTER_MS),
      idle,
      ...(world.question === undefined ? {} : { about: 'query' }),
    });
    const told = versionsOf(patient).catch(() => ({}));
    return { ...report, versions: await Promise.race([told, world.sleep(AFTER_MS, ending).then(() => ({}))]) };
  } finally {
    // Whatever still hangs must not keep the program from ending.
    over.abort(new Error('the examination is over'));
    await patient.server.close();
  }
}

/** Versions are what the checks found out already: they are there, or what tells them hangs. */
const AFTER_MS = 500;

/** Time of one check. What it waits for has limits of its own, so that it can still say what hung. */
const LIMIT_MS = 8_000;

/** The whole table: what causes trouble stands above what suffers from it. */
export const STACK_CHECKS: readonly Check<Patient>[] = [
  ...ENVIRONMENT_CHECKS,
  ...PLACE_CHECKS,
  ...STATE_FOLDER_CHECKS,
  ...STACK_FILE_CHECKS,
  ...DOCKER_CHECKS,
  ...START_CHECKS,
  ...FAULT_CHECKS,
  ...CONTAINER_CHECKS,
  ...PROCESS_CHECKS,
  ...PORT_CHECKS,
  ...SERVER_CHECKS,
  ...SCENARIO_CHECKS,
  ...SCRAPING_CHECKS,
  ...TRAFFIC_CHECKS,
  ...QUERY_CHECKS,
];

/** With `--server`, nothing of the stack is looked at. */
export const ONE_SERVER_CHECKS: readonly Check<Patient>[] = [
  ...ENVIRONMENT_CHECKS,
  ...PLACE_CHECKS,
  ...SERVER_CHECKS,
  ...BACKEND_CHECKS,
  ...SCRAPING_CHECKS,
  ...QUERY_CHECKS,
];
