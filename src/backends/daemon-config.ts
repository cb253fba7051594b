import { UserError } from '../model/errors.ts';
import type { Scenario } from '../model/scenario.ts';
import { isListOf, isNumber, isObject, isText } from './shape.ts';
import { isScenario } from './state-file.ts';

/** What the background process is told, in a file because a token has no place among arguments. */
export type DaemonConfig = {
  readonly scenario: Scenario;
  readonly token: string;
  readonly ports: { readonly prometheus: number; readonly apps: readonly [number, number] };
  /** The file with the rules. */
  readonly rules: string;
  readonly scrapeIntervalMs?: number;
};

/** Throws `UserError` when the text is no configuration. */
export function readDaemonConfig(text: string): DaemonConfig {
  const document: unknown = JSON.parse(text);
  const ports = isObject({ prometheus: isNumber, apps: isListOf(isNumber) });
  const wrong = isObject({ scenario: isScenario, token: isText, ports, rules: isText }, { scrapeIntervalMs: isNumber })(
    document,
    '',
  );
  if (wrong !== undefined) throw new UserError(`the configuration of the background process lacks ${wrong}`);
  return document as DaemonConfig;
}
