import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Map;
import java.util.TreeMap;

/**
 * Ranks the families for one child, matches the whole pool, explains one pair, asks the plan (which other families, why
 * not this one, what changes would do), and keeps a record. From the CSV tables of a folder: {@code java Program FOLDER
 * CHILD FAMILY CHANGES SEED}, where CHANGES is a document hemvist.changes/1 and SEED draws the lots. Prints seven
 * documents, one to a line: the same bytes as the command hemvist.
 */
public final class Program {
    public static void main(String[] args) throws IOException {
        if (args.length != 5) {
            System.err.println("usage: java Program FOLDER CHILD FAMILY CHANGES SEED");
            System.exit(2);
        }
        Map<String, byte[]> tables = new TreeMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(Paths.get(args[0]), "*.csv")) {
            for (Path file : files) tables.put(file.getFileName().toString(), Files.readAllBytes(file));
        }
        long[] asked = {0};
        try (Hemvist.Policy policy = Hemvist.Policy.standard();
                Hemvist.Pool pool = Hemvist.Pool.fromTables(tables)) {
            print(pool.rank(policy, args[1], 10));
            try (Hemvist.Plan plan = pool.match(policy, args[4], 0, work -> ++asked[0] > 0)) {
                print(plan.document());
                print(pool.explain(policy, args[1], args[2], Hemvist.LANG_EN));
                print(plan.alternatives(args[1], 3));
                print(plan.whyNot(args[1], args[2]));
                try (Hemvist.WhatIf tried = plan.whatIf(Files.readAllBytes(Paths.get(args[3])))) {
                    print(tried.difference);
                }
                print(plan.audit(0));
            }
            // What goes wrong is an exception that says what and where.
            try {
                pool.explain(policy, "nobody", args[2], Hemvist.LANG_EN);
                System.exit(1);
            } catch (Hemvist.Refused refused) {
                boolean told = refused.slug.equals("option.unknown_child") && refused.problems.get(0).path.equals("child");
                if (!told) System.exit(1);
            }
        }
        if (asked[0] == 0) System.exit(1);
    }

    private static void print(byte[] document) {
        PrintStream out = System.out;
        out.write(document, 0, document.length);
        out.write('\n');
        out.flush();
    }
}
