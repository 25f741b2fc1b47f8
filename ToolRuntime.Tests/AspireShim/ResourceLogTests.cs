using Microsoft.Extensions.Time.Testing;

namespace ToolRuntime.Tests.AspireShim;

public sealed class ResourceLogTests
{
    [Fact]
    public async Task The_backlog_keeps_the_latest_lines_and_their_numbers()
    {
        var log = new ResourceLog(new FakeTimeProvider());
        for (var i = 1; i <= ResourceLog.Capacity + 5; i++)
        {
            log.Append($"line {i}", isError: i % 2 == 0);
        }

        var lines = await ReadAsync(log);
        Assert.Equal(ResourceLog.Capacity, lines.Count);
        Assert.Equal(new LogLine(6, "line 6", true), lines[0]);
        Assert.Equal(ResourceLog.Capacity + 5, lines[^1].LineNumber);

        log.Clear();
        Assert.Empty(await ReadAsync(log));
    }

    [Fact]
    public async Task Whoever_follows_gets_what_was_and_what_comes_until_the_end()
    {
        var log = new ResourceLog(new FakeTimeProvider());
        var cancellationToken = TestContext.Current.CancellationToken;
        log.Append("before", isError: false);
        await using var reader = log.ReadAsync(follow: true, cancellationToken).GetAsyncEnumerator(cancellationToken);
        Assert.True(await reader.MoveNextAsync());
        Assert.Equal("before", Assert.Single(reader.Current).Content);

        log.Append("after", isError: true);
        Assert.True(await reader.MoveNextAsync());
        Assert.True(Assert.Single(reader.Current).IsErrorMessage);

        log.Complete();
        Assert.False(await reader.MoveNextAsync());
    }

    private static async Task<List<LogLine>> ReadAsync(ResourceLog log)
    {
        var lines = new List<LogLine>();
        await foreach (var batch in log.ReadAsync(follow: false, TestContext.Current.CancellationToken))
        {
            lines.AddRange(batch);
        }

        return lines;
    }
}
