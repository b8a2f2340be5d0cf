// Ranks the families for one child, matches the whole pool, explains one pair, asks the plan (which other families, why
// not this one, what changes would do), and keeps a record. From the CSV tables of a folder: `program.exe FOLDER CHILD
// FAMILY CHANGES SEED`, where CHANGES is a document hemvist.changes/1 and SEED draws the lots. Prints seven documents,
// one to a line: the same bytes as the command hemvist.

using System;
using System.Collections.Generic;
using System.IO;
using Hemvist;

internal static class Program
{
    private static int Main(string[] args)
    {
        if (args.Length != 5)
        {
            Console.Error.WriteLine("usage: program.exe FOLDER CHILD FAMILY CHANGES SEED");
            return 2;
        }
        var tables = new Dictionary<string, byte[]>();
        foreach (string path in Directory.GetFiles(args[0], "*.csv")) tables[Path.GetFileName(path)] = File.ReadAllBytes(path);
        int asked = 0;
        using (Policy policy = Policy.Default())
        using (Pool pool = Pool.FromTables(tables))
        {
            Print(pool.Rank(policy, args[1], 10));
            using (Plan plan = pool.Match(policy, work => ++asked > 0, seed: args[4]))
            {
                Print(plan.Document());
                Print(pool.Explain(policy, args[1], args[2]));
                Print(plan.Alternatives(args[1], 3));
                Print(plan.WhyNot(args[1], args[2]));
                byte[] difference;
                using (Plan after = plan.WhatIf(File.ReadAllBytes(args[3]), out difference)) Print(difference);
                Print(plan.Audit());
            }
            // What goes wrong is an exception that says what and where.
            try
            {
                pool.Explain(policy, "nobody", args[2]);
                return 1;
            }
            catch (HemvistException refused)
            {
                if (refused.Slug != "option.unknown_child" || refused.Problems[0].Path != "child") return 1;
            }
        }
        return asked > 0 ? 0 : 1;
    }

    private static void Print(byte[] document)
    {
        using (Stream output = Console.OpenStandardOutput())
        {
            output.Write(document, 0, document.Length);
            output.WriteByte((byte)'\n');
        }
    }
}
