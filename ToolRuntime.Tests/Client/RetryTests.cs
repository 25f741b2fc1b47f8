using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using ToolRuntime.Client;
using ToolRuntime.Tests.Support;
using Status = Google.Rpc.Status;

namespace ToolRuntime.Tests.Client;

/// <summary>Which calls are tried again: those alone that have certainly not started.</summary>
public sealed class RetryTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static RpcException Busy(double seconds = 0.02) =>
        Failure(Code.ResourceExhausted, new RetryInfo { RetryDelay = TimeSpan.FromSeconds(seconds).ToDuration() });

    private static RpcException NotStarted => Failure(Code.Unavailable, new ErrorInfo { Domain = "toolruntime", Reason = "NOT_STARTED" });

    [Fact]
    public async Task A_call_that_has_not_started_is_tried_again()
    {
        await using var gateway = await StubGateway.StartAsync(null, Busy(), NotStarted);
        await using var services = Services(gateway.Address);
        var client = services.GetRequiredService<ToolRuntimeClient>();

        Assert.Equal(1, await client.ExecuteAsync<int, int>("a", 0, cancellationToken: Cancellation));

        Assert.Equal(3, gateway.Calls);
    }

    [Fact]
    public async Task A_stream_that_has_not_started_is_tried_again()
    {
        await using var gateway = await StubGateway.StartAsync(null, NotStarted, Busy());
        await using var services = Services(gateway.Address);
        var events = 0;

        await foreach (var step in services.GetRequiredService<ToolRuntimeClient>().StreamAsync("a", 0, cancellationToken: Cancellation))
        {
            Assert.NotNull(step.Result);
            events++;
        }

        Assert.Equal((1, 3), (events, gateway.Calls));
    }

    public static TheoryData<string> MayHaveRun => ["Unavailable", "Internal", "Cancelled", "DeadlineExceeded", "Unknown", "ResourceExhausted"];

    [Theory]
    [MemberData(nameof(MayHaveRun))]
    public async Task A_call_that_may_have_run_is_never_tried_again(string code)
    {
        await using var gateway = await StubGateway.StartAsync(null, Failure(System.Enum.Parse<Code>(code), detail: null), Failure(System.Enum.Parse<Code>(code), detail: null));
        await using var services = Services(gateway.Address);
        var client = services.GetRequiredService<ToolRuntimeClient>();

        var exception = await Assert.ThrowsAsync<ToolCallException>(() => client.ExecuteAsync<int, int>("a", 0, cancellationToken: Cancellation));
        Assert.Equal(code, exception.StatusCode.ToString());
        Assert.Equal(1, gateway.Calls);

        await Assert.ThrowsAsync<ToolCallException>(async () =>
        {
            await foreach (var step in client.StreamAsync("a", 0, cancellationToken: Cancellation))
            {
                Assert.Fail($"Told {step}");
            }
        });
        Assert.Equal(2, gateway.Calls);
    }

    [Fact]
    public async Task Retries_end_and_the_last_refusal_is_the_callers()
    {
        await using var gateway = await StubGateway.StartAsync(null, Busy(), Busy(), Busy(0.5));
        await using var services = Services(gateway.Address, options => options.MaxRetries = 2);

        var exception = await Assert.ThrowsAsync<ToolCallException>(() =>
            services.GetRequiredService<ToolRuntimeClient>().ExecuteAsync<int, int>("a", 0, cancellationToken: Cancellation));

        Assert.Equal((3, TimeSpan.FromSeconds(0.5), true), (gateway.Calls, exception.RetryDelay, exception.NotStarted));
    }

    [Fact]
    public async Task A_wait_that_is_too_long_is_the_callers_to_make()
    {
        await using var gateway = await StubGateway.StartAsync(null, Busy(60));
        await using var services = Services(gateway.Address);

        var exception = await Assert.ThrowsAsync<ToolCallException>(() =>
            services.GetRequiredService<ToolRuntimeClient>().ExecuteAsync<int, int>("a", 0, cancellationToken: Cancellation));

        Assert.Equal((1, TimeSpan.FromMinutes(1)), (gateway.Calls, exception.RetryDelay));
    }

    [Fact]
    public async Task A_gateway_that_comes_up_late_is_waited_for()
    {
        var address = new Uri($"http://127.0.0.1:{Free.Port()}");
        await using var services = Services(address, options => options.MaxRetries = 8);

        var call = services.GetRequiredService<ToolRuntimeClient>().ExecuteAsync<int, int>("a", 0, cancellationToken: Cancellation);
        await using var gateway = await StubGateway.StartAsync(address);

        Assert.Equal(1, await call);
    }

    [Fact]
    public async Task A_gateway_that_is_not_there_is_a_call_that_has_not_started()
    {
        await using var services = Services(new Uri($"http://127.0.0.1:{Free.Port()}"), options => options.MaxRetries = 0);

        var exception = await Assert.ThrowsAsync<ToolCallException>(() =>
            services.GetRequiredService<ToolRuntimeClient>().ExecuteAsync<int, int>("a", 0, cancellationToken: Cancellation));

        Assert.Equal((StatusCode.Unavailable, true), (exception.StatusCode, exception.NotStarted));
    }

    [Fact]
    public async Task The_key_goes_with_every_call()
    {
        await using var gateway = await StubGateway.StartAsync(null);
        await using var services = Services(gateway.Address, options => options.ApiKey = "tr_key");

        await services.GetRequiredService<ToolRuntimeClient>().ExecuteAsync<int, int>("a", 0, cancellationToken: Cancellation);

        Assert.Equal("Bearer tr_key", gateway.Authorization);
    }

    private static ServiceProvider Services(Uri address, Action<ToolRuntimeClientOptions>? configure = null) => new ServiceCollection()
        .AddToolRuntimeClient(options =>
        {
            options.Address = address;
            configure?.Invoke(options);
        })
        .BuildServiceProvider();

    private static RpcException Failure(Code code, IMessage? detail)
    {
        var status = new Status { Code = (int)code, Message = "as told" };
        if (detail is not null)
        {
            status.Details.Add(Any.Pack(detail));
        }

        return status.ToRpcException();
    }
}
