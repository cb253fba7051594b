import type { Labels } from '../../model/labels.ts';
import type { InstantSample, Series } from '../../model/query-result.ts';

/** Where a panel lies: Grafana's grid of 24 columns, heights in its units of about two lines. */
export type GridPlace = { readonly x: number; readonly y: number; readonly w: number; readonly h: number };

/** How a panel is drawn here. `none` is not: `reason` says why, in a clause. */
export type PanelKind = 'lines' | 'stat' | 'gauge' | 'bars' | 'table' | 'states' | 'heatmap' | 'text' | 'row' | 'none';

/** One query of a panel, its variables not yet replaced. */
export type PanelTarget = {
  readonly refId: string;
  readonly expr: string;
  /** `{{label}}` in it stands for a label's value; '' where Grafana would name series by their labels. */
  readonly legend: string;
  readonly instant: boolean;
  /** The least step, such as `30s`; may hold variables. */
  readonly interval: string | undefined;
  readonly hidden: boolean;
};

/** Text instead of values: what a state is called. */
export type ValueMapping = {
  readonly text: string;
  readonly color: string | undefined;
  readonly matches:
    | { readonly kind: 'value'; readonly value: string }
    | { readonly kind: 'range'; readonly from: number; readonly to: number }
    | { readonly kind: 'regex'; readonly pattern: string }
    | { readonly kind: 'special'; readonly match: 'null' | 'nan' | 'true' | 'false' | 'empty' };
};

/** From this value up a value has this colour; the lowest step begins at minus infinity. */
export type ThresholdStep = { readonly from: number; readonly color: string };

/** How values of a panel, or of some of its series, are shown. */
export type FieldSettings = {
  readonly unit: string;
  readonly decimals: number | undefined;
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly displayName: string | undefined;
  readonly noValue: string | undefined;
  readonly mappings: readonly ValueMapping[];
  readonly thresholds: readonly ThresholdStep[];
  /** Thresholds are shares of the way from `min` to `max`. */
  readonly percentThresholds: boolean;
};

/** Settings for the series that a matcher names. */
export type FieldOverride = {
  readonly matches:
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'regex'; readonly pattern: string }
    | { readonly kind: 'query'; readonly refId: string };
  readonly settings: Partial<FieldSettings>;
};

/** Which of a table's columns are shown, what they are called and where they stand; by their names. */
export type TableColumns = {
  readonly hidden: readonly string[];
  readonly names: Readonly<Record<string, string>>;
  readonly order: Readonly<Record<string, number>>;
};

export type Panel = {
  /** Counted from 1 in the order of the file; copies of a repeated panel are `3.1`, `3.2`. */
  readonly key: string;
  readonly kind: PanelKind;
  /** Grafana's own word for it. */
  readonly type: string;
  readonly title: string;
  readonly description: string;
  readonly place: GridPlace;
  readonly targets: readonly PanelTarget[];
  readonly settings: FieldSettings;
  readonly overrides: readonly FieldOverride[];
  /** Of many values of a series this one is shown: `lastNotNull`, `mean`, `max` and so on. */
  readonly calc: string;
  readonly columns: TableColumns;
  /** The text of a text panel, in Markdown. */
  readonly content: string;
  /** Why it is not drawn (for `none`), and what of it is not done, a clause each. */
  readonly reason: string | undefined;
  readonly remarks: readonly string[];
  /** Variables with their values for this copy of a repeated panel. */
  readonly scoped: Readonly<Record<string, string>>;
  readonly repeat: { readonly variable: string; readonly down: boolean; readonly perRow: number } | undefined;
  /** Own times: `timeFrom` 2h, `timeShift` 1d. */
  readonly timeFrom: string | undefined;
  readonly timeShift: string | undefined;
  readonly interval: string | undefined;
  /** Of a row: it is closed in Grafana, and this many panels are in it. */
  readonly collapsed: boolean;
  readonly inside: number;
};

export type VariableKind = 'query' | 'custom' | 'interval' | 'constant' | 'textbox' | 'datasource' | 'unknown';

/** A variable of the file; its values are not yet asked. */
export type Variable = {
  readonly name: string;
  readonly kind: VariableKind;
  readonly type: string;
  /** Shown instead of the name. */
  readonly label: string;
  readonly query: string;
  /** Which of the values, and which part of them; a regular expression as Grafana writes it, with or without slashes. */
  readonly regex: string;
  /** 0 leaves the order alone, else Grafana's numbers: odd up, even down; 1 2 by letters, 3 4 by number, 5 6 without case. */
  readonly sort: number;
  readonly multi: boolean;
  readonly includeAll: boolean;
  readonly allValue: string | undefined;
  /** The value that is saved in the file; `$__all` among them is all. */
  readonly current: readonly string[];
  readonly options: readonly string[];
};

/** A dashboard as data. Texts are as in the file: unsafe. */
export type Dashboard = {
  readonly title: string;
  readonly from: string;
  readonly to: string;
  /** Such as `15s`; undefined where it does not refresh itself. */
  readonly refresh: string | undefined;
  readonly panels: readonly Panel[];
  readonly variables: readonly Variable[];
  /** What of the file is left out, a sentence each. */
  readonly notes: readonly string[];
};

/** A series of a panel, under its name in the legend. */
export type NamedSeries = Series & { readonly name: string; readonly refId: string };
/** The one number that stands for a series; undefined without a sample. */
export type NamedValue = {
  readonly name: string;
  readonly refId: string;
  readonly labels: Labels;
  readonly value: number | undefined;
};
export type NamedSample = InstantSample & { readonly name: string; readonly refId: string };

/** Points in time of a panel's queries; milliseconds. */
export type PanelGrid = { readonly startMs: number; readonly endMs: number; readonly stepMs: number };

/** What the queries of a panel gave. Errors and warnings are Prometheus' own words: unsafe. */
export type PanelData = {
  readonly grid: PanelGrid;
  readonly series: readonly NamedSeries[];
  readonly samples: readonly NamedSample[];
  readonly values: readonly NamedValue[];
  readonly errors: readonly PanelError[];
  readonly warnings: readonly string[];
  /** The queries as they were sent. */
  readonly queries: readonly string[];
};

/** `lost`: no usable answer came at all, so it says something of the server and not of the query. */
export type PanelError = {
  readonly kind: 'query' | 'lost' | 'variable';
  readonly refId: string;
  readonly message: string;
};

/** What is known of a panel at a moment. An answer that is older than the last question says so. */
export type PanelState = {
  readonly panel: Panel;
  readonly title: string;
  readonly content: string;
  readonly data: PanelData | undefined;
  /** When `data` was asked, in milliseconds, where a later question found no server. */
  readonly staleMs: number | undefined;
};

/** What the whole dashboard shows at a moment. Times are milliseconds; texts are unsafe. */
export type DashboardView = {
  readonly title: string;
  /** Who answers. */
  readonly server: string;
  readonly startMs: number;
  readonly endMs: number;
  /** The end moves on with the time. */
  readonly live: boolean;
  /** When the answers were asked; undefined before the first. */
  readonly askedMs: number | undefined;
  readonly refreshMs: number | undefined;
  readonly paused: boolean;
  /** Panels that are being asked and have not answered. */
  readonly waiting: number;
  readonly variables: readonly ShownVariable[];
  readonly panels: readonly PanelState[];
  readonly notes: readonly string[];
  /** Since when the server gives no usable answer, and what came instead. */
  readonly lost: { readonly sinceMs: number; readonly message: string } | undefined;
};

export type ShownVariable = {
  readonly label: string;
  readonly chosen: readonly string[];
  readonly all: boolean;
};
