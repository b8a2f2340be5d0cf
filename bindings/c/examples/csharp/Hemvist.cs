// A small C# face of Hemvist over the C library, to copy into a project and to extend: every function of hemvist.h is
// reached the same way. Works with .NET and with Mono; needs libhemvist (hemvist.dll) where the runtime finds it.
//
// What matters: texts are UTF-8 bytes with a length; what the library gives is freed by the library's own function, never
// by .NET; handles are SafeHandles, so that one that is still in use is not freed; a delegate is kept alive during the call.

using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Text;

namespace Hemvist
{
    /// <summary>One problem of an input or of a call.</summary>
    public sealed class Problem
    {
        public int Code;
        public string Slug;
        public string Path;
        public string Message;
    }

    /// <summary>Why a call failed: every problem, with code and path.</summary>
    public sealed class HemvistException : Exception
    {
        public int Code { get; }
        public string Slug { get; }
        public IReadOnlyList<Problem> Problems { get; }

        private HemvistException(int code, string message, List<Problem> problems) : base(message)
        {
            Code = code;
            Slug = Native.Text(Native.hemvist_code_slug(code));
            Problems = problems;
        }

        internal static HemvistException From(int code, IntPtr error)
        {
            var problems = new List<Problem>();
            try
            {
                ulong count = (ulong)Native.hemvist_error_count(error);
                for (ulong at = 0; at < count; ++at)
                {
                    int each = Native.hemvist_error_code_at(error, (UIntPtr)at);
                    problems.Add(new Problem
                    {
                        Code = each,
                        Slug = Native.Text(Native.hemvist_code_slug(each)),
                        Path = Native.Text(Native.hemvist_error_path_at(error, (UIntPtr)at)),
                        Message = Native.Text(Native.hemvist_error_message_at(error, (UIntPtr)at, Native.LangEn)),
                    });
                }
                return new HemvistException(code, Native.Text(Native.hemvist_error_message(error, Native.LangEn)), problems);
            }
            finally
            {
                Native.hemvist_error_free(error);
            }
        }
    }

    /// <summary>A handle of the library.</summary>
    public abstract class Handle : SafeHandle
    {
        protected Handle(IntPtr given) : base(IntPtr.Zero, true) { SetHandle(given); }
        public override bool IsInvalid { get { return handle == IntPtr.Zero; } }
    }

    /// <summary>Children, families, and what is known of them. Any number of threads may use one at once.</summary>
    public sealed class Pool : Handle
    {
        private Pool(IntPtr given) : base(given) { }
        protected override bool ReleaseHandle() { Native.hemvist_pool_free(handle); return true; }

        /// <summary>Reads a document hemvist.pool/1.</summary>
        public static Pool FromJson(byte[] json)
        {
            IntPtr pool = IntPtr.Zero, error = IntPtr.Zero;
            Native.Check(Native.hemvist_pool_from_json(json, (UIntPtr)json.Length, IntPtr.Zero, ref pool, ref error), error);
            return new Pool(pool);
        }

        /// <summary>Reads tables: file names, and the bytes of each file.</summary>
        public static Pool FromTables(IReadOnlyDictionary<string, byte[]> tables)
        {
            var pins = new List<GCHandle>();
            var names = new List<IntPtr>();
            var contents = new List<IntPtr>();
            var nameLengths = new List<UIntPtr>();
            var contentLengths = new List<UIntPtr>();
            Func<byte[], IntPtr> hold = bytes =>
            {
                var pin = GCHandle.Alloc(bytes, GCHandleType.Pinned);
                pins.Add(pin);
                return pin.AddrOfPinnedObject();
            };
            try
            {
                foreach (var table in tables)
                {
                    byte[] name = Encoding.UTF8.GetBytes(table.Key);
                    names.Add(hold(name));
                    nameLengths.Add((UIntPtr)name.Length);
                    contents.Add(hold(table.Value));
                    contentLengths.Add((UIntPtr)table.Value.Length);
                }
                IntPtr pool = IntPtr.Zero, error = IntPtr.Zero;
                Native.Check(Native.hemvist_pool_from_tables(names.ToArray(), nameLengths.ToArray(), contents.ToArray(),
                    contentLengths.ToArray(), (UIntPtr)names.Count, IntPtr.Zero, ref pool, IntPtr.Zero, ref error), error);
                return new Pool(pool);
            }
            finally
            {
                foreach (var pin in pins) pin.Free();
            }
        }

        /// <summary>The families for one child, best first, as a document hemvist.rank/1.</summary>
        public byte[] Rank(Policy policy, string child, uint most, bool ruledOut = false)
        {
            byte[] id = Encoding.UTF8.GetBytes(child);
            IntPtr document = IntPtr.Zero, error = IntPtr.Zero;
            Native.Check(Native.hemvist_rank_document(this, policy, id, (UIntPtr)id.Length, most, ruledOut ? 1 : 0,
                ref document, ref error), error);
            return Native.Take(document);
        }

        /// <summary>Everything that rules and criteria say of one pair, as a document hemvist.explanation/1.</summary>
        public byte[] Explain(Policy policy, string child, string family, int lang = Native.LangEn)
        {
            byte[] c = Encoding.UTF8.GetBytes(child), f = Encoding.UTF8.GetBytes(family);
            IntPtr document = IntPtr.Zero, error = IntPtr.Zero;
            Native.Check(Native.hemvist_explain(this, policy, c, (UIntPtr)c.Length, f, (UIntPtr)f.Length, lang, ref document,
                ref error), error);
            return Native.Take(document);
        }

        /// <summary>Matches the whole pool. <paramref name="progress"/> is told the work done and says whether to go on;
        /// <paramref name="seed"/> draws the lots, null: the policy's; <paramref name="timeLimitMs"/> 0: no limit.</summary>
        public Plan Match(Policy policy, Func<ulong, bool> progress = null, string seed = null, ulong timeLimitMs = 0)
        {
            // What the function throws comes out of here; nothing may be thrown into the library.
            Exception thrown = null;
            Native.Progress tell = (context, work, value, bound) =>
            {
                try { return progress(work) ? 0 : 1; }
                catch (Exception exception) { thrown = exception; return 1; }
            };
            var options = new Native.RunOptions { Size = (UIntPtr)Marshal.SizeOf(typeof(Native.RunOptions)) };
            if (progress != null) options.Tell = tell;
            options.TimeLimitMs = timeLimitMs;
            // With a NUL that does not count, so that an empty text has an address too.
            byte[] text = seed == null ? null : Encoding.UTF8.GetBytes(seed + "\0");
            GCHandle pin = GCHandle.Alloc(text, GCHandleType.Pinned);
            IntPtr plan = IntPtr.Zero, error = IntPtr.Zero;
            int code;
            try
            {
                if (text != null)
                {
                    options.Seed = pin.AddrOfPinnedObject();
                    options.SeedLength = (UIntPtr)(text.Length - 1);
                }
                code = Native.hemvist_match(this, policy, ref options, ref plan, ref error);
            }
            finally
            {
                pin.Free();
            }
            GC.KeepAlive(tell);
            Native.Check(code, error);
            var made = new Plan(plan);
            if (thrown == null) return made;
            made.Dispose();
            throw thrown;
        }
    }

    /// <summary>Which rules hold, what each criterion weighs. Any number of threads may use one at once.</summary>
    public sealed class Policy : Handle
    {
        private Policy(IntPtr given) : base(given) { }
        protected override bool ReleaseHandle() { Native.hemvist_policy_free(handle); return true; }

        public static Policy Default()
        {
            IntPtr policy = IntPtr.Zero, error = IntPtr.Zero;
            Native.Check(Native.hemvist_policy_default(ref policy, ref error), error);
            return new Policy(policy);
        }
    }

    /// <summary>A proposal for a whole pool. One thread may use it at a time.</summary>
    public sealed class Plan : Handle
    {
        internal Plan(IntPtr given) : base(given) { }
        protected override bool ReleaseHandle() { Native.hemvist_plan_free(handle); return true; }

        /// <summary>The plan as a document hemvist.plan/1.</summary>
        public byte[] Document()
        {
            IntPtr document = IntPtr.Zero, error = IntPtr.Zero;
            Native.Check(Native.hemvist_plan_document(this, ref document, ref error), error);
            return Native.Take(document);
        }

        /// <summary>The record of the run, a document hemvist.audit/1; <paramref name="run"/> is your own count of runs on the
        /// pool, 0: not counted.</summary>
        public byte[] Audit(uint run = 0)
        {
            IntPtr record = IntPtr.Zero, error = IntPtr.Zero;
            Native.Check(Native.hemvist_plan_audit(this, run, ref record, ref error), error);
            return Native.Take(record);
        }

        /// <summary>The best other families for a child, and what the pool would lose: a document hemvist.alternatives/1.</summary>
        public byte[] Alternatives(string child, uint most)
        {
            byte[] id = Encoding.UTF8.GetBytes(child);
            IntPtr document = IntPtr.Zero, error = IntPtr.Zero;
            Native.Check(Native.hemvist_alternatives(this, id, (UIntPtr)id.Length, most, IntPtr.Zero, ref document, ref error),
                error);
            return Native.Take(document);
        }

        /// <summary>Why a child does not go to a family, as a document hemvist.why_not/1.</summary>
        public byte[] WhyNot(string child, string family)
        {
            byte[] c = Encoding.UTF8.GetBytes(child), f = Encoding.UTF8.GetBytes(family);
            IntPtr document = IntPtr.Zero, error = IntPtr.Zero;
            Native.Check(Native.hemvist_why_not(this, c, (UIntPtr)c.Length, f, (UIntPtr)f.Length, IntPtr.Zero, ref document,
                ref error), error);
            return Native.Take(document);
        }

        /// <summary>What the changes of a document hemvist.changes/1 would do. Gives the plan after, and in
        /// <paramref name="difference"/> a document hemvist.what_if/1; this plan stays as it is.</summary>
        public Plan WhatIf(byte[] changes, out byte[] difference)
        {
            IntPtr document = IntPtr.Zero, after = IntPtr.Zero, error = IntPtr.Zero;
            Native.Check(Native.hemvist_what_if(this, changes, (UIntPtr)changes.Length, IntPtr.Zero, IntPtr.Zero, ref document,
                ref after, ref error), error);
            difference = Native.Take(document);
            return new Plan(after);
        }
    }

    /// <summary>The functions of hemvist.h.</summary>
    internal static class Native
    {
        internal const int LangEn = 0, LangSv = 1, Abi = 1;
        private const string Library = "hemvist";

        static Native()
        {
            if (hemvist_abi_version() != Abi) throw new DllNotFoundException("a hemvist of ABI " + Abi + " is needed");
        }

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int Progress(IntPtr context, ulong work, long value, long bound);

        [StructLayout(LayoutKind.Sequential)]
        internal struct RunOptions
        {
            internal UIntPtr Size;
            internal uint Threads, Reserved;
            internal ulong WorkLimit, TimeLimitMs;
            internal IntPtr Seed;
            internal UIntPtr SeedLength;
            internal Progress Tell;
            internal IntPtr Context, Cancel;
        }

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern uint hemvist_abi_version();
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern IntPtr hemvist_code_slug(int code);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern UIntPtr hemvist_error_count(IntPtr error);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int hemvist_error_code_at(IntPtr error, UIntPtr index);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern IntPtr hemvist_error_path_at(IntPtr error, UIntPtr index);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern IntPtr hemvist_error_message_at(IntPtr error, UIntPtr index, int lang);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern IntPtr hemvist_error_message(IntPtr error, int lang);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern void hemvist_error_free(IntPtr error);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        private static extern IntPtr hemvist_buffer_data(IntPtr buffer);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        private static extern UIntPtr hemvist_buffer_length(IntPtr buffer);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        private static extern void hemvist_buffer_free(IntPtr buffer);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int hemvist_pool_from_json(byte[] json, UIntPtr length, IntPtr options, ref IntPtr pool,
            ref IntPtr error);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int hemvist_pool_from_tables(IntPtr[] names, UIntPtr[] nameLengths, IntPtr[] contents,
            UIntPtr[] contentLengths, UIntPtr count, IntPtr options, ref IntPtr pool, IntPtr notes, ref IntPtr error);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern void hemvist_pool_free(IntPtr pool);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int hemvist_policy_default(ref IntPtr policy, ref IntPtr error);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern void hemvist_policy_free(IntPtr policy);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int hemvist_rank_document(Pool pool, Policy policy, byte[] child, UIntPtr childLength, uint most,
            int ruledOut, ref IntPtr document, ref IntPtr error);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int hemvist_explain(Pool pool, Policy policy, byte[] child, UIntPtr childLength, byte[] family,
            UIntPtr familyLength, int lang, ref IntPtr document, ref IntPtr error);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int hemvist_match(Pool pool, Policy policy, ref RunOptions options, ref IntPtr plan,
            ref IntPtr error);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int hemvist_plan_document(Plan plan, ref IntPtr document, ref IntPtr error);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int hemvist_plan_audit(Plan plan, uint run, ref IntPtr record, ref IntPtr error);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int hemvist_alternatives(Plan plan, byte[] child, UIntPtr childLength, uint most, IntPtr options,
            ref IntPtr document, ref IntPtr error);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int hemvist_why_not(Plan plan, byte[] child, UIntPtr childLength, byte[] family,
            UIntPtr familyLength, IntPtr options, ref IntPtr document, ref IntPtr error);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int hemvist_what_if(Plan plan, byte[] changes, UIntPtr changesLength, IntPtr policy,
            IntPtr options, ref IntPtr difference, ref IntPtr after, ref IntPtr error);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern void hemvist_plan_free(IntPtr plan);

        /// <summary>Throws what a call that failed says.</summary>
        internal static void Check(int code, IntPtr error)
        {
            if (code != 0) throw HemvistException.From(code, error);
        }

        /// <summary>The bytes of a buffer, which is freed.</summary>
        internal static byte[] Take(IntPtr buffer)
        {
            var bytes = new byte[(ulong)hemvist_buffer_length(buffer)];
            Marshal.Copy(hemvist_buffer_data(buffer), bytes, 0, bytes.Length);
            hemvist_buffer_free(buffer);
            return bytes;
        }

        /// <summary>A NUL-terminated text that the library keeps.</summary>
        internal static string Text(IntPtr text)
        {
            if (text == IntPtr.Zero) return "";
            int length = 0;
            while (Marshal.ReadByte(text, length) != 0) ++length;
            var bytes = new byte[length];
            Marshal.Copy(text, bytes, 0, length);
            return Encoding.UTF8.GetString(bytes);
        }
    }
}
