using System.Diagnostics;
using ToolRuntime.Tests.AspireShim;

namespace ToolRuntime.Tests.AppHost.Prometheus;

/// <summary>What promtool says about the configuration that the AppHost writes, and about the rules.</summary>
[Collection<Observed>]
public sealed class RuleFilesTests(ObservedApp app)
{
    private static readonly string Folder = Path.Combine(TestServer.Repository, "observability", "prometheus");

    [Fact]
    public Task The_written_configuration_is_valid_with_the_rules_that_it_names() =>
        PromtoolAsync("check", "config", app.ConfigurationFile);

    [Fact]
    public Task The_rules_are_valid_and_named_once() =>
        PromtoolAsync(["check", "rules", "--lint=all", "--lint-fatal", .. Directory.GetFiles(Path.Combine(Folder, "rules"))]);

    [Fact]
    public Task The_rules_do_what_their_tests_say() =>
        PromtoolAsync(["test", "rules", .. Directory.GetFiles(Path.Combine(Folder, "tests"))]);

    [Fact]
    public async Task Each_rule_is_loaded_and_evaluates()
    {
        var groups = (await app.Prometheus.GetJsonAsync("/api/v1/rules"))["groups"]!.AsArray();
        var rules = groups.SelectMany(group => group!["rules"]!.AsArray()).ToList();

        Assert.All(rules, rule => Assert.False(
            rule!["health"]!.GetValue<string>() == "err", $"{rule["name"]}: {rule["lastError"]}"));
        Assert.All(rules, rule => Assert.DoesNotContain("le=", rule!["query"]!.GetValue<string>(), StringComparison.Ordinal));
        Assert.Contains(rules, rule => rule!["type"]!.GetValue<string>() == "recording");
        Assert.Contains(rules, rule => rule!["type"]!.GetValue<string>() == "alerting");
    }

    [Fact]
    public async Task Each_alert_says_what_to_do_and_where_to_read_on()
    {
        var headings = (await File.ReadAllLinesAsync(
                Path.Combine(TestServer.Repository, "docs", "observability.md"), TestContext.Current.CancellationToken))
            .Where(line => line.StartsWith('#')).Select(line => line.TrimStart('#', ' ').ToLowerInvariant()).ToHashSet(StringComparer.Ordinal);

        var groups = (await app.Prometheus.GetJsonAsync("/api/v1/rules?type=alert"))["groups"]!.AsArray();
        foreach (var alert in groups.SelectMany(group => group!["rules"]!.AsArray()))
        {
            var annotations = alert!["annotations"]!;
            Assert.NotEmpty(annotations["summary"]!.GetValue<string>());
            Assert.NotEmpty(annotations["description"]!.GetValue<string>());
            var name = alert["name"]!.GetValue<string>().ToLowerInvariant();
            Assert.Equal($"docs/observability.md#{name}", annotations["runbook_url"]!.GetValue<string>());
            Assert.Contains(name, headings);
            Assert.Contains(alert["labels"]!["severity"]!.GetValue<string>(), (string[])["page", "ticket"]);
        }
    }

    private async Task PromtoolAsync(params string[] args)
    {
        using var promtool = Process.Start(new ProcessStartInfo(app.Promtool, args)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = promtool.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = promtool.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await promtool.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(promtool.ExitCode == 0, $"{await output}\n{await errors}");
    }
}
