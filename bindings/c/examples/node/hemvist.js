// A small Node face of Hemvist over the C library through koffi, to copy into a project and to extend: every function of
// hemvist.h is reached the same way. `HEMVIST_LIBRARY` names the shared library if the system does not find it.
//
// What matters: texts are UTF-8 bytes with a length; what the library gives is freed by the library's own function; the
// progress function is called on the thread that called the library, so it may be a plain JavaScript function.
'use strict';

const koffi = require('koffi');

const ABI = 1;
const library = koffi.load(process.env.HEMVIST_LIBRARY || 'libhemvist.so.1');

for (const handle of ['error', 'buffer', 'pool', 'policy', 'plan']) koffi.opaque(`hemvist_${handle}`);
koffi.proto('int32_t hemvist_progress_function(void *context, uint64_t work, int64_t value, int64_t bound)');
const RunOptions = koffi.struct('hemvist_run_options', {
  size: 'size_t',
  threads: 'uint32_t',
  reserved: 'uint32_t',
  work_limit: 'uint64_t',
  time_limit_ms: 'uint64_t',
  seed: 'const char *',
  seed_length: 'size_t',
  progress: 'hemvist_progress_function *',
  progress_context: 'void *',
  cancel: 'void *',
});

// Declarations as they stand in hemvist.h, with _Out_ where the library writes a pointer.
const c = Object.fromEntries(
  [
    'uint32_t hemvist_abi_version()',
    'const char *hemvist_code_slug(int32_t code)',
    'size_t hemvist_error_count(hemvist_error *error)',
    'int32_t hemvist_error_code_at(hemvist_error *error, size_t index)',
    'const char *hemvist_error_path_at(hemvist_error *error, size_t index)',
    'const char *hemvist_error_message(hemvist_error *error, int32_t lang)',
    'const char *hemvist_error_message_at(hemvist_error *error, size_t index, int32_t lang)',
    'void hemvist_error_free(hemvist_error *error)',
    'void *hemvist_buffer_data(hemvist_buffer *buffer)',
    'size_t hemvist_buffer_length(hemvist_buffer *buffer)',
    'void hemvist_buffer_free(hemvist_buffer *buffer)',
    `int32_t hemvist_pool_from_tables(const char **names, size_t *name_lengths, void **contents, size_t *content_lengths,
       size_t count, void *options, _Out_ hemvist_pool **pool_out, void *notes_out, _Out_ hemvist_error **error_out)`,
    'void hemvist_pool_free(hemvist_pool *pool)',
    'int32_t hemvist_policy_default(_Out_ hemvist_policy **policy_out, _Out_ hemvist_error **error_out)',
    'void hemvist_policy_free(hemvist_policy *policy)',
    `int32_t hemvist_rank_document(hemvist_pool *pool, hemvist_policy *policy, const char *child, size_t child_length,
       uint32_t most, int32_t ruled_out, _Out_ hemvist_buffer **document_out, _Out_ hemvist_error **error_out)`,
    `int32_t hemvist_explain(hemvist_pool *pool, hemvist_policy *policy, const char *child, size_t child_length,
       const char *family, size_t family_length, int32_t lang, _Out_ hemvist_buffer **document_out,
       _Out_ hemvist_error **error_out)`,
    `int32_t hemvist_match(hemvist_pool *pool, hemvist_policy *policy, hemvist_run_options *options,
       _Out_ hemvist_plan **plan_out, _Out_ hemvist_error **error_out)`,
    `int32_t hemvist_plan_document(hemvist_plan *plan, _Out_ hemvist_buffer **document_out,
       _Out_ hemvist_error **error_out)`,
    `int32_t hemvist_plan_audit(hemvist_plan *plan, uint32_t run, _Out_ hemvist_buffer **record_out,
       _Out_ hemvist_error **error_out)`,
    `int32_t hemvist_alternatives(hemvist_plan *plan, const char *child, size_t child_length, uint32_t most,
       hemvist_run_options *options, _Out_ hemvist_buffer **document_out, _Out_ hemvist_error **error_out)`,
    `int32_t hemvist_why_not(hemvist_plan *plan, const char *child, size_t child_length, const char *family,
       size_t family_length, hemvist_run_options *options, _Out_ hemvist_buffer **document_out,
       _Out_ hemvist_error **error_out)`,
    `int32_t hemvist_what_if(hemvist_plan *plan, void *changes, size_t changes_length, hemvist_policy *policy,
       hemvist_run_options *options, _Out_ hemvist_buffer **difference_out, _Out_ hemvist_plan **plan_out,
       _Out_ hemvist_error **error_out)`,
    'void hemvist_plan_free(hemvist_plan *plan)',
  ].map((declaration) => [declaration.match(/(hemvist_\w+)\(/)[1], library.func(declaration)]),
);

if (c.hemvist_abi_version() !== ABI) throw new Error(`a hemvist of ABI ${ABI} is needed`);

/** Why a call failed: every problem, with code and path. */
class HemvistError extends Error {
  constructor(code, error) {
    super(c.hemvist_error_message(error, 0));
    this.code = code;
    this.slug = c.hemvist_code_slug(code);
    this.problems = [];
    for (let at = 0; at < Number(c.hemvist_error_count(error)); ++at) {
      this.problems.push({
        code: c.hemvist_error_code_at(error, at),
        slug: c.hemvist_code_slug(c.hemvist_error_code_at(error, at)),
        path: c.hemvist_error_path_at(error, at),
        message: c.hemvist_error_message_at(error, at, 0),
      });
    }
    c.hemvist_error_free(error);
  }
}

/** Calls a function whose last two arguments are an output and the error, and gives the output. */
function call(name, ...given) {
  const out = [null];
  const error = [null];
  const code = c[name](...given, out, error);
  if (code !== 0) throw new HemvistError(code, error[0]);
  return out[0];
}

/** Calls a function that gives a document, and gives its bytes. */
function document(name, ...given) {
  return take(call(name, ...given));
}

/** The bytes of a buffer, which is freed. */
function take(buffer) {
  const length = Number(c.hemvist_buffer_length(buffer));
  const bytes = Buffer.from(koffi.decode(c.hemvist_buffer_data(buffer), 'uint8_t', length));
  c.hemvist_buffer_free(buffer);
  return bytes;
}

/** Children, families, and what is known of them. Free it. */
class Pool {
  /** Reads tables: a map of file names to the bytes of each file. */
  static fromTables(tables) {
    const names = [...tables.keys()];
    const contents = [...tables.values()];
    const pool = [null];
    const error = [null];
    const code = c.hemvist_pool_from_tables(
      names, names.map((name) => Buffer.byteLength(name)), contents, contents.map((bytes) => bytes.length), names.length,
      null, pool, null, error,
    );
    if (code !== 0) throw new HemvistError(code, error[0]);
    const made = new Pool();
    made.handle = pool[0];
    return made;
  }

  /** The families for one child, best first, as the bytes of a document hemvist.rank/1. */
  rank(policy, child, most) {
    return document('hemvist_rank_document', this.handle, policy.handle, child, Buffer.byteLength(child), most, 0);
  }

  /** Everything that rules and criteria say of one pair, as the bytes of a document hemvist.explanation/1. */
  explain(policy, child, family, lang = 0) {
    const ids = [child, Buffer.byteLength(child), family, Buffer.byteLength(family)];
    return document('hemvist_explain', this.handle, policy.handle, ...ids, lang);
  }

  /**
   * Matches the whole pool. `progress` is told the work done and says whether to go on; `seed` draws the lots, without one the
   * policy's; `timeLimitMs` 0: no limit.
   */
  match(policy, progress, { seed = null, timeLimitMs = 0 } = {}) {
    let thrown;
    const tell = (context, work) => {
      try {
        return progress(work) ? 0 : 1;
      } catch (error) {
        thrown = error;
        return 1;
      }
    };
    const options = { size: koffi.sizeof(RunOptions), threads: 0, reserved: 0, work_limit: 0, time_limit_ms: timeLimitMs,
      seed, seed_length: seed === null ? 0 : Buffer.byteLength(seed), progress: progress ? tell : null,
      progress_context: null, cancel: null };
    const plan = new Plan();
    plan.handle = call('hemvist_match', this.handle, policy.handle, options);
    if (thrown === undefined) return plan;
    plan.free();
    throw thrown;
  }

  free() {
    c.hemvist_pool_free(this.handle);
    this.handle = null;
  }
}

/** Which rules hold, what each criterion weighs: the default policy. Free it. */
class Policy {
  constructor() {
    this.handle = call('hemvist_policy_default');
  }

  free() {
    c.hemvist_policy_free(this.handle);
    this.handle = null;
  }
}

/** A proposal for a whole pool. Free it. */
class Plan {
  /** The bytes of the document hemvist.plan/1. */
  document() {
    return document('hemvist_plan_document', this.handle);
  }

  /** The bytes of the record of the run, a document hemvist.audit/1; `run` is your own count of runs, 0: not counted. */
  audit(run = 0) {
    return document('hemvist_plan_audit', this.handle, run);
  }

  /** The best other families for a child, and what the pool would lose: the bytes of a document hemvist.alternatives/1. */
  alternatives(child, most) {
    return document('hemvist_alternatives', this.handle, child, Buffer.byteLength(child), most, null);
  }

  /** Why a child does not go to a family, as the bytes of a document hemvist.why_not/1. */
  whyNot(child, family) {
    const ids = [child, Buffer.byteLength(child), family, Buffer.byteLength(family)];
    return document('hemvist_why_not', this.handle, ...ids, null);
  }

  /**
   * What the changes of a document hemvist.changes/1 (its bytes) would do: `difference`, the bytes of a document
   * hemvist.what_if/1, and `after`, the plan after, to be freed. This plan stays as it is.
   */
  whatIf(changes) {
    const [difference, plan, error] = [[null], [null], [null]];
    const code = c.hemvist_what_if(this.handle, changes, changes.length, null, null, difference, plan, error);
    if (code !== 0) throw new HemvistError(code, error[0]);
    const after = new Plan();
    after.handle = plan[0];
    return { difference: take(difference[0]), after };
  }

  free() {
    c.hemvist_plan_free(this.handle);
    this.handle = null;
  }
}

module.exports = { HemvistError, Plan, Policy, Pool };
