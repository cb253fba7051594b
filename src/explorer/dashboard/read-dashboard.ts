import { UserError } from '../../model/errors.ts';
import { at, type Fields, isFields, listAt, numberAt, textAt } from './json.ts';
import { readPanel } from './read-panel.ts';
import { readVariables } from './read-variables.ts';
import type { Dashboard, Panel } from './types.ts';

/** More than this is no dashboard that anybody looks at. */
export const MOST_BYTES = 20_000_000;
/** More panels than this are neither asked nor drawn; what is left out is said. */
export const MOST_PANELS = 200;

export type ReadOptions = {
  /** For messages: the path as it was typed. */
  readonly name: string;
  /** The panels of closed rows, too. */
  readonly expand?: boolean;
};

/**
 * A Grafana dashboard from its JSON: as it is saved, as "Export for sharing externally" writes it (`__inputs`), as the
 * API gives it (`{"dashboard": …}`), as a Kubernetes resource holds it (`spec`), and old ones with `rows`. Throws
 * `UserError` for everything else; what is odd inside is left out or named in `notes` and the panels' reasons.
 */
export function readDashboard(text: string, options: ReadOptions): Dashboard {
  if (text.length > MOST_BYTES) throw refused(options, `it is larger than ${MOST_BYTES / 1e6} MB`);
  const root = unwrapped(parsed(text, options), options);
  const inputs = readInputs(root);
  const { panels, left, closed } = panelsOf(root, inputs, options.expand === true);
  const notes = [
    ...(left > 0 ? [`${left} more panels are left out: ${MOST_PANELS} are the most that are drawn`] : []),
    ...(closed > 0
      ? [
          `${closed === 1 ? 'a panel in a closed row is' : `${closed} panels in closed rows are`} not asked; --expand draws them`,
        ]
      : []),
  ];
  const from = textAt(root, 'time', 'from') ?? 'now-6h';
  const to = textAt(root, 'time', 'to') ?? 'now';
  const refresh = textAt(root, 'refresh');
  return {
    title: textAt(root, 'title') ?? options.name,
    from,
    to,
    refresh: refresh === undefined || refresh === '' ? undefined : refresh,
    panels,
    variables: readVariables(root, inputs),
    notes,
  };
}

function refused({ name }: ReadOptions, why: string, hint?: string): UserError {
  return new UserError(`${name} is no dashboard that can be drawn: ${why}`, {
    hint:
      hint ?? 'In Grafana: Share or Export, then Export as code or Save to file (classic JSON), and give that file.',
  });
}

function parsed(text: string, options: ReadOptions): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw refused(options, `it is not JSON (${said.slice(0, 200)})`);
  }
}

function unwrapped(value: unknown, options: ReadOptions): Fields {
  const apiVersion = textAt(value, 'apiVersion') ?? '';
  const inner = [at(value, 'dashboard'), at(value, 'spec')].find(isFields) ?? value;
  if (isFields(at(inner, 'elements')) || /\/v2/.test(apiVersion)) {
    throw refused(
      options,
      'it is written in the newer form of Grafana (schema v2, with elements and layout)',
      'Export it from Grafana once more, as classic JSON.',
    );
  }
  if (!isFields(inner)) throw refused(options, `it holds ${Array.isArray(inner) ? 'a list' : 'no object'}`);
  if (!Array.isArray(at(inner, 'panels')) && !Array.isArray(at(inner, 'rows'))) {
    throw refused(options, 'it has neither "panels" nor "rows"');
  }
  return inner;
}

/** What `${DS_PROMETHEUS}` and `${VAR_X}` of an exported file stand for. */
export type Inputs = { readonly sources: ReadonlyMap<string, string>; readonly constants: ReadonlyMap<string, string> };

function readInputs(root: Fields): Inputs {
  const sources = new Map<string, string>();
  const constants = new Map<string, string>();
  for (const input of listAt(root, '__inputs').slice(0, 1_000)) {
    const name = textAt(input, 'name');
    if (name === undefined) continue;
    if (textAt(input, 'type') === 'constant') constants.set(name, textAt(input, 'value') ?? '');
    else sources.set(name, textAt(input, 'pluginId') ?? '');
  }
  return { sources, constants };
}

type Found = { readonly panels: readonly Panel[]; readonly left: number; readonly closed: number };

function panelsOf(root: Fields, inputs: Inputs, expand: boolean): Found {
  const panels: Panel[] = [];
  let left = 0;
  let closed = 0;
  const add = (raw: unknown, place?: Panel['place']) => {
    if (panels.length >= MOST_PANELS) {
      left++;
      return;
    }
    const panel = readPanel(raw, String(panels.length + 1), inputs);
    panels.push(place === undefined ? panel : { ...panel, place });
  };
  for (const raw of inReadingOrder(listAt(root, 'panels'))) {
    const inside = textAt(raw, 'type') === 'row' ? listAt(raw, 'panels') : [];
    add(inside.length > 0 && expand ? { ...(raw as Fields), collapsed: false } : raw);
    if (expand) for (const each of inReadingOrder(inside)) add(each);
    else closed += inside.length;
  }
  let y = panels.reduce((lowest, { place }) => Math.max(lowest, place.y + place.h), 0);
  for (const row of listAt(root, 'rows')) {
    const inside = listAt(row, 'panels');
    const collapsed = at(row, 'collapse') === true && !expand;
    const named = (textAt(row, 'title') ?? '') !== '' && at(row, 'showTitle') !== false;
    if (named || collapsed) {
      add({ type: 'row', title: textAt(row, 'title') ?? '', collapsed, panels: collapsed ? inside : [] }, line(y));
      y += 1;
    }
    if (collapsed) {
      closed += inside.length;
      continue;
    }
    const h = rowHeight(row);
    let x = 0;
    for (const raw of inside) {
      const w = Math.min(24, Math.max(2, Math.round((numberAt(raw, 'span') ?? 12) * 2)));
      if (x + w > 24) {
        x = 0;
        y += h;
      }
      add(raw, { x, y, w, h });
      x += w;
    }
    y += h;
  }
  return { panels, left, closed };
}

function line(y: number): Panel['place'] {
  return { x: 0, y, w: 24, h: 1 };
}

/** Rows of old dashboards have a height in pixels, of which a unit of the grid takes 38. */
function rowHeight(row: unknown): number {
  const pixels = Number.parseFloat(textAt(row, 'height') ?? String(numberAt(row, 'height') ?? 250));
  return Number.isFinite(pixels) ? Math.min(40, Math.max(2, Math.round(pixels / 38))) : 7;
}

/** As one reads: from top to bottom and from left to right, whatever the order in the file. */
function inReadingOrder(panels: readonly unknown[]): readonly unknown[] {
  const placed = panels.map((panel, index) => ({
    panel,
    index,
    y: numberAt(panel, 'gridPos', 'y') ?? Number.MAX_VALUE,
    x: numberAt(panel, 'gridPos', 'x') ?? 0,
  }));
  return placed.sort((a, b) => a.y - b.y || a.x - b.x || a.index - b.index).map(({ panel }) => panel);
}
