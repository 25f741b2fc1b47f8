import { defineTool } from "@toolruntime/sdk";

interface Input {
  text: string;
}

interface Stats {
  characters: number;
  words: number;
  lines: number;
  sentences: number;
  /** At 200 words a minute. */
  readingSeconds: number;
  /** The most frequent words, in lower case, with how often they occur. */
  topWords: { word: string; count: number }[];
}

/** Counts what a text is made of. */
export default defineTool<Input, Stats>({
  description: "Counts a text's characters, words, lines and sentences, and names its most frequent words.",
  run({ text }) {
    if (typeof text !== "string") throw new TypeError("The input needs a text.");
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
