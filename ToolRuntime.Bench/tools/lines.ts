// Prints the time, in milliseconds since 1970 with fractions, so many times.
export default async (lines: number): Promise<void> => {
  for (let i = 0; i < lines; i++) {
    console.log(performance.timeOrigin + performance.now());
    await Bun.sleep(5);
  }
};
