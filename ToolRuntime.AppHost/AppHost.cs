Console.WriteLine("The AppHost comes with the shim.");
