/** The moments a query is evaluated at: `steps` of them from `startMs` on, `stepMs` apart. One step is an instant. */
export type Grid = { readonly startMs: number; readonly stepMs: number; readonly steps: number };

/** From start to end, both included when the step meets them. Empty when the end lies before the start. */
export function gridOf(startMs: number, endMs: number, stepMs: number): Grid {
  const steps = endMs < startMs ? 0 : Math.floor((endMs - startMs) / stepMs) + 1;
  return { startMs, stepMs, steps };
}

export function timeAt(grid: Grid, step: number): number {
  return grid.startMs + step * grid.stepMs;
}

/** The moments of all steps. */
export function timesOf(grid: Grid): Float64Array {
  const times = new Float64Array(grid.steps);
  for (let step = 0; step < grid.steps; step++) times[step] = timeAt(grid, step);
  return times;
}

/** Only the first moment, for what does not depend on the time. */
export function firstStep(grid: Grid): Grid {
  return { startMs: grid.startMs, stepMs: grid.stepMs, steps: Math.min(1, grid.steps) };
}
