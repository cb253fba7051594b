import { join } from 'node:path';
import type { Scenario } from '../model/scenario.ts';
import { isNumber, isObject, isText } from './shape.ts';
import type { BackendKind } from './state.ts';
import { isScenario } from './state-file.ts';
import { readStored, removeStored, type Shape, writeStored } from './stored-json.ts';

/** What a stack left behind on purpose (`stop --keep-data`), or because its backend could not be reached any more. */
export type KeptData = {
  /** The id that its volumes and folders carry. */
  readonly id: string;
  readonly scenario: Scenario;
  /** Nothing was recorded after this instant, in milliseconds since 1970. */
  readonly untilMs: number;
};

/** By backend, because none can use what another one wrote. */
export type KeptStacks = { readonly [K in BackendKind]?: KeptData };

export async function readKept(
  stateDir: string,
): Promise<{ readonly kept: KeptStacks; readonly notice: string | undefined }> {
  const { value, notice } = await readStored(keptFile(stateDir), VERSION, shapeOf);
  return { kept: value?.stacks ?? {}, notice };
}

export type KeptEntry = { readonly backend: BackendKind; readonly data: KeptData };

export function keptEntries(kept: KeptStacks): readonly KeptEntry[] {
  return (Object.keys(kept) as BackendKind[]).flatMap((backend) => {
    const data = kept[backend];
    return data === undefined ? [] : [{ backend, data }];
  });
}

/** Notes what is kept for one backend, or that nothing is any more. The file goes with its last entry. */
export async function noteKept(stateDir: string, backend: BackendKind, data: KeptData | undefined): Promise<void> {
  const { kept } = await readKept(stateDir);
  const { [backend]: _, ...others } = kept;
  const stacks: KeptStacks = data === undefined ? others : { ...others, [backend]: data };
  if (Object.keys(stacks).length === 0) await removeStored(keptFile(stateDir));
  else await writeStored(keptFile(stateDir), { version: VERSION, stacks });
}

function keptFile(stateDir: string): string {
  return join(stateDir, 'kept.json');
}

const VERSION = 1;

type KeptDocument = { readonly version: 1; readonly stacks: KeptStacks };

const isKept = isObject({ id: isText, scenario: isScenario, untilMs: isNumber });

const shapeOf: Shape<KeptDocument> = (document) => {
  const wrong = isObject({ stacks: isObject({}, { docker: isKept, binary: isKept, embedded: isKept }) })(document, '');
  return wrong === undefined ? { value: document as KeptDocument } : { wrong };
};
