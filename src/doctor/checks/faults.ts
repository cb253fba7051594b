import { INSTANCE_SERVICES } from '../../backends/backend.ts';
import { faultStatus } from '../../backends/fault-status.ts';
import { UserError } from '../../model/errors.ts';
import type { Check } from '../examine.ts';
import { fail, type Outcome, ok, skip, warn } from '../finding.ts';
import { clearFaults } from '../fix.ts';
import type { Patient } from '../patient.ts';

/** What was broken on purpose: it explains what suffers from it. */
export const FAULT_CHECKS: readonly Check<Patient>[] = [
  { id: 'faults', title: 'Faults', looksAt: 'what `fault` has broken on purpose', needs: ['state-file'], run: faults },
];

/** Ids of findings that explain what is wrong with a service. */
export function faultOf(service: string): string {
  return `faults/${service}`;
}

async function faults(patient: Patient, signal: AbortSignal): Promise<Outcome | readonly Outcome[]> {
  const state = await patient.state();
  if (state === undefined || (await patient.startPhase()) !== 'done')
    return skip('No stack runs that could be broken.');
  const found = await faultStatus(patient.world, state, signal).catch((error: unknown) => {
    if (!(error instanceof UserError)) throw error;
    return undefined;
  });
  if (found === undefined) return skip('The stack does not say whether a fault is on.');
  const on = found.flatMap(({ name, summary, on: notes }) =>
    // An instance that is away for another reason was not stopped by a fault.
    notes.filter(({ sinceMs }) => sinceMs !== undefined).map(({ where }) => ({ name, summary, where })),
  );
  if (on.length === 0) return ok('No fault is on.');
  return on.flatMap(({ name, summary, where }): readonly Outcome[] => {
    const services = INSTANCE_SERVICES.filter((service) => where === 'both instances' || where === service);
    const more = { evidence: [`${name}: ${summary}`], fix: clearFaults };
    if (name === 'provider-waking' || services.length === 0) {
      return [warn('fault-on', `A fault is on: ${name} (${where}).`, { ...more, subject: name })];
    }
    return services.map((service) =>
      fail('fault-on', `A fault is on: ${name} (${where}).`, { ...more, subject: service }),
    );
  });
}
