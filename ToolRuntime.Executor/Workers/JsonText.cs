using System.Text.Json;

namespace ToolRuntime.Executor.Workers;

/// <summary>Checks JSON without making anything of it.</summary>
internal static class JsonText
{
    /// <exception cref="JsonException">This is not one JSON value.</exception>
    public static void Check(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 1000 });
        while (reader.Read())
        {
        }
    }
}
