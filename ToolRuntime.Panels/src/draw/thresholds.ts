import type { Thresholds } from "../dashboard/schema.ts";
import type { NamedColor, Theme } from "./colors.ts";

/** The colour of the highest step that a value reaches. */
export function thresholdColor(value: number, thresholds: Thresholds | undefined, theme: Theme): string {
  const reached = thresholds?.steps.findLast((step) => step.value === null || value >= step.value);
  return reached ? theme.named[reached.color as NamedColor] : theme.text;
}
