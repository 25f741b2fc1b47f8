import { expect, test } from "bun:test";
import { interpolate, matcherOf, variablesIn } from "../src/query/interpolation.ts";
import { parseLabelQuery } from "../src/query/label-query.ts";
import { legendOf } from "../src/query/legend.ts";

const variables = new Map([
  ["tool_id", ".*"],
  ["__rate_interval", "20s"],
]);

test("variables are put in, in each way to write them", () => {
  expect(interpolate('rate(a{tool_id=~"$tool_id"}[$__rate_interval])', variables)).toBe(
    'rate(a{tool_id=~".*"}[20s])',
  );
  expect(interpolate("${tool_id} [[tool_id]]", variables)).toBe(".* .*");
});

test("a variable that nobody knows is an error, and nothing that Prometheus is asked", () => {
  expect(() => interpolate("rate(a[$window])", variables)).toThrow("window");
});

test("the variables of a query are found, with their formats", () => {
  expect(variablesIn('a{b=~"$tool_id", c=~"${other:csv}"}[$__interval]')).toEqual([
    "tool_id",
    "other:csv",
    "__interval",
  ]);
});

test("a chosen value matches itself alone, whatever it holds", () => {
  expect(matcherOf(["text/stats"])).toBe("text/stats");
  expect(matcherOf(["a.b", 'c"d', "e\\f"])).toBe('(a\\\\.b|c\\"d|e\\\\\\\\f)');
});

test("a legend says the labels that its format names", () => {
  const labels = { __name__: "exits", status: "exit", code: "0", signal: "" };
  expect(legendOf("{{status}} {{code}} {{signal}}", labels)).toBe("exit 0");
  expect(legendOf("{{ status }}", labels)).toBe("exit");
  expect(legendOf("queue", labels)).toBe("queue");
  expect(legendOf("__auto", { __name__: "up", job: "a" })).toBe('up{job="a"}');
  expect(legendOf("{{signal}}", labels)).toBe("value");
});

test("a variable asks for a label's values", () => {
  expect(parseLabelQuery("label_values(runtime_tool_errors_total, tool_id)")).toEqual({
    metric: "runtime_tool_errors_total",
    label: "tool_id",
  });
  expect(() => parseLabelQuery("query_result(up)")).toThrow("query_result");
});
