import com.sun.jna.Callback;
import com.sun.jna.IntegerType;
import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.jna.ptr.PointerByReference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;

/**
 * A small Java face of Hemvist over the C library through JNA, to copy into a project and to extend: every function of
 * hemvist.h is reached the same way. Java 8 or newer; needs libhemvist where jna.library.path points.
 *
 * <p>What matters: texts are UTF-8 bytes with a length; what the library gives is freed by the library's own function;
 * handles are closed with try-with-resources; what a callback throws is kept and thrown again outside the library.
 */
public final class Hemvist {
    private static final int ABI = 1;
    public static final int LANG_EN = 0;
    public static final int LANG_SV = 1;
    private static final C c = Native.load("hemvist", C.class);

    static {
        if (c.hemvist_abi_version() != ABI) throw new UnsatisfiedLinkError("a hemvist of ABI " + ABI + " is needed");
    }

    private Hemvist() {}

    /** size_t. */
    public static final class Size extends IntegerType {
        private static final long serialVersionUID = 1;

        public Size() {
            this(0);
        }

        public Size(long value) {
            super(Native.SIZE_T_SIZE, value, true);
        }
    }

    /** Told how far the work is; anything but 0 stops it. */
    public interface Progress extends Callback {
        int tell(Pointer context, long work, long value, long bound);
    }

    /** hemvist_run_options. */
    @Structure.FieldOrder({
        "size", "threads", "reserved", "workLimit", "timeLimitMs", "seed", "seedLength", "progress", "context", "cancel"
    })
    public static final class RunOptions extends Structure {
        public Size size;
        public int threads;
        public int reserved;
        public long workLimit;
        public long timeLimitMs;
        public Pointer seed;
        public Size seedLength = new Size();
        public Progress progress;
        public Pointer context;
        public Pointer cancel;

        public RunOptions() {
            size = new Size(size());
        }
    }

    /** The functions of hemvist.h. */
    private interface C extends Library {
        int hemvist_abi_version();

        String hemvist_code_slug(int code);

        Size hemvist_error_count(Pointer error);

        int hemvist_error_code_at(Pointer error, Size index);

        Pointer hemvist_error_path_at(Pointer error, Size index);

        Pointer hemvist_error_message(Pointer error, int lang);

        Pointer hemvist_error_message_at(Pointer error, Size index, int lang);

        void hemvist_error_free(Pointer error);

        Pointer hemvist_buffer_data(Pointer buffer);

        Size hemvist_buffer_length(Pointer buffer);

        void hemvist_buffer_free(Pointer buffer);

        int hemvist_pool_from_json(byte[] json, Size length, Pointer options, PointerByReference pool, PointerByReference error);

        int hemvist_pool_from_tables(
                Pointer[] names, Size[] nameLengths, Pointer[] contents, Size[] contentLengths, Size count, Pointer options,
                PointerByReference pool, PointerByReference notes, PointerByReference error);

        void hemvist_pool_free(Pointer pool);

        int hemvist_policy_default(PointerByReference policy, PointerByReference error);

        void hemvist_policy_free(Pointer policy);

        int hemvist_rank_document(
                Pointer pool, Pointer policy, byte[] child, Size childLength, int most, int ruledOut,
                PointerByReference document, PointerByReference error);

        int hemvist_explain(
                Pointer pool, Pointer policy, byte[] child, Size childLength, byte[] family, Size familyLength, int lang,
                PointerByReference document, PointerByReference error);

        int hemvist_match(
                Pointer pool, Pointer policy, RunOptions options, PointerByReference plan, PointerByReference error);

        int hemvist_plan_document(Pointer plan, PointerByReference document, PointerByReference error);

        int hemvist_plan_audit(Pointer plan, int run, PointerByReference record, PointerByReference error);

        int hemvist_alternatives(
                Pointer plan, byte[] child, Size childLength, int most, RunOptions options, PointerByReference document,
                PointerByReference error);

        int hemvist_why_not(
                Pointer plan, byte[] child, Size childLength, byte[] family, Size familyLength, RunOptions options,
                PointerByReference document, PointerByReference error);

        int hemvist_what_if(
                Pointer plan, byte[] changes, Size changesLength, Pointer policy, RunOptions options,
                PointerByReference difference, PointerByReference after, PointerByReference error);

        void hemvist_plan_free(Pointer plan);
    }

    /** One problem of an input or of a call. */
    public static final class Problem {
        public final int code;
        public final String slug;
        public final String path;
        public final String message;

        private Problem(Pointer error, Size at) {
            code = c.hemvist_error_code_at(error, at);
            slug = c.hemvist_code_slug(code);
            path = text(c.hemvist_error_path_at(error, at));
            message = text(c.hemvist_error_message_at(error, at, LANG_EN));
        }
    }

    /** Why a call failed: every problem, with code and path. */
    public static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;

        public final int code;
        public final String slug;
        public final transient List<Problem> problems = new ArrayList<>();

        private Refused(int code, Pointer error) {
            super(text(c.hemvist_error_message(error, LANG_EN)));
            this.code = code;
            this.slug = c.hemvist_code_slug(code);
            long count = c.hemvist_error_count(error).longValue();
            for (long at = 0; at < count; ++at) problems.add(new Problem(error, new Size(at)));
            c.hemvist_error_free(error);
        }
    }

    /** A handle of the library; close it. */
    private abstract static class Handle implements AutoCloseable {
        private Pointer handle;

        private Handle(PointerByReference given) {
            handle = given.getValue();
        }

        /** The handle; the library answers NULL with an exception. */
        final Pointer get() {
            return handle;
        }

        abstract void free(Pointer handle);

        @Override
        public final void close() {
            free(handle);
            handle = null;
        }
    }

    /** Which rules hold, what each criterion weighs. Any number of threads may use one at once. */
    public static final class Policy extends Handle {
        private Policy(PointerByReference given) {
            super(given);
        }

        public static Policy standard() {
            PointerByReference policy = new PointerByReference(), error = new PointerByReference();
            check(c.hemvist_policy_default(policy, error), error);
            return new Policy(policy);
        }

        @Override
        void free(Pointer handle) {
            c.hemvist_policy_free(handle);
        }
    }

    /** Children, families, and what is known of them. Any number of threads may use one at once. */
    public static final class Pool extends Handle {
        private Pool(PointerByReference given) {
            super(given);
        }

        /** Reads a document hemvist.pool/1. */
        public static Pool fromJson(byte[] json) {
            PointerByReference pool = new PointerByReference(), error = new PointerByReference();
            check(c.hemvist_pool_from_json(json, new Size(json.length), null, pool, error), error);
            return new Pool(pool);
        }

        /** Reads tables: file names, and the bytes of each file. */
        public static Pool fromTables(Map<String, byte[]> tables) {
            int count = tables.size(), at = 0;
            Pointer[] names = new Pointer[count], contents = new Pointer[count];
            Size[] nameLengths = new Size[count], contentLengths = new Size[count];
            for (Map.Entry<String, byte[]> table : tables.entrySet()) {
                byte[] name = utf8(table.getKey());
                names[at] = memory(name);
                nameLengths[at] = new Size(name.length);
                contents[at] = memory(table.getValue());
                contentLengths[at] = new Size(table.getValue().length);
                ++at;
            }
            PointerByReference pool = new PointerByReference(), error = new PointerByReference();
            check(
                    c.hemvist_pool_from_tables(
                            names, nameLengths, contents, contentLengths, new Size(count), null, pool, null, error),
                    error);
            return new Pool(pool);
        }

        /** The families for one child, best first, as a document hemvist.rank/1. */
        public byte[] rank(Policy policy, String child, int most) {
            byte[] id = utf8(child);
            PointerByReference document = new PointerByReference(), error = new PointerByReference();
            check(c.hemvist_rank_document(get(), policy.get(), id, new Size(id.length), most, 0, document, error), error);
            return take(document);
        }

        /** Everything that rules and criteria say of one pair, as a document hemvist.explanation/1. */
        public byte[] explain(Policy policy, String child, String family, int lang) {
            byte[] one = utf8(child), other = utf8(family);
            PointerByReference document = new PointerByReference(), error = new PointerByReference();
            int code = c.hemvist_explain(
                    get(), policy.get(), one, new Size(one.length), other, new Size(other.length), lang, document, error);
            check(code, error);
            return take(document);
        }

        /** Matches the whole pool; progress is told the work done and says whether to go on, and may be null. */
        public Plan match(Policy policy, LongPredicate progress) {
            return match(policy, null, 0, progress);
        }

        /** The same with a seed that draws the lots, null: the policy's; and a limit in milliseconds, 0: none. */
        public Plan match(Policy policy, String seed, long timeLimitMs, LongPredicate progress) {
            RunOptions options = new RunOptions();
            options.timeLimitMs = timeLimitMs;
            if (seed != null) {
                options.seed = memory(utf8(seed));
                options.seedLength = new Size(utf8(seed).length);
            }
            RuntimeException[] thrown = new RuntimeException[1];
            if (progress != null) {
                options.progress = (context, work, value, bound) -> {
                    try {
                        return progress.test(work) ? 0 : 1;
                    } catch (RuntimeException exception) {
                        thrown[0] = exception;
                        return 1;
                    }
                };
            }
            PointerByReference plan = new PointerByReference(), error = new PointerByReference();
            check(c.hemvist_match(get(), policy.get(), options, plan, error), error);
            Plan made = new Plan(plan);
            if (thrown[0] == null) return made;
            made.close();
            throw thrown[0];
        }

        @Override
        void free(Pointer handle) {
            c.hemvist_pool_free(handle);
        }
    }

    /** A proposal for a whole pool. One thread may use it at a time. */
    public static final class Plan extends Handle {
        private Plan(PointerByReference given) {
            super(given);
        }

        /** The plan as a document hemvist.plan/1. */
        public byte[] document() {
            PointerByReference document = new PointerByReference(), error = new PointerByReference();
            check(c.hemvist_plan_document(get(), document, error), error);
            return take(document);
        }

        /** The record of the run, a document hemvist.audit/1; run is your own count of runs on the pool, 0: not counted. */
        public byte[] audit(int run) {
            PointerByReference record = new PointerByReference(), error = new PointerByReference();
            check(c.hemvist_plan_audit(get(), run, record, error), error);
            return take(record);
        }

        /** The best other families for a child, and what the pool would lose: a document hemvist.alternatives/1. */
        public byte[] alternatives(String child, int most) {
            byte[] id = utf8(child);
            PointerByReference document = new PointerByReference(), error = new PointerByReference();
            check(c.hemvist_alternatives(get(), id, new Size(id.length), most, null, document, error), error);
            return take(document);
        }

        /** Why a child does not go to a family, as a document hemvist.why_not/1. */
        public byte[] whyNot(String child, String family) {
            byte[] one = utf8(child), other = utf8(family);
            PointerByReference document = new PointerByReference(), error = new PointerByReference();
            int code = c.hemvist_why_not(
                    get(), one, new Size(one.length), other, new Size(other.length), null, document, error);
            check(code, error);
            return take(document);
        }

        /** What the changes of a document hemvist.changes/1 would do; this plan stays as it is. */
        public WhatIf whatIf(byte[] changes) {
            PointerByReference difference = new PointerByReference(), after = new PointerByReference();
            PointerByReference error = new PointerByReference();
            int code = c.hemvist_what_if(get(), changes, new Size(changes.length), null, null, difference, after, error);
            check(code, error);
            return new WhatIf(take(difference), new Plan(after));
        }

        @Override
        void free(Pointer handle) {
            c.hemvist_plan_free(handle);
        }
    }

    /** What changes would do; close it. */
    public static final class WhatIf implements AutoCloseable {
        /** The difference, a document hemvist.what_if/1. */
        public final byte[] difference;
        /** The plan after, to be read and asked in its turn. */
        public final Plan after;

        private WhatIf(byte[] difference, Plan after) {
            this.difference = difference;
            this.after = after;
        }

        @Override
        public void close() {
            after.close();
        }
    }

    private static void check(int code, PointerByReference error) {
        if (code != 0) throw new Refused(code, error.getValue());
    }

    /** The bytes of a buffer, which is freed. */
    private static byte[] take(PointerByReference given) {
        Pointer buffer = given.getValue();
        byte[] bytes = c.hemvist_buffer_data(buffer).getByteArray(0, c.hemvist_buffer_length(buffer).intValue());
        c.hemvist_buffer_free(buffer);
        return bytes;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(Pointer text) {
        return text.getString(0, "UTF-8");
    }

    /** Bytes outside the Java heap, kept as long as the object. */
    private static Memory memory(byte[] bytes) {
        Memory memory = new Memory(Math.max(bytes.length, 1));
        memory.write(0, bytes, 0, bytes.length);
        return memory;
    }
}
