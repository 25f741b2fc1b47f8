using System.Globalization;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.Gateway;

/// <summary>What becomes of a tool that prints faster than its events are read.</summary>
public sealed class SlowReaderTests(SlowReaderTests.QuietCluster cluster) : IClassFixture<SlowReaderTests.QuietCluster>
{
    private const int Limit = 40_000_000;
    private const long MostGrowth = 25_000_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_tool_waits_for_a_reader_who_does_not_read_and_nothing_is_lost()
    {
        using (var first = Flood("warm-up"))
        {
            Assert.True(await first.ResponseStream.MoveNext(Cancellation));
        }

        var before = Memory();
        using var call = Flood("flooded");
        Assert.True(await call.ResponseStream.MoveNext(Cancellation));
        var printed = await StandsStillAsync("flooded");

        Assert.InRange(printed, 1, 10_000);
        Assert.All(Memory().Zip(before), memory => Assert.InRange(memory.First - memory.Second, long.MinValue, MostGrowth));

        long read = 0;
        ExecuteToolResponse? result = null;
        await foreach (var happened in call.ResponseStream.ReadAllAsync(Cancellation))
        {
            Assert.Null(result);
            read += Encoding.UTF8.GetByteCount(happened.Log?.Message ?? "");
            result = happened.Result;
        }

        Assert.InRange(read, Limit - 1_000, Limit);
        Assert.Equal((Outcome.Success, "\"done\""), (result!.Outcome, result.Result.ToStringUtf8()));
        var executor = cluster.Executors[int.Parse(result.Executor["executor-".Length..], CultureInfo.InvariantCulture)];
        var metrics = await cluster.Http.GetStringAsync(new Uri(executor.Http, "/metrics"), Cancellation);
        Assert.Contains("runtime_tool_errors_total{error_kind=\"stderr\",tool_id=\"flood\"} 1\n", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_who_takes_nothing_for_long_is_given_up()
    {
        using var call = Flood("stuck", "stuck");
        await Eventually.True(() => File.Exists(cluster.File("stuck")), "the tool's start");

        // The id is taken while the call runs.
        await Eventually.True(
            async () =>
            {
                try
                {
                    await cluster.Client.ExecuteToolAsync(
                        new ExecuteToolRequest { ToolId = "echo", ExecutionId = "stuck" }, cancellationToken: Cancellation);
                    return true;
                }
                catch (RpcException exception) when (exception.StatusCode == StatusCode.AlreadyExists)
                {
                    return false;
                }
            },
            "the call's end");

        var exception = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await call.ResponseStream.MoveNext(Cancellation))
            {
            }
        });
        Assert.Equal(StatusCode.Cancelled, exception.StatusCode);
    }

    private AsyncServerStreamingCall<ExecutionEvent> Flood(string name, string executionId = "") => cluster.Client.ExecuteToolStream(
        new ExecuteToolRequest { ToolId = "flood", Input = ByteString.CopyFromUtf8($"\"{name}\""), ExecutionId = executionId },
        cancellationToken: Cancellation);

    // In bytes: of the gateway and the executors.
    private long[] Memory() => [.. cluster.Executors.Append(cluster.Gateway).Select(process => ResidentOf(process.Id))];

    private static long ResidentOf(int pid)
    {
        var line = File.ReadLines($"/proc/{pid}/status").Single(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    private async Task<int> StandsStillAsync(string name)
    {
        var (lines, looks) = (0, 0);
        await Eventually.True(
            async () =>
            {
                var now = File.Exists(cluster.File(name)) && int.TryParse(await File.ReadAllTextAsync(cluster.File(name), Cancellation), out var left) ? left : 0;
                looks = now > 0 && now == lines ? looks + 1 : 0;
                lines = now;
                return looks == 25;
            },
            "the tool to wait",
            found: () => $"{lines} lines");
        return lines;
    }

    /// <summary>A cluster whose executors do not print what their tools do.</summary>
    public sealed class QuietCluster() : Cluster(
        ("Logging__LogLevel__ToolRuntime.Tool", "None"),
        ("Gateway__MaxReadPause", "00:00:03"),
        ("Executor__MaxPrintedBytes", Limit.ToString(CultureInfo.InvariantCulture)));
}
