import type { World as BackendWorld } from '../backends/world.ts';
import type { Scenario } from '../model/scenario.ts';
import type { Look } from '../source/http-look.ts';
import type { Source } from '../source/source.ts';
import type { Exec } from './exec.ts';

/** Everything of the outside world the doctor touches, so that tests can hand in a real but broken one. */
export type World = BackendWorld & {
  /** Such as 20.19.0. */
  readonly nodeVersion: string;
  /** Name, release and architecture of the system, such as "Linux 6.1.0 x64". */
  readonly machine: string;
  readonly terminal: Terminal;
  /** The addresses of a host name, as programs here see them. Rejects when there are none. */
  lookup(host: string): Promise<readonly string[]>;
  /** The beginning of a file; undefined where it cannot be read. */
  readText(path: string): Promise<string | undefined>;
  readonly exec: Exec;
  /** How long one question to a server may take, in milliseconds: `openSource` and `openLook` keep to it. */
  readonly patienceMs: number;
  /** A Prometheus to ask, which the doctor closes. Throws `UnavailableError` when the address cannot be understood. */
  openSource(url: string): Source | Promise<Source>;
  /** The same server with its other pages, which the doctor closes. */
  openLook(url: string): Look | Promise<Look>;
  /** The server that `--server` names, as it was typed: then that server is examined, and not the stack. */
  readonly server: string | undefined;
  /** The server that the environment or the settings file names, as it was typed there. */
  readonly envServer: EnvServer | undefined;
  /** The query that somebody wants to understand. */
  readonly question: Question | undefined;
  /** Where a Prometheus is looked for when nobody named one and no stack is known. */
  readonly defaultServer: string;
};

/** A query, and the moment it is about. */
export type Question = {
  readonly query: string;
  /** Milliseconds since 1970; undefined is now. `scenario`: of the stack, where that is asked. Throws `UsageError`. */
  timeMs(scenario: Scenario | undefined): number | undefined;
};

/** What the output goes to, as the command line tool decided. */
export type Terminal = {
  readonly isTTY: boolean;
  readonly columns: number;
  readonly colour: boolean;
  readonly ascii: boolean;
};

/** Where a server is named that nobody typed: a variable, or the settings file with what changes it. */
export type EnvServer = {
  readonly variable: string;
  readonly url: string;
  /** Commands of ours, without the first word: one that makes the file name no server, and one that names another. */
  readonly commands?: { readonly unset: readonly string[]; set(url: string): readonly string[] };
};
