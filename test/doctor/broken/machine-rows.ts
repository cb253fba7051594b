import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { binFolder, dockerScript, stateOf } from '../helpers.ts';
import type { Breakage, Patient } from './breakages.ts';

/** A machine on which nothing runs yet, with a Docker that works. */
export type MachineGround = { readonly patient: Patient };

/** Nobody listens on port 1. */
const nobody = 'http://127.0.0.1:1';

const isRoot = process.getuid?.() === 0;

const withPrograms = (patient: Patient, scripts: Readonly<Record<string, string>>) => {
  patient.env.PATH = binFolder(scripts);
};

/** What a program says when it is run by hand. */
function said(patient: Patient, line: string): string {
  const { stdout, stderr } = spawnSync('/bin/sh', ['-c', line], { env: patient.env, encoding: 'utf8' });
  return stdout + stderr;
}

function shell(line: string): void {
  execFileSync('/bin/sh', ['-c', line]);
}

const REFUSES_COMPOSE = `echo "docker: 'compose' is not a docker command." >&2; exit 1`;

const TOO_MANY = 'toomanyrequests: You have reached your pull rate limit.';

/** What installing the plugin changes, on a machine where nothing can be installed. */
const installed = ({ patient }: MachineGround) => withPrograms(patient, { docker: dockerScript({}) });

export const MACHINE_ROWS: readonly Breakage<MachineGround>[] = [
  {
    name: 'there is no compose plugin',
    breakIt: ({ patient }) => withPrograms(patient, { docker: dockerScript({ 'compose version*': REFUSES_COMPOSE }) }),
    fails: [],
    warns: ['docker-compose'],
    kind: 'compose-missing',
    proves: ({ evidence }, { patient }) =>
      expect(evidence[0]).toBe(said(patient, 'docker compose version --short').trim()),
    mend: { advice: /docker-compose-plugin/, does: installed },
  },
  {
    name: 'only docker-compose of version 1 is here',
    breakIt: ({ patient }) =>
      withPrograms(patient, {
        docker: dockerScript({ 'compose version*': REFUSES_COMPOSE }),
        'docker-compose': 'echo 1.29.2',
      }),
    fails: [],
    warns: ['docker-compose'],
    kind: 'compose-standalone',
    proves: ({ evidence }, { patient }) =>
      expect(evidence.join()).toContain(
        `docker-compose version: ${said(patient, 'docker-compose version --short').trim()}`,
      ),
    mend: { advice: /docker-compose-plugin/, does: installed },
  },
  {
    name: 'an image is not here, and the registry counts too many pulls',
    breakIt: ({ patient }) =>
      withPrograms(patient, {
        docker: dockerScript({
          'image inspect*node*': `[ -e "$HOME/pulled" ] && echo sha256:1 || { echo 'No such image' >&2; exit 1; }`,
          'manifest inspect*': `echo '${TOO_MANY}' >&2; exit 1`,
          'pull node*': ': > "$HOME/pulled"',
        }),
      }),
    fails: [],
    warns: ['docker-images'],
    kind: 'image-not-pullable',
    proves: ({ evidence }, { patient }) => {
      expect(evidence.join('\n')).toContain('node:22-alpine: not here');
      expect(evidence).toContain(said(patient, 'docker manifest inspect node:22-alpine').trim());
    },
    // Some time later the registry lets it through.
    mend: 'printed',
  },
  {
    name: 'the stack was started with a docker that is gone from PATH',
    breakIt: ({ patient }) => {
      mkdirSync(patient.stateDir, { recursive: true });
      writeFileSync(
        join(patient.stateDir, 'stack.json'),
        JSON.stringify(stateOf('docker', nobody, { urls: { prometheus: nobody, apps: [nobody, nobody] } })),
      );
      withPrograms(patient, {});
    },
    fails: ['docker-client'],
    kind: 'docker-missing',
    proves: ({ evidence }, { patient }) => {
      expect(evidence[0]).toContain(`PATH=${patient.env.PATH}`);
      expect(said(patient, 'command -v docker')).toBe('');
    },
    mend: {
      advice: /back on PATH/,
      // With it back, the stack is only gone, which the next row of the suites with a real Docker mends.
      does: ({ patient }) => {
        installed({ patient });
        rmSync(join(patient.stateDir, 'stack.json'));
      },
    },
  },
  {
    name: 'the locale is not UTF-8',
    breakIt: ({ patient }) => {
      patient.env.LC_ALL = 'C';
      patient.tty = true;
    },
    fails: [],
    warns: ['terminal'],
    kind: 'terminal-not-utf8',
    proves: ({ evidence }, { patient }) => {
      expect(evidence.join()).toContain('drawn with ASCII');
      expect(said(patient, 'echo $LC_ALL').trim()).toBe('C');
    },
    mend: 'printed',
    tidy: ({ patient }) => {
      patient.tty = false;
    },
  },
  {
    name: 'the state folder is below a file',
    breakIt: ({ patient }) => {
      patient.env.XDG_STATE_HOME = join(patient.env.HOME ?? '', 'taken');
      writeFileSync(patient.env.XDG_STATE_HOME, '');
    },
    fails: ['state-folder'],
    kind: 'state-folder-unwritable',
    proves: ({ evidence }, { patient }) => {
      expect(evidence.join()).toMatch(/ENOTDIR/);
      expect(said(patient, 'mkdir "$XDG_STATE_HOME/prom-tutor" 2>&1; cat "$XDG_STATE_HOME/x" 2>&1')).toMatch(
        /Not a directory/i,
      );
    },
    mend: 'printed',
  },
  {
    name: 'there is no HOME, and what stands for it cannot be written to',
    breakIt: ({ patient }) => {
      delete patient.env.HOME;
      delete patient.env.XDG_STATE_HOME;
      patient.homeDir = '/dev/null';
    },
    fails: ['state-folder'],
    kind: 'state-folder-unwritable',
    proves: ({ evidence }, { patient }) => {
      expect(evidence.join()).toContain('HOME is not set');
      expect(patient.env.HOME).toBeUndefined();
    },
    mend: 'printed',
    tidy: ({ patient }) => {
      patient.homeDir = undefined;
    },
  },
];

/** Needs to mount something. */
export const ROOT_ROWS: readonly Breakage<MachineGround>[] = [
  {
    name: 'the disk is full',
    breakIt: ({ patient }) => {
      const disk = mkdtempSync(join(tmpdir(), 'prom-tutor-disk-'));
      shell(`mount -t tmpfs -o size=64k tmpfs '${disk}'`);
      patient.env.XDG_STATE_HOME = disk;
      mkdirSync(join(disk, 'prom-tutor'));
      spawnSync('/bin/sh', ['-c', `cat /dev/zero > '${disk}/filler'`]);
    },
    fails: ['state-folder'],
    kind: 'disk-full',
    proves: ({ evidence }, { patient }) => {
      expect(evidence.join()).toContain('ENOSPC');
      expect(statfsSync(patient.env.XDG_STATE_HOME ?? '').bavail).toBe(0);
    },
    mend: {
      advice: /Free some space/,
      // Such a small disk stays too small: the space is made by giving the folder another one.
      does: ({ patient }) => {
        shell(`umount '${patient.env.XDG_STATE_HOME}'`);
      },
    },
  },
  {
    name: 'the home folder is on a disk that can only be read',
    breakIt: ({ patient }) => {
      const disk = mkdtempSync(join(tmpdir(), 'prom-tutor-disk-'));
      shell(`mount -t tmpfs -o ro,size=64k tmpfs '${disk}'`);
      patient.env.HOME = disk;
      delete patient.env.XDG_STATE_HOME;
      patient.homeDir = disk;
      mounted = disk;
    },
    fails: ['state-folder'],
    kind: 'state-folder-unwritable',
    proves: ({ evidence }) => {
      expect(evidence.join()).toContain('EROFS');
      expect(() => writeFileSync(join(mounted, 'x'), '')).toThrow('EROFS');
    },
    mend: 'printed',
    tidy: ({ patient }) => {
      shell(`umount '${mounted}'`);
      patient.homeDir = undefined;
    },
  },
];

let mounted = '';

/** Why the rows of root cannot be played; undefined when they can. */
export function mountObstacle(): string | undefined {
  if (!isRoot) return 'only root may mount';
  const disk = mkdtempSync(join(tmpdir(), 'prom-tutor-disk-'));
  chmodSync(disk, 0o755);
  const tried = spawnSync('/bin/sh', ['-c', `mount -t tmpfs -o size=64k tmpfs '${disk}'`]);
  if (tried.status !== 0) return 'nothing can be mounted here';
  shell(`umount '${disk}'`);
  return undefined;
}
