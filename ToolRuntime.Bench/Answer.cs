namespace ToolRuntime.Bench;

internal static class Answer
{
    public static void Check(bool isRight, string answer)
    {
        if (!isRight)
        {
            throw new InvalidOperationException($"A wrong answer came: {answer[..Math.Min(answer.Length, 500)]}");
        }
    }
}
