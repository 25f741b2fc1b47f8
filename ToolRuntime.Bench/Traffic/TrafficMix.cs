using System.Globalization;

namespace ToolRuntime.Bench.Traffic;

/// <summary>What a working day's calls are like: most succeed, some are slow or large, and a few fail in every way there is.</summary>
internal sealed class TrafficMix(Random random)
{
    private const string Words = "tools run fast and fail loud while every run is counted timed and traced to its end";

    /// <summary>Shuffled, so that whoever calls them all in turn has every kind within a minute.</summary>
    public TrafficCall[] Deck()
    {
        TrafficCall[] deck =
        [
            .. Repeat(24, () => TrafficCall.Of("text/stats", new { text = Text(20, 400) })),
            .. Repeat(16, () => TrafficCall.Of("json/query", new { data = new { people = People(random.Next(5, 60)) }, query = "people[?age > `30`].name" })),
            .. Repeat(14, () => TrafficCall.Of("csv/to-json", new { csv = Csv(random.Next(3, 200)) })),
            .. Repeat(12, () => TrafficCall.Of("markdown/to-html", new { markdown = $"# {Text(3, 6)}\n\n{Text(30, 300)}\n\n- *one*\n- **two**\n" })),
            .. Repeat(8, () => TrafficCall.Of("math/primes", new { below = random.Next(200_000, 6_000_000) })),
            .. Repeat(7, () => TrafficCall.Of("demo/slow", new { milliseconds = random.Next(100, 2500) })),

            // Large results.
            .. Repeat(4, () => TrafficCall.Of("csv/to-json", new { csv = Csv(random.Next(2_000, 20_000)) })),

            // Errors, one for each point of failure that a tool can bring about.
            .. Repeat(4, () => TrafficCall.Of("demo/fail", new { how = "throw" })),
            .. Repeat(2, () => TrafficCall.Of("demo/fail", new { how = "exit", code = random.Next(1, 4) })),
            .. Repeat(1, () => TrafficCall.Of("demo/fail", new { how = "signal" })),
            .. Repeat(1, () => TrafficCall.Of("demo/fail", new { how = "cycle" })),
            .. Repeat(1, () => TrafficCall.Of("demo/fail", new { how = "large" })),
            .. Repeat(1, () => TrafficCall.Of("demo/fail", new { how = "schema" })),

            // Calls that reach no tool.
            .. Repeat(1, () => TrafficCall.Of("text/stats", new { })),
            .. Repeat(1, () => TrafficCall.Of("no/such-tool", null)),

            // Deadlines that pass, and callers who go away.
            .. Repeat(3, () => TrafficCall.Of("demo/slow", new { milliseconds = 5000 }) with { Timeout = TimeSpan.FromMilliseconds(300) }),
            .. Repeat(1, () => TrafficCall.Of("demo/slow", new { milliseconds = 5000 }) with { CancelAfter = TimeSpan.FromMilliseconds(200) }),
        ];
        random.Shuffle(deck);
        return deck;
    }

    /// <summary>Many calls at once: some meet no waiting worker, and of those that only a few may run at once some queue.</summary>
    public TrafficCall[] Burst(int calls) =>
    [
        .. Enumerable.Range(0, calls).Select(call => call % 4 == 0
            ? TrafficCall.Of("math/primes", new { below = 8_000_000 })
            : TrafficCall.Of("text/stats", new { text = Text(20, 100) })),
    ];

    private static IEnumerable<TrafficCall> Repeat(int times, Func<TrafficCall> call) => Enumerable.Range(0, times).Select(_ => call());

    private string Text(int least, int most)
    {
        var words = Words.Split(' ');
        return string.Join(' ', Enumerable.Range(0, random.Next(least, most)).Select(_ => words[random.Next(words.Length)]));
    }

    private object[] People(int count) =>
        [.. Enumerable.Range(0, count).Select(number => (object)new { name = $"Person {number}", age = random.Next(1, 90) })];

    private string Csv(int rows) => string.Join('\n', Enumerable.Range(0, rows)
        .Select(row => string.Create(CultureInfo.InvariantCulture, $"{row},item {row},{random.Next(1, 500)}.90"))
        .Prepend("id,name,price"));
}
