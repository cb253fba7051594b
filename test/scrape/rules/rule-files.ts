/** Rule files with what is wrong in them; compared with `promtool check rules`. */
export const BROKEN_RULE_FILES: readonly string[] = [
  'groups:\n  - name: a\n    interval: 1x\n    rules: []\n',
  'groups:\n  - name: a\n    foo: 1\n    rules:\n      - record: x\n        expr: up\n        foo2: 3\n  - name: ""\n    rules:\n',
  'groups: 5\n',
  'a: 1\n',
  'groups:\n  - name: x\n    name: y\n    rules: []\n',
  'groups:\n  - name: [a]\n    limit: x\n    rules:\n      - record: 5\n        expr: 7\n        labels: [a]\n      - 7\n',
  'groups:\n  - name: q\n    rules:\n      - alert: q\n        expr: up\n        for: 5\n',
  'groups:\n  - name: q\n    labels: 7\n    rules: {a: b}\n',
  'groups:\n  - name: a\n    rules: []\n  - name: a\n    rules: []\n  - rules: []\n',
  `groups:
  - name: a
    limit: 3
    labels: {"__name__": x}
    rules:
      - record: x-y
        expr: sum(up
      - record: "a{b}"
        alert: b
        expr: up
      - expr: up
      - record: ok
        for: 3m
        keep_firing_for: 1m
        annotations: {x: y}
        expr:
        labels: {__name__: q}
      - alert: T
        expr: |
          sum(rate(up[5m]))
          by (x
        labels:
          a: "{{ $labels.x"
        annotations:
          b: "{{ end }}"
`,
  'groups:\n  - name: a\n    rules:\n      - &r\n        record: x\n        expr: up ==\n      - *r\n      - <<: *r\n        record: y\n',
];

/** Nothing is wrong with these. */
export const GOOD_RULE_FILES: readonly string[] = [
  '',
  'groups:\n',
  'groups: []\n',
  'groups:\n  - name: a\n    interval: 0s\n    query_offset: 1m\n    limit: 5\n    labels: {a: 1, b: true, c: 99%, d: }\n    rules:\n      - record: 5\n        expr: 7\n',
  'groups:\n  - name: a\n    rules:\n      - alert: "A b"\n        expr: up == 0\n        for: 0\n        keep_firing_for: 1h30m\n',
];
