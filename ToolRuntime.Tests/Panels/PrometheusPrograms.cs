namespace ToolRuntime.Tests.Panels;

/// <summary>Prometheus' programs: on PATH, or where the AppHost unpacks Debian's package.</summary>
internal static class PrometheusPrograms
{
    public const string HowToInstall =
        "There is no prometheus with promtool on PATH or under .tools: start the AppHost once, or install Debian's package prometheus.";

    public static string? Prometheus { get; } = Find("prometheus");

    public static string? Promtool { get; } = Find("promtool");

    public static bool AreInstalled => Prometheus is not null && Promtool is not null;

    private static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Append(Path.Combine(PanelsProcess.Repository, ".tools", "prometheus", "usr", "bin"))
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);
}
