/** What is still open where the text ends: brackets from outside to inside, and a string or comment that has begun. */
export type Scan = {
  readonly brackets: readonly Bracket[];
  /** The quote that opened the string the text ends in, and where it stands. */
  readonly string: { readonly mark: string; readonly at: number } | undefined;
  readonly inComment: boolean;
  /** Whether every bracket that was closed had been opened by its counterpart. */
  readonly sound: boolean;
};

export type Bracket = { readonly sign: '(' | '[' | '{'; readonly at: number };

const PARTNER = { '(': ')', '[': ']', '{': '}' } as const;

/** Walks over the text of a query, finished or not. */
export function scan(text: string): Scan {
  const brackets: Bracket[] = [];
  let sound = true;
  let at = 0;
  while (at < text.length) {
    const sign = text.charAt(at);
    if (sign === '#') {
      const end = text.indexOf('\n', at);
      if (end < 0) return { brackets, string: undefined, inComment: true, sound };
      at = end;
    } else if (sign === '"' || sign === "'" || sign === '`') {
      const end = endOfString(text, at);
      if (end === undefined) return { brackets, string: { mark: sign, at }, inComment: false, sound };
      at = end;
    } else if (sign === '(' || sign === '[' || sign === '{') {
      brackets.push({ sign, at });
    } else if (sign === ')' || sign === ']' || sign === '}') {
      const open = brackets.at(-1);
      if (open !== undefined && PARTNER[open.sign] === sign) brackets.pop();
      else sound = false;
    }
    at++;
  }
  return { brackets, string: undefined, inComment: false, sound };
}

/** What closes everything that is open, the innermost first. */
export function closers({ brackets, string }: Scan): string {
  const signs = brackets.map(({ sign }) => PARTNER[sign]).reverse();
  return (string?.mark ?? '') + signs.join('');
}

function endOfString(text: string, start: number): number | undefined {
  const mark = text.charAt(start);
  for (let at = start + 1; at < text.length; at++) {
    if (text.charAt(at) === '\\' && mark !== '`') at++;
    else if (text.charAt(at) === mark) return at;
  }
  return undefined;
}
