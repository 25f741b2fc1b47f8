using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ToolRuntime.Gateway.Authentication;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.Gateway.Authentication;

/// <summary>With which settings a gateway starts, and whom it then lets in. No executor is needed for that.</summary>
public sealed class GatewayStartTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Outside_Development_it_does_not_start_without_keys_and_JWTs() =>
        await DoesNotStartAsync("Nobody could call: outside Development a caller needs a key or a JWT", []);

    [Fact]
    public async Task It_does_not_start_with_a_key_that_is_none()
    {
        await DoesNotStartAsync(
            "Authentication:Keys:ci:Sha256 is not a SHA-256", new() { ["Authentication__Keys__ci__Sha256"] = "trk_thekeyitself" });
        await DoesNotStartAsync("Authentication:Keys:ci:Tools has 'text stats'", new()
        {
            ["Authentication__Keys__ci__Sha256"] = new string('0', 64),
            ["Authentication__Keys__ci__Tools__0"] = "text stats",
        });
        await DoesNotStartAsync(
            "Authentication:Keys:anonymous is no name of a key", new() { ["Authentication__Keys__anonymous__Sha256"] = new string('0', 64) });
    }

    [Fact]
    public async Task In_Development_programs_of_this_machine_need_no_key_and_foreign_pages_cannot_do_without()
    {
        await using var gateway = await ServiceProcess.StartAsync(
            "ToolRuntime.Gateway", new Dictionary<string, string> { ["Gateway__Mcp__AllowedOrigins__0"] = "https://inspector.example" });
        using var client = new HttpClient { BaseAddress = gateway.Http };
        foreach (var (header, value, expected) in new[]
        {
            ("X-Api-Key", "whatever", HttpStatusCode.OK),
            ("Origin", "http://localhost:5082", HttpStatusCode.OK),
            ("Origin", "https://inspector.example", HttpStatusCode.OK),
            ("Host", "tools.localhost", HttpStatusCode.OK),
            ("Origin", "https://example.com", HttpStatusCode.Forbidden),
            ("Origin", "null", HttpStatusCode.Forbidden),
            ("Host", "example.com", HttpStatusCode.Forbidden),
        })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/tools");
            request.Headers.TryAddWithoutValidation(header, value);
            Assert.Equal((header, value, expected), (header, value, (await client.SendAsync(request, Cancellation)).StatusCode));
        }

        Assert.Contains("Everybody on this machine may call", gateway.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_Development_too_a_key_is_asked_for_once_there_is_one()
    {
        var key = ApiKey.Create();
        await using var gateway = await ServiceProcess.StartAsync("ToolRuntime.Gateway", new Dictionary<string, string>
        {
            ["Authentication__Keys__ci__Sha256"] = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key))),
        });
        using var client = new HttpClient { BaseAddress = gateway.Http };
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/v1/tools", Cancellation)).StatusCode);

        client.DefaultRequestHeaders.Add("X-Api-Key", key);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/v1/tools", Cancellation)).StatusCode);
    }

    [Fact]
    public void A_new_key_is_printed_with_the_settings_that_let_it_in()
    {
        using var output = new StringWriter();

        Assert.Equal(0, KeysCommand.Run(["keys", "new", "ci"], output, TextWriter.Null));

        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var (key, settings) = (lines[1], JsonNode.Parse(lines[3])!["Authentication"]!["Keys"]!["ci"]!);
        Assert.Matches("^trk_[A-Za-z0-9_-]{43}$", key);
        Assert.Equal(SHA256.HashData(Encoding.UTF8.GetBytes(key)), Convert.FromHexString(settings["Sha256"]!.GetValue<string>()));
        Assert.Equal("*", settings["Tools"]![0]!.GetValue<string>());
    }

    [Theory]
    [InlineData("keys")]
    [InlineData("keys", "new")]
    [InlineData("keys", "delete", "ci")]
    public void Another_command_says_how_to_ask(params string[] arguments)
    {
        using var errors = new StringWriter();

        Assert.Equal(2, KeysCommand.Run(arguments, TextWriter.Null, errors));
        Assert.StartsWith("Usage: ", errors.ToString(), StringComparison.Ordinal);
    }

    private static async Task DoesNotStartAsync(string because, Dictionary<string, string> settings)
    {
        settings["ASPNETCORE_ENVIRONMENT"] = "Production";
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => ServiceProcess.StartAsync("ToolRuntime.Gateway", settings));
        Assert.Contains(because, failure.Message, StringComparison.Ordinal);
    }
}
