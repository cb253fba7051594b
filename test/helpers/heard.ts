/** What a screen reader would stumble over, in words; nothing where the text can be read from its first line to its last. */
export function ailmentsOf(text: string): readonly string[] {
  return text
    .split('\n')
    .flatMap((line, index) =>
      AILMENTS.filter(({ is }) => is(line)).map(({ name }) => `line ${index + 1} has ${name}: ${JSON.stringify(line)}`),
    );
}

const AILMENTS: readonly { readonly name: string; is(line: string): boolean }[] = [
  { name: 'an escape byte', is: (line) => line.includes('\x1b') },
  { name: 'a carriage return', is: (line) => line.includes('\r') },
  // Arrows, boxes, blocks, shapes, ticks, Braille: what charts, trees, menus and spinners are made of.
  { name: 'a drawn character', is: (line) => /[\u2190-\u21ff\u2500-\u27bf\u2800-\u28ff]/.test(line) },
  { name: 'a caret', is: (line) => /^\s*[|]?\s*[\^~]+\s*$/.test(line) },
  { name: 'columns', is: (line) => !toCopy(line) && /\S {2,}\S/.test(line) },
  { name: 'more than it should: longer than 72', is: (line) => [...line].length > 72 && !toCopy(line) },
];

/** Lines that are there to be copied stay whole: queries, addresses, commands, JSON, and a single word of any length. */
function toCopy(line: string): boolean {
  return (
    /^\s*(?:Query: |Your query[^:]*: |\$ |https?:|(?:[\w ]+[,\w ]*: )?prom-tutor |curl |[{}[\]"])/.test(line) ||
    /^\s*\S+$/.test(line)
  );
}
