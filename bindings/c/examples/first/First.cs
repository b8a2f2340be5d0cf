using System;
using System.IO;
using System.Text;
using Hemvist;

internal static class First
{
    private static void Main()
    {
        string json = new StreamReader(Console.OpenStandardInput(), Encoding.UTF8).ReadToEnd();
        using (Policy policy = Policy.Default())
        using (Pool pool = Pool.FromJson(Encoding.UTF8.GetBytes(json)))
        using (Plan plan = pool.Match(policy))
            Console.WriteLine(Encoding.UTF8.GetString(plan.Document()));
    }
}
