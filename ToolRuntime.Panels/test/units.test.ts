import { expect, test } from "bun:test";
import { unitOf } from "../src/draw/units.ts";

test.each([
  ["s", 0, "0 s"],
  ["s", 0.00025, "250 µs"],
  ["s", 0.0234567, "23.5 ms"],
  ["s", 1.5, "1.5 s"],
  ["s", 300, "5 min"],
  ["s", 9000, "2.5 h"],
  ["s", Infinity, "∞"],
  ["percentunit", 0.0667, "6.67 %"],
  ["percentunit", 1, "100 %"],
  ["decbytes", 999, "999 B"],
  ["decbytes", 1000, "1 kB"],
  ["decbytes", 2_345_678, "2.35 MB"],
  ["short", 9999, "9999"],
  ["short", 12_345, "12.3 K"],
  ["suffix:calls/s", 0.5, "0.5 calls/s"],
  ["suffix:calls/s", 0.00001, "<0.001 calls/s"],
  ["none", NaN, "–"],
])("%s: %d is %s", (unit, value, expected) => {
  expect(unitOf(unit)?.format(value)).toBe(expected);
});

test("decimals are kept where they are asked for", () => {
  expect(unitOf("none")?.format(3, 0)).toBe("3");
  expect(unitOf("s")?.format(1.5, 2)).toBe("1.50 s");
});

test("a unit in words stands beside the axis, not at each of its numbers", () => {
  expect(unitOf("suffix:calls/s")?.formatTick(0.5)).toBe("0.5");
  expect(unitOf("suffix:calls/s")?.axisName).toBe("calls/s");
});

test("an unknown unit is none", () => {
  expect(unitOf("furlongs")).toBeUndefined();
});
