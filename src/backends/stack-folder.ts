import { join } from 'node:path';
import type { StackState } from './state.ts';

/** Where the parts of a stack that runs in processes lie in its folder. */
export const PARTS = {
  app: 'app.mjs',
  config: 'prometheus.yml',
  rules: 'rules.yml',
  data: 'data',
  scenario: 'scenario',
  logs: 'logs',
  daemon: 'daemon.json',
} as const;

export function logFile({ dir }: Pick<StackState, 'dir'>, service: string): string {
  return join(dir, PARTS.logs, `${service}.log`);
}
