import { defineTool } from "@toolruntime/sdk";
import { z } from "zod";

/** Counts what a text is made of. */
export default defineTool({
  description: "Counts a text's characters, words, lines and sentences, and names its most frequent words.",
  annotations: { title: "Text statistics", readOnly: true, idempotent: true, openWorld: false },
  input: z.object({ text: z.string() }),
  output: z.object({
    characters: z.int(),
    words: z.int(),
    lines: z.int(),
    sentences: z.int(),
    readingSeconds: z.int().describe("At 200 words a minute."),
    topWords: z
      .array(z.object({ word: z.string(), count: z.int() }))
      .max(5)
      .describe("The most frequent words, in lower case, with how often they occur."),
  }),
  run({ text }) {
    const words = [...new Intl.Segmenter("en", { granularity: "word" }).segment(text)]
      .filter((segment) => segment.isWordLike)
      .map((segment) => segment.segment.toLowerCase());
    const counts = new Map<string, number>();
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);

    console.log(`Read ${words.length} words.`);
    return {
      characters: [...text].length,
      words: words.length,
      lines: text === "" ? 0 : text.split(/\r\n|\r|\n/).length,
      sentences: [...new Intl.Segmenter("en", { granularity: "sentence" }).segment(text)].length,
      readingSeconds: Math.ceil((words.length / 200) * 60),
      topWords: [...counts]
        .map(([word, count]) => ({ word, count }))
        .sort((a, b) => b.count - a.count || a.word.localeCompare(b.word))
        .slice(0, 5),
    };
  },
});
