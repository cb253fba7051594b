import xterm from '@xterm/headless';

/** Text of one look: a colour (0 to 15 of the terminal's palette), bold, dim, on the colour of the ground or inverted. */
export type Run = {
  readonly text: string;
  readonly colour?: number;
  readonly bold?: true;
  readonly dim?: true;
  readonly inverse?: true;
};

/** What a line of the whole scrollback says from one moment on, in milliseconds of the film. */
export type Version = { readonly fromMs: number; readonly runs: readonly Run[] };

/** A terminal over time: its lines from the first that was ever written on, and which of them stands at the top. */
export type Film = {
  readonly columns: number;
  readonly rows: number;
  readonly lines: readonly (readonly Version[])[];
  readonly tops: readonly { readonly fromMs: number; readonly line: number }[];
  readonly lengthMs: number;
};

/** Films what a terminal is sent: every `shot` says how long the screen as it then is stands. */
export function camera(columns: number, rows: number) {
  const screen = new xterm.Terminal({ cols: columns, rows, scrollback: 10_000, allowProposedApi: true });
  const lines: Version[][] = [];
  const tops: { fromMs: number; line: number }[] = [];
  let nowMs = 0;
  return {
    async shot(bytes: string, standsMs: number): Promise<void> {
      await new Promise<void>((resolve) => screen.write(bytes, resolve));
      const { active } = screen.buffer;
      if (tops.at(-1)?.line !== active.baseY) tops.push({ fromMs: nowMs, line: active.baseY });
      for (let line = 0; line < active.length; line++) {
        const versions = lines[line] ?? [];
        lines[line] = versions;
        const runs = runsOf(active.getLine(line));
        if (JSON.stringify(versions.at(-1)?.runs ?? []) !== JSON.stringify(runs))
          versions.push({ fromMs: nowMs, runs });
      }
      nowMs += standsMs;
    },
    film: (): Film => ({ columns, rows, lines, tops, lengthMs: nowMs }),
  };
}

function runsOf(line: xterm.IBufferLine | undefined): readonly Run[] {
  const runs: { text: string; look: string }[] = [];
  for (let column = 0; column < (line?.length ?? 0); column++) {
    const cell = line?.getCell(column);
    if (cell === undefined || cell.getWidth() === 0) continue;
    const look = JSON.stringify({
      ...(cell.isFgPalette() && cell.getFgColor() < 16 ? { colour: cell.getFgColor() } : {}),
      ...(cell.isBold() ? { bold: true } : {}),
      ...(cell.isDim() ? { dim: true } : {}),
      ...(cell.isInverse() ? { inverse: true } : {}),
    });
    const last = runs.at(-1);
    if (last?.look === look) last.text += cell.getChars() || ' ';
    else runs.push({ text: cell.getChars() || ' ', look });
  }
  while (runs.length > 0) {
    const last = runs.at(-1) as { text: string; look: string };
    if (last.look.includes('inverse')) break;
    last.text = last.text.trimEnd();
    if (last.text !== '') break;
    runs.pop();
  }
  return runs.map(({ text, look }) => ({ text, ...(JSON.parse(look) as object) }));
}
