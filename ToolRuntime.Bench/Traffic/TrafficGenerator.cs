using System.Collections.Concurrent;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ToolRuntime.Contracts.V1;

namespace ToolRuntime.Bench.Traffic;

/// <summary>Calls the sample tools at a bounded rate until its time is up or it is told to stop.</summary>
internal sealed partial class TrafficGenerator(
    IOptions<TrafficOptions> options,
    ToolService.ToolServiceClient tools,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<TrafficGenerator> logger) : BackgroundService
{
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, int> _outcomes = new(StringComparer.Ordinal);
    private readonly TrafficMix _mix = new(new Random());

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var traffic = options.Value;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        end.CancelAfter(traffic.Duration);
        using var open = new SemaphoreSlim(traffic.MaxOpenCalls);
        Log.Started(logger, traffic.Gateway!, traffic.Rate, traffic.Duration);

        await Task.WhenAll(SteadyAsync(traffic, open, end.Token), BurstsAsync(traffic, open, end.Token), ReportAsync(end.Token));

        // What is still open is called off or ends.
        for (var call = 0; call < traffic.MaxOpenCalls; call++)
        {
            await open.WaitAsync(CancellationToken.None);
        }

        Log.Ended(logger, Outcomes());
        lifetime.StopApplication();
    }

    private async Task SteadyAsync(TrafficOptions traffic, SemaphoreSlim open, CancellationToken end)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromSeconds(1 / traffic.Rate), time);
        await UntilEndAsync(async () =>
        {
            while (true)
            {
                foreach (var call in _mix.Deck())
                {
                    await pace.WaitForNextTickAsync(end);
                    await StartAsync(call, open, end);
                }
            }
        });
    }

    private async Task BurstsAsync(TrafficOptions traffic, SemaphoreSlim open, CancellationToken end)
    {
        using var pace = new PeriodicTimer(traffic.BurstInterval, time);
        await UntilEndAsync(async () =>
        {
            while (await pace.WaitForNextTickAsync(end))
            {
                foreach (var call in _mix.Burst(traffic.Burst))
                {
                    await StartAsync(call, open, end);
                }
            }
        });
    }

    private async Task ReportAsync(CancellationToken end)
    {
        using var pace = new PeriodicTimer(ReportInterval, time);
        await UntilEndAsync(async () =>
        {
            while (await pace.WaitForNextTickAsync(end))
            {
                Log.Progress(logger, Outcomes());
            }
        });
    }

    private static async Task UntilEndAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (OperationCanceledException)
        {
            // The time is up, or the application stops.
        }
    }

    /// <summary>Waits for the call's start only, and for that only where too many are open.</summary>
    private async Task StartAsync(TrafficCall call, SemaphoreSlim open, CancellationToken end)
    {
        await open.WaitAsync(end);
        _ = CallAsync(call, open, end);
    }

    private async Task CallAsync(TrafficCall call, SemaphoreSlim open, CancellationToken end)
    {
        try
        {
            _outcomes.AddOrUpdate(await OutcomeOfAsync(call, end), 1, static (_, calls) => calls + 1);
        }
        finally
        {
            open.Release();
        }
    }

    private async Task<string> OutcomeOfAsync(TrafficCall call, CancellationToken end)
    {
        var request = new ExecuteToolRequest
        {
            ToolId = call.ToolId,
            Input = ByteString.CopyFrom(call.Input, Encoding.UTF8),
            Timeout = call.Timeout is { } timeout ? Duration.FromTimeSpan(timeout) : null,
        };
        using var departure = CancellationTokenSource.CreateLinkedTokenSource(end);
        if (call.CancelAfter is { } after)
        {
            departure.CancelAfter(after);
        }

        try
        {
            var response = await tools.ExecuteToolAsync(request, cancellationToken: departure.Token);
            return response.Outcome.ToString();
        }
        catch (RpcException exception)
        {
            // Also what a real caller meets: an unknown tool, a refusal, a gateway that restarts.
            return exception.StatusCode.ToString();
        }
    }

    private string Outcomes() => string.Join(
        ", ", _outcomes.OrderByDescending(outcome => outcome.Value).Select(outcome => $"{outcome.Value} {outcome.Key}"));

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Calling the sample tools through {Gateway}, {Rate} times a second, for {Duration}.")]
        public static partial void Started(ILogger logger, Uri gateway, double rate, TimeSpan duration);

        [LoggerMessage(2, LogLevel.Information, "So far: {Outcomes}")]
        public static partial void Progress(ILogger logger, string outcomes);

        [LoggerMessage(3, LogLevel.Information, "Ended with: {Outcomes}")]
        public static partial void Ended(ILogger logger, string outcomes);
    }
}
