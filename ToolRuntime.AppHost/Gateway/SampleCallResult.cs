using System.Text.Json;

namespace ToolRuntime.AppHost.Gateway;

/// <summary>Says what became of the sample call, in the words that the dashboard shows.</summary>
internal static class SampleCallResult
{
    public static async Task<ExecuteCommandResult> ReadAsync(HttpCommandResultContext context)
    {
        var body = await context.Response.Content.ReadAsStringAsync(context.CancellationToken);
        if (!context.Response.IsSuccessStatusCode)
        {
            return Failure($"The Gateway answered {(int)context.Response.StatusCode}: {body}");
        }

        try
        {
            using var answer = JsonDocument.Parse(body);
            var outcome = answer.RootElement.GetProperty("outcome").GetString();
            return outcome == "success"
                ? new ExecuteCommandResult { Success = true, Message = $"success: {answer.RootElement.GetProperty("result").GetRawText()}" }
                : Failure($"{outcome}: {answer.RootElement.GetProperty("error").GetRawText()}");
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return Failure($"The Gateway's answer is not what it promises: {body}");
        }
    }

    private static ExecuteCommandResult Failure(string message) => new() { Success = false, Message = message };
}
