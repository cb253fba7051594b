import { describeHolder, type PortHolder, portHolder } from '../../backends/port-holder.ts';
import { isAnswered } from '../../backends/ports.ts';
import { portOf } from '../../backends/stack-ports.ts';
import type { StackState } from '../../backends/state.ts';
import type { Check } from '../examine.ts';
import { fail, type Outcome, ok, skip, warn } from '../finding.ts';
import { bringBack } from '../fix.ts';
import type { Patient } from '../patient.ts';
import { faultOf } from './faults.ts';

/** The ports of the stack, and who listens on them. */
export const PORT_CHECKS: readonly Check<Patient>[] = [
  {
    id: 'ports',
    title: 'Ports',
    looksAt: 'the ports of the stack, and which program or container listens on them',
    needs: ['place', 'state-file', 'docker-daemon'],
    run: ports,
  },
];

/** A port and the service that listens on it, by the name of its container or process. */
type Wanted = { readonly port: number; readonly service: string };

const DEFAULTS: readonly Wanted[] = [
  { port: 9090, service: 'prometheus' },
  { port: 8000, service: 'sse-app' },
  { port: 8001, service: 'sse-app-2' },
];

async function ports(patient: Patient): Promise<Outcome | readonly Outcome[]> {
  const state = await patient.state();
  if (state !== undefined && (await patient.startPhase()) === 'under-way') return skip('A start is under way.');
  const wanted = state === undefined ? DEFAULTS : portsOf(state);
  const look =
    state === undefined
      ? (each: Wanted) => beforeStart(patient, each)
      : (each: Wanted) => ofStack(patient, state, each);
  const found = (await Promise.all(wanted.map(look))).filter((outcome) => outcome !== undefined);
  if (found.length > 0) return found;
  const numbers = wanted.map(({ port }) => port).join(', ');
  return ok(state === undefined ? `Ports ${numbers} are free.` : `The stack listens on its ports ${numbers}.`);
}

function portsOf({ urls }: StackState): readonly Wanted[] {
  const all: readonly (readonly [string, string | undefined])[] = [
    ['prometheus', urls.prometheus],
    ...urls.apps.map((url, index) => [index === 0 ? 'sse-app' : `sse-app-${index + 1}`, url] as const),
    ['grafana', urls.grafana],
  ];
  return all.flatMap(([service, url]) => {
    const port = portOf(url);
    return port === undefined ? [] : [{ port, service }];
  });
}

async function beforeStart(patient: Patient, { port, service }: Wanted): Promise<Outcome | undefined> {
  if (!(await isAnswered(port))) return undefined;
  const holder = await holderOf(patient, port);
  return warn('port-taken', `Port ${port} is taken; start will give ${service} the next free one.`, {
    subject: String(port),
    evidence: [describeHolder(holder)],
  });
}

async function ofStack(patient: Patient, state: StackState, { port, service }: Wanted): Promise<Outcome | undefined> {
  // A container that is cut off from its network loses its published ports too.
  const explainedBy = [
    faultOf(service),
    ...['containers', 'docker-network', 'processes'].flatMap((check) => [check, `${check}/${service}`]),
  ];
  if (!(await isAnswered(port))) {
    return fail('port-silent', `Nothing listens on port ${port}, where ${service} should be.`, {
      subject: String(port),
      evidence: [`nobody answers on 127.0.0.1:${port}`],
      fix: bringBack,
      explainedBy,
    });
  }
  const holder = await holderOf(patient, port);
  if (await isOurs(patient, state, holder, service)) return undefined;
  return fail('port-stolen', `Port ${port}, where ${service} should be, belongs to another program.`, {
    subject: String(port),
    evidence: [describeHolder(holder)],
    fix: bringBack,
    advice: 'start takes a free port then, and says so.',
  });
}

/** What the system does not tell counts as ours as long as our part of the stack is well: the server's checks go on. */
async function isOurs(patient: Patient, state: StackState, holder: PortHolder, service: string): Promise<boolean> {
  if (holder.kind === 'container') {
    const found = await patient.containers();
    return found.kind === 'listed' && found.containers.some(({ name }) => name === holder.name);
  }
  if (holder.kind !== 'process') return true;
  if (state.backend === 'docker') return /^docker-proxy|com\.docker|rootlessport|vpnkit|wslrelay/.test(holder.command);
  return state.processes.some(({ pid, name }) => pid === holder.pid || (name === service && pid === holder.pid));
}

async function holderOf(patient: Patient, port: number): Promise<PortHolder> {
  return portHolder(patient.world, port, await patient.published());
}
