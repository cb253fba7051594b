import { UsageError } from '../model/errors.ts';

/** A name of the time zone database; throws `UsageError`. */
export function timeZone(text: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone;
  } catch {
    throw new UsageError(`unknown time zone "${text}"`, { hint: 'Use a name such as UTC, local or Europe/Paris.' });
  }
}

/** The zone of this machine. Asking costs milliseconds, and every start asks. */
export function localZone(): string {
  zone ??= Intl.DateTimeFormat().resolvedOptions().timeZone;
  return zone;
}

let zone: string | undefined;
