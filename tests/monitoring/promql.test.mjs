import assert from "node:assert/strict";
import { test } from "node:test";
import { operands } from "./promql.mjs";

const cases = {
  "a > 30 and b == 0": ["a > bool 30 and b == bool 0"],
  'a{x="<1",y!="}"} >= 1': ['a{x="<1",y!="}"} >= bool 1'],
  "a <= bool 1": ["a <= bool 1"],
  "max(up == 1) or absent(up{job=\"x\"})": ["max(up == bool 1) or (up{job=\"x\"})"],
  '(a > 1) unless on (namespace) ALERTS{alertname=~"x|y"}': ["(a > bool 1) "],
  'a == 1 unless on (namespace) (up{c="w"} == 1)': ["a == bool 1 ", '(up{c="w"} == bool 1)'],
  'sum by (n) (a) == 0 unless max_over_time(ALERTS{x="("}[5m]) or b': ["sum by (n) (a) == bool 0  or b"],
};

for (const [expression, expected] of Object.entries(cases)) {
  test(expression, () => assert.deepEqual(operands(expression), expected));
}
