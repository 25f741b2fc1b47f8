using ToolRuntime.Gateway.Authentication;
using ToolRuntime.Gateway.Hosting;
using ToolRuntime.ServiceDefaults;

if (args is [KeysCommand.Name, ..])
{
    return KeysCommand.Run(args, Console.Out, Console.Error);
}

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddGateway();

var app = builder.Build();
app.MapGateway();
await app.RunAsync();
return 0;
