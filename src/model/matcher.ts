export type MatchOperator = '=' | '!=' | '=~' | '!~';

/** One condition of a selector, as written. */
export type Matcher = { readonly name: string; readonly operator: MatchOperator; readonly value: string };

/** A condition ready to be asked. An absent label counts as the empty string. */
export interface CompiledMatcher extends Matcher {
  matches(value: string): boolean;
  /** For `=` and for `=~` over plain alternatives: all values it can match. Undefined when they cannot be listed. */
  readonly values: readonly string[] | undefined;
}
