using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ToolRuntime.ServiceDefaults;

namespace ToolRuntime.Tests.ServiceDefaults;

public sealed class LargeBlocksTests
{
    private const int BodyLength = 512 * 1024;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_long_request_is_read_in_blocks_of_two_frames()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRoutingCore();
        builder.AddServiceDefaults();
        await using var server = builder.Build();
        server.Urls.Add("http://127.0.0.1:0");
        server.MapPost("/", (Delegate)LongestBlockAsync);
        await server.StartAsync(Cancellation);
        using var http = new HttpClient { BaseAddress = new Uri(server.Urls.Single()) };
        using var body = new ByteArrayContent(new byte[BodyLength]);

        using var response = await http.PostAsync(new Uri("/", UriKind.Relative), body, Cancellation);

        Assert.Equal("32768", await response.Content.ReadAsStringAsync(Cancellation));
    }

    private static async Task<IResult> LongestBlockAsync(HttpContext context)
    {
        var read = await context.Request.BodyReader.ReadAtLeastAsync(BodyLength, context.RequestAborted);
        var longest = 0;
        foreach (var block in read.Buffer)
        {
            longest = Math.Max(longest, block.Length);
        }

        return Results.Text($"{longest}");
    }
}
