using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ToolRuntime.Bench.Traffic;
using ToolRuntime.Executor;
using ToolRuntime.Gateway;
using ToolRuntime.Gateway.Limits;

namespace ToolRuntime.Tests.Documentation;

/// <summary>The page of the settings against the code, both ways.</summary>
public sealed partial class ConfigurationPageTests
{
    private static readonly MarkdownPage Page = MarkdownPage.Read("docs/configuration.md");

    [Fact]
    public void Every_service_setting_is_on_the_page_with_its_default_and_no_other()
    {
        var code = new[] { typeof(GatewayOptions), typeof(ExecutorOptions) }.SelectMany(type => DocumentedSettings.Of(type.Assembly)).ToList();

        Assert.NotEmpty(code);
        AssertSame(code, Page.Rows("Gateway", "Who may call", "Limits of callers", "MCP", "Executor", "Workers", "Tools"));
    }

    [Fact]
    public void Every_setting_of_the_traffic_is_on_the_page_with_its_default_and_no_other() =>
        AssertSame(DocumentedSettings.Of(typeof(TrafficOptions).Assembly), Page.Rows("Traffic"));

    [Fact]
    public void Every_limit_of_connections_is_on_the_page_as_it_is_in_force_and_no_other()
    {
        using var app = GatewayUnderTest.Build();
        var limits = app.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits;

        AssertSame(DocumentedSettings.Of(ConnectionLimits.Section, limits), Page.Rows("Connections"));
    }

    [Fact]
    public void Every_setting_that_the_AppHost_reads_is_on_the_page_and_no_other()
    {
        var read = Directory.EnumerateFiles(RepositoryFile.Path("ToolRuntime.AppHost"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))
            .SelectMany(file => SettingsReadBy(File.ReadAllText(file)));

        Assert.Equal(
            read.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
            Page.Rows("AppHost").Select(row => row.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_variable_that_the_panels_read_is_on_the_page_and_no_other()
    {
        var source = File.ReadAllText(RepositoryFile.Path("ToolRuntime.Panels/src/server/settings.ts"));
        var read = PanelsVariable().Matches(source).Select(match => match.Groups[1].Value);

        Assert.Equal(
            read.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
            Page.Rows("Panels").Select(row => row.Name).Order(StringComparer.Ordinal));
    }

    private static void AssertSame(IEnumerable<(string Name, string Default)> code, IEnumerable<(string Name, string Default)> page)
    {
        static string[] Lines(IEnumerable<(string Name, string Default)> rows) =>
            [.. rows.Select(row => $"{row.Name} = {row.Default}").Order(StringComparer.Ordinal)];

        Assert.Equal(Lines(code), Lines(page));
    }

    private static IEnumerable<string> SettingsReadBy(string source)
    {
        var constants = Constant().Matches(source).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);
        string Text(string argument) => argument.StartsWith('"') ? argument.Trim('"') : constants.GetValueOrDefault(argument, argument);
        return Read().Matches(source).Select(match => Text(match.Groups[1].Value))
            .Concat(PortOf().Matches(source).Select(match => $"Ports:{Text(match.Groups[1].Value)}"))
            // Those are the orchestrator's, the dashboard's and the system's.
            .Where(name => name.Contains(':', StringComparison.Ordinal) ? !name.StartsWith("DcpPublisher:", StringComparison.Ordinal) && !name.Contains('{', StringComparison.Ordinal)
                : name != "PATH" && !name.StartsWith("ASP", StringComparison.Ordinal));
    }

    [GeneratedRegex("""const string (\w+) = "([^"]*)";""")]
    private static partial Regex Constant();

    [GeneratedRegex("""(?i:configuration)(?:\[|\.GetValue(?:<[^>]*>)?\()\$?("[^"]*"|\w+)""")]
    private static partial Regex Read();

    [GeneratedRegex("""\.GetPort\(("[^"]*"|\w+),""")]
    private static partial Regex PortOf();

    [GeneratedRegex("""environment(?:\[|, )"([A-Z_]+)""")]
    private static partial Regex PanelsVariable();
}
