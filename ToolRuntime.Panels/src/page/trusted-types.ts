/** What lib.dom does not declare. */
interface TrustedTypes {
  createPolicy(name: string, rules: { createHTML(html: string): string | null }): unknown;
}

/**
 * The server's policy lets nobody assign HTML. ECharts does so to empty an element, which stays possible: every text but
 * the empty one is refused.
 */
export function allowNoHtml(): void {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  trustedTypes?.createPolicy("default", { createHTML: (html) => (html === "" ? html : null) });
}
