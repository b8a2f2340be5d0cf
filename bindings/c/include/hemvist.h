/*
 * hemvist.h: the C library of Hemvist, a matching engine for foster care. It proposes; people decide.
 *
 * This file is made from the library's source by `cargo xtask codegen`; do not edit it. C++ programs may prefer
 * hemvist.hpp, which wraps it. How to link, and programs to start from, are in bindings/c/README.md.
 *
 * WHAT ALL FUNCTIONS SHARE
 *
 * Success and failure. A function that can fail returns 0 (HEMVIST_OK) or a code: the number of the first problem. Its
 * last argument, `error_out`, may be NULL; otherwise, on failure, an error object is written there that names every
 * problem with its code, its path and a message. On success `*error_out` is left as it was, so set it to NULL before and
 * look at the returned code. Codes are stable: none is ever changed or reused, new ones may come.
 *
 * Outputs. Every argument whose name ends in `_out` is written only on success; on failure it is left as it was. Two
 * outputs of one call must not overlap, nor an output and an input.
 *
 * Ownership, in three words. A function BORROWS what it is handed: it reads it until it returns and keeps nothing. It
 * GIVES what it writes to `..._out` as a pointer to a handle: it is yours, and you free it with the function named after
 * its type (`hemvist_pool_free` for a hemvist_pool), once. It LENDS a `const` pointer: it belongs to the handle it came
 * from and lives as long. Nothing is ever taken from you, and nothing that the library gives may be freed in another way.
 * A handle keeps what it needs of those it was made from, so handles may be freed in any order. Freeing NULL does nothing.
 *
 * Arguments. Every pointer is checked: NULL where something is needed is HEMVIST_ARGUMENT_NULL, a pointer that is not
 * aligned is HEMVIST_ARGUMENT_ALIGNMENT, a handle of another type is HEMVIST_HANDLE_WRONG. An array of length 0 may be
 * NULL. What no library can check is yours to see to: that arrays are as long as you say, and that handles are not used
 * after they were freed.
 *
 * Texts are UTF-8, a pointer and a length in bytes; no NUL at the end is needed. Texts that the library lends as
 * `const char *` alone are NUL-terminated. Documents are JSON in canonical form (RFC 8785): the same answer is the same
 * bytes, whatever the number of threads or the order of the input.
 *
 * Structs of options start with their size: `hemvist_run_options options = {.size = sizeof options};` sets everything else to 0,
 * which is the default. So a program need not be compiled anew for a library whose structs have grown. NULL stands for
 * all defaults.
 *
 * Threads. No function needs to be called first, or last. What is said to be thread-safe may be called at any time from
 * any thread. Pools, policies, candidates, solutions, buffers and errors may be read by any number of threads at once. A
 * plan may move between threads, and one thread may use it at a time. A handle must not be freed while a call uses it, be it
 * in another thread or in a function of yours that the call asks. Work on several threads uses threads of its own, which
 * end with the call; a process may fork when no call is under way.
 *
 * Faults. Should the library itself be wrong, the call returns HEMVIST_FAULT_PANIC or HEMVIST_FAULT_UNPROVEN with what is
 * known of it, and the handles that took part answer HEMVIST_HANDLE_POISONED from then on; free them as usual. Nothing of
 * the library jumps, throws or unwinds into your program, and your functions must not do so into the library. Only when
 * the system has no memory left is the process ended.
 *
 * Units. A fit is 0 to 1000 points, and -1 means that a rule rules the pair out. Days, kilometres and levels are those of
 * the documents. Children and families are spoken of by their ids in documents and texts, and by their numbers in arrays:
 * from 0, in the order of their ids as bytes.
 */

#ifndef HEMVIST_H
#define HEMVIST_H

#include <stddef.h>
#include <stdint.h>

/**
 * The number of this binary interface; `hemvist_abi_version` gives the library's own. It changes only when a program
 * that was linked before would no longer work; new functions and longer option structs leave it alone.
 */
#define HEMVIST_ABI_VERSION 1

/** The call did what it should. */
#define HEMVIST_OK 0

/** Not valid UTF-8. */
#define HEMVIST_DOCUMENT_NOT_UTF8 1001
/** Not well formed. */
#define HEMVIST_DOCUMENT_SYNTAX 1002
/** Field not known here. */
#define HEMVIST_DOCUMENT_UNKNOWN_FIELD 1003
/** Required field is missing. */
#define HEMVIST_DOCUMENT_MISSING_FIELD 1004
/** Field given twice. */
#define HEMVIST_DOCUMENT_DUPLICATE_FIELD 1005
/** Value of the wrong type. */
#define HEMVIST_DOCUMENT_WRONG_TYPE 1006
/** Not a document of this format or version. */
#define HEMVIST_DOCUMENT_WRONG_FORMAT 1007
/** Number too large for any use. */
#define HEMVIST_DOCUMENT_NUMBER_TOO_LARGE 1008
/** Half of a surrogate pair in a text. */
#define HEMVIST_DOCUMENT_LONE_SURROGATE 1009
/** Text after the end of the document. */
#define HEMVIST_DOCUMENT_TRAILING_TEXT 1010
/** The document ends too early. */
#define HEMVIST_DOCUMENT_CUT_SHORT 1011

/** Number outside its range. */
#define HEMVIST_VALUE_OUT_OF_RANGE 1101
/** Not a whole number. */
#define HEMVIST_VALUE_NOT_WHOLE 1102
/** Word not in the list. */
#define HEMVIST_VALUE_UNKNOWN_WORD 1103
/** Not a day of the calendar. */
#define HEMVIST_VALUE_NOT_A_DAY 1104
/** Not a month of the calendar. */
#define HEMVIST_VALUE_NOT_A_MONTH 1105
/** Text too short or too long. */
#define HEMVIST_VALUE_TEXT_LENGTH 1106
/** Character not allowed in this text. */
#define HEMVIST_VALUE_TEXT_CHARACTER 1107
/** Not an id: letters, digits and - _ . : / # + @ ~ after a first letter or digit. */
#define HEMVIST_VALUE_ID_FORM 1108
/** Not a language code of two or three lower-case letters. */
#define HEMVIST_VALUE_LANGUAGE_FORM 1109
/** A personal identity number or coordination number; use an id that identifies nobody. */
#define HEMVIST_VALUE_IDENTITY_NUMBER 1110
/** Given twice in the same list. */
#define HEMVIST_VALUE_REPEATED 1111
/** Dates in the wrong order. */
#define HEMVIST_VALUE_DATE_ORDER 1112
/** The range ends before it begins. */
#define HEMVIST_VALUE_RANGE_ORDER 1113
/** Not a finite number. */
#define HEMVIST_VALUE_NOT_FINITE 1114

/** More bytes than the documented limit. */
#define HEMVIST_LIMIT_BYTES 1201
/** Nested deeper than the documented limit. */
#define HEMVIST_LIMIT_DEPTH 1202
/** Number of entries outside the documented limits. */
#define HEMVIST_LIMIT_COUNT 1203
/** Record larger than the documented limit. */
#define HEMVIST_LIMIT_RECORD 1204

/** Table not known. */
#define HEMVIST_TABLE_UNKNOWN 1301
/** Required table is missing. */
#define HEMVIST_TABLE_MISSING 1302
/** Table given twice. */
#define HEMVIST_TABLE_DUPLICATE 1303
/** Table without a header row. */
#define HEMVIST_TABLE_EMPTY 1304
/** Column not known in this table. */
#define HEMVIST_TABLE_UNKNOWN_COLUMN 1305
/** Required column is missing. */
#define HEMVIST_TABLE_MISSING_COLUMN 1306
/** Column given twice. */
#define HEMVIST_TABLE_DUPLICATE_COLUMN 1307
/** Row with more or fewer cells than the header. */
#define HEMVIST_TABLE_ROW_LENGTH 1308
/** Required cell is empty. */
#define HEMVIST_TABLE_MISSING_CELL 1309
/** Not a number. */
#define HEMVIST_TABLE_NOT_A_NUMBER 1310
/** Neither yes nor no. */
#define HEMVIST_TABLE_NOT_A_TRUTH 1311
/** Wrong number of rows. */
#define HEMVIST_TABLE_ROW_COUNT 1312

/** Id used twice. */
#define HEMVIST_POOL_DUPLICATE_ID 1401
/** No municipality has this id. */
#define HEMVIST_POOL_UNKNOWN_MUNICIPALITY 1402
/** No family has this id. */
#define HEMVIST_POOL_UNKNOWN_FAMILY 1403
/** No child has this id. */
#define HEMVIST_POOL_UNKNOWN_CHILD 1404
/** No secretary has this id. */
#define HEMVIST_POOL_UNKNOWN_SECRETARY 1405
/** Exactly one of birth_month and age is required: neither is given. */
#define HEMVIST_POOL_AGE_MISSING 1406
/** Exactly one of birth_month and age is required: both are given. */
#define HEMVIST_POOL_AGE_TWICE 1407
/** Exactly one of km and minutes is required: neither is given. */
#define HEMVIST_POOL_TRAVEL_MISSING 1408
/** Exactly one of km and minutes is required: both are given. */
#define HEMVIST_POOL_TRAVEL_TWICE 1409
/** Child in two sibling groups. */
#define HEMVIST_POOL_IN_TWO_GROUPS 1410
/** The same pair given twice. */
#define HEMVIST_POOL_SAME_PAIR_TWICE 1411
/** A child paired with itself. */
#define HEMVIST_POOL_SAME_CHILD 1412
/** Child placed twice. */
#define HEMVIST_POOL_PLACED_TWICE 1413
/** Child locked to two families. */
#define HEMVIST_POOL_LOCKED_TWICE 1414
/** Pair both locked and banned or refused. */
#define HEMVIST_POOL_LOCKED_AND_BANNED 1415
/** More children locked to the family than it has places. */
#define HEMVIST_POOL_LOCKS_EXCEED_PLACES 1416
/** Lock of a child who stays where it lives. */
#define HEMVIST_POOL_LOCK_OF_STAYING 1417
/** Locks part siblings who are to stay together. */
#define HEMVIST_POOL_LOCKS_PART_TOGETHER 1418
/** Locks join children who must not share a home. */
#define HEMVIST_POOL_LOCKS_JOIN_APART 1419
/** Family both wanted and not wanted. */
#define HEMVIST_POOL_WANTED_AND_NOT_WANTED 1420
/** Children of a group to keep together must not share a home. */
#define HEMVIST_POOL_TOGETHER_AND_APART 1421
/** Age given here for a child who stands under children. */
#define HEMVIST_POOL_AGE_OF_LISTED_CHILD 1422
/** A child who may move must stand under children. */
#define HEMVIST_POOL_MOVE_OF_UNLISTED 1423

/** No rule has this code. */
#define HEMVIST_POLICY_UNKNOWN_RULE 2001
/** No criterion has this name. */
#define HEMVIST_POLICY_UNKNOWN_CRITERION 2002
/** Every weight is zero: no pair would have a fit. */
#define HEMVIST_POLICY_NO_WEIGHT 2003
/** Curve runs backwards. */
#define HEMVIST_POLICY_CURVE_ORDER 2004
/** Weights so large that a sum could overflow. */
#define HEMVIST_POLICY_OVERFLOW 2005
/** Not well formed as a policy. */
#define HEMVIST_POLICY_SYNTAX 2006

/** Option outside its range. */
#define HEMVIST_OPTION_OUT_OF_RANGE 3001
/** The child asked about is not in the pool. */
#define HEMVIST_OPTION_UNKNOWN_CHILD 3002
/** The family asked about is not in the pool. */
#define HEMVIST_OPTION_UNKNOWN_FAMILY 3003

/** The sums could pass what the engine can hold exactly. */
#define HEMVIST_MATCH_TOO_GREAT 3101
/** Entries out of order. */
#define HEMVIST_SOLVE_ORDER 3102

/** Not the pool of the record. */
#define HEMVIST_REPLAY_POOL_DIFFERS 4001
/** Not the policy of the record. */
#define HEMVIST_REPLAY_POLICY_DIFFERS 4002
/** Not the engine version of the record. */
#define HEMVIST_REPLAY_VERSION_DIFFERS 4003
/** The run gives another plan than the record. */
#define HEMVIST_REPLAY_PLAN_DIFFERS 4004
/** Not the options of the record. */
#define HEMVIST_REPLAY_OPTIONS_DIFFER 4005
/** The record was changed after it was written. */
#define HEMVIST_REPLAY_RECORD_DIFFERS 4006
/** The run was limited by the clock or cancelled and cannot be repeated. */
#define HEMVIST_REPLAY_NOT_REPEATABLE 4007

/** A fault in hemvist: an answer did not stand the check; please report it. */
#define HEMVIST_FAULT_UNPROVEN 5001
/** A fault in hemvist: it stopped where it should not; please report it. */
#define HEMVIST_FAULT_PANIC 5002

/** A pointer is null where one is needed. */
#define HEMVIST_ARGUMENT_NULL 9001
/** The pointer is not aligned for what it points at. */
#define HEMVIST_ARGUMENT_ALIGNMENT 9002
/** The text is not utf-8. */
#define HEMVIST_ARGUMENT_NOT_UTF8 9003
/** An array of another length than is needed. */
#define HEMVIST_ARGUMENT_LENGTH 9004
/** No record has this index. */
#define HEMVIST_ARGUMENT_INDEX 9005
/** The number stands for nothing here. */
#define HEMVIST_ARGUMENT_UNKNOWN 9006
/** The size of the struct is none that this version knows. */
#define HEMVIST_ARGUMENT_STRUCT_SIZE 9007
/** Not a handle of this type, or freed already. */
#define HEMVIST_HANDLE_WRONG 9008
/** A fault happened while this handle was in use; free it and make a new one. */
#define HEMVIST_HANDLE_POISONED 9009

/** The schema of a pool document. */
#define HEMVIST_SCHEMA_POOL 0
/** The schema of a policy document. */
#define HEMVIST_SCHEMA_POLICY 1

/** English. */
#define HEMVIST_LANG_EN 0
/** Swedish (svenska). */
#define HEMVIST_LANG_SV 1

/** Nothing is told. */
#define HEMVIST_LOG_NONE 0
/** Only faults of the library are told. */
#define HEMVIST_LOG_FAULTS 1
/** Faults, and the begin and end of long work, with counts. */
#define HEMVIST_LOG_WORK 2

/** No plan is worth more: proven, and checked by code that is not the solver's. */
#define HEMVIST_STATUS_OPTIMAL 0
/** A limit was reached, or the run was stopped: the best answer known, with a proven bound. */
#define HEMVIST_STATUS_FEASIBLE 1
/** The locks contradict, so nobody is placed; the document says which. */
#define HEMVIST_STATUS_INFEASIBLE 2
/** A limit was reached before any answer that keeps every promise was found; nobody is placed. */
#define HEMVIST_STATUS_UNKNOWN 3

/** The child has a proposed home. */
#define HEMVIST_CHILD_PLACED 0
/** The child has none. */
#define HEMVIST_CHILD_UNPLACED 1
/** The child stays where it lives. */
#define HEMVIST_CHILD_STAYS 2

/** The whole group goes to one family, or none of it is placed. */
#define HEMVIST_GROUP_TOGETHER 0
/** Any split is allowed. */
#define HEMVIST_GROUP_PREFER 1
/** No two members go to one family. */
#define HEMVIST_GROUP_APART 2

/**
 * Bytes given by a function: a document in JSON, UTF-8.
 *
 * Free it with `hemvist_buffer_free`. It may be read by several threads at once.
 */
typedef struct hemvist_buffer hemvist_buffer;

/**
 * A flag that stops work: hand it to the work in `hemvist_run_options`, and raise it from any thread.
 *
 * Free it with `hemvist_cancel_free` once no call that was given it has still to begin; work under way keeps what it
 * needs. It may be used by several threads at once.
 */
typedef struct hemvist_cancel hemvist_cancel;

/**
 * The eligible pairs of the children who seek a home, in compressed rows.
 *
 * Free it with `hemvist_candidates_free`; arrays that were got from it live as long. It may be read by several threads
 * at once. It keeps nothing of the pool.
 */
typedef struct hemvist_candidates hemvist_candidates;

/**
 * Why a call failed: one problem or more, each with a number, a path and a message.
 *
 * Given by a function that failed, through its last argument; free it with `hemvist_error_free`. Everything that is
 * read from it belongs to it and lives as long. It may be read by several threads at once.
 */
typedef struct hemvist_error hemvist_error;

/**
 * A proposal for a whole pool, with what it was made from. It does not change.
 *
 * Free it with `hemvist_plan_free`. It may move between threads, and one thread may use it at a time; make one plan for
 * each thread that needs one.
 */
typedef struct hemvist_plan hemvist_plan;

/**
 * A policy: which rules hold, what each criterion weighs, what the best plan is. It does not change.
 *
 * Free it with `hemvist_policy_free`. It may be used by any number of threads at once; plans made by it keep what they
 * need, so it may be freed before them.
 */
typedef struct hemvist_policy hemvist_policy;

/**
 * A checked pool: children, families, and what is known of them. It does not change.
 *
 * Free it with `hemvist_pool_free`. It may be used by any number of threads at once; plans made from it keep what they
 * need, so it may be freed before them.
 *
 * Children and families have numbers from 0, in the order of their ids as bytes; arrays speak of them by these numbers.
 */
typedef struct hemvist_pool hemvist_pool;

/**
 * An answer of `hemvist_solve`. It does not change.
 *
 * Free it with `hemvist_solution_free`. It may be read by several threads at once. It keeps nothing of the problem.
 */
typedef struct hemvist_solution hemvist_solution;

/**
 * What the library tells: the level, and a line in English, NUL-terminated, that lives until the function returns.
 *
 * Lines hold counts and words of ours, never ids or text of a pool. The function is called from the thread that called
 * the library, so several threads may call it at once. It must not throw or jump away.
 */
typedef void (*hemvist_log_function)(void *context, int32_t level, const char *line);

/**
 * What a caller is told while long work goes on; return 0 to go on, anything else to stop with the best answer known.
 *
 * Called on the thread that called the library, about twenty times a second, whether or not anything is new. `work` is
 * the counted work done, which never falls; `value` and `bound` are the sum reached and the most that is still
 * possible, as far as the part that was worked on last is concerned, held to 64 bits. It must not throw or jump away;
 * it may call the library.
 */
typedef int32_t (*hemvist_progress_function)(void *context,
                                             uint64_t work,
                                             int64_t value,
                                             int64_t bound);

/** How long work is run. Set `size` to `sizeof(hemvist_run_options)`, everything else to 0 or what you need. */
typedef struct hemvist_run_options {
    /** `sizeof(hemvist_run_options)`. */
    size_t size;
    /** Worker threads, at most 1024; 0: as many as there are processors. No answer depends on it. */
    uint32_t threads;
    /** Must be 0. */
    uint32_t reserved;
    /** Stop after this much counted work, at most 2^53 - 1; the same limit gives the same answer again. 0: no limit. */
    uint64_t work_limit;
    /** Stop after so many milliseconds; the answer is marked as not repeatable. 0: no limit. */
    uint64_t time_limit_ms;
    /** Seed of the drawn lots between equally good plans, 1 to 200 characters in UTF-8; NULL: the policy's `tie_seed`. */
    const char *seed;
    /** Bytes of `seed`. */
    size_t seed_length;
    /** Told how far the work is, and asked whether to stop; NULL: nobody. */
    hemvist_progress_function progress;
    /** Handed to `progress` as it is. */
    void *progress_context;
    /** A flag that stops the work; NULL: none. */
    const hemvist_cancel *cancel;
} hemvist_run_options;

/** How a pool is read. Set `size` to `sizeof(hemvist_read_options)`, everything else to 0 or what you need. */
typedef struct hemvist_read_options {
    /** `sizeof(hemvist_read_options)`. */
    size_t size;
    /**
     * Not 0: accept ids and texts that are, or hold, valid personal identity numbers. Only for hosts whose random ids
     * happen to be valid numbers: the engine needs no identity.
     */
    int32_t allow_identity_numbers;
} hemvist_read_options;

/**
 * Children, families and what each pair is worth, as arrays. Set `size` to `sizeof(hemvist_problem)`.
 *
 * The sum to be made greatest: `placed_value` plus value over all placed children, plus `pair_bonus` for every pair of
 * members of one group who share a family. Each child goes to one family at most, and `capacity[f]` children at most to
 * family `f`.
 */
typedef struct hemvist_problem {
    /** `sizeof(hemvist_problem)`. */
    size_t size;
    /**
     * Where each child's candidates start: those of child `c` are the entries from `indptr[c]` up to but not including
     * `indptr[c + 1]` of `indices` and `values`. One entry more than there are children, the first 0.
     */
    const int64_t *indptr;
    /** Entries of `indptr`: the number of children plus 1. */
    size_t indptr_length;
    /** The families that each child can go to, ascending within a child, each once. */
    const int32_t *indices;
    /** Entries of `indices`. */
    size_t indices_length;
    /** The value of each candidate, 0 or more; Hemvist's own fits are 0 to 1000. */
    const int64_t *values;
    /** Entries of `values`: as many as of `indices`. */
    size_t values_length;
    /** The most children that each family can take, 0 or more. */
    const int32_t *capacity;
    /** Entries of `capacity`: the number of families. */
    size_t capacity_length;
    /** Where each group's members start; one entry more than there are groups, the first 0. NULL: no groups. */
    const int64_t *group_ptr;
    /** Entries of `group_ptr`: the number of groups plus 1, or 0. */
    size_t group_ptr_length;
    /** The children of each group; no child in two groups. */
    const int32_t *group_members;
    /** Entries of `group_members`. */
    size_t group_members_length;
    /** What each group asks for (`HEMVIST_GROUP_...`). */
    const uint8_t *group_policy;
    /** Entries of `group_policy`: the number of groups. */
    size_t group_policy_length;
    /** What placing a child is worth besides its value; 0 or more. */
    int64_t placed_value;
    /** What each pair of a group in one family is worth; 0 or more. */
    int64_t pair_bonus;
} hemvist_problem;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/* Which library this is. */

/**
 * The number of the library's binary interface.
 *
 * A program may ask at start whether this is the `HEMVIST_ABI_VERSION` that it was compiled with; the soname of the
 * shared library carries the same number. Thread-safe; cannot fail.
 */
uint32_t hemvist_abi_version(void);

/** The version of the engine, such as `"0.1.0"`, NUL-terminated; lives as long as the program. Thread-safe; cannot fail. */
const char *hemvist_version(void);

/* What went wrong: an object with numbers that never change, words in two languages, and a path for each problem. */

/** The number of the first problem; 0 for NULL. */
int32_t hemvist_error_code(const hemvist_error *error);

/**
 * All problems as lines for people, NUL-terminated; belongs to the error. `""` for NULL or a language not known.
 *
 * `lang` is `HEMVIST_LANG_EN` or `HEMVIST_LANG_SV`. Messages name places, numbers and words of our own lists, never
 * text or ids of what was refused, so they may be logged.
 */
const char *hemvist_error_message(const hemvist_error *error,
                                  int32_t lang);

/** How many problems the error holds: at most 1000. 0 for NULL. */
size_t hemvist_error_count(const hemvist_error *error);

/** How many problems were found, those that the error does not hold included. 0 for NULL. */
uint64_t hemvist_error_total(const hemvist_error *error);

/** The number of a problem, by its index from 0; 0 beyond the last. */
int32_t hemvist_error_code_at(const hemvist_error *error, size_t index);

/**
 * Where a problem is, such as `"children[12].needs"` or the name of an argument, NUL-terminated; belongs to the error.
 * `""`: the input as a whole, or an index beyond the last.
 */
const char *hemvist_error_path_at(const hemvist_error *error,
                                  size_t index);

/**
 * One problem as a line for people: path, what is wrong, what is allowed, what was found; NUL-terminated, belongs to the
 * error. `""` beyond the last, or for a language not known.
 */
const char *hemvist_error_message_at(const hemvist_error *error,
                                     size_t index,
                                     int32_t lang);

/**
 * All problems as a document: `{"problems":[{"code":...,"number":...,"path":...,"allowed":...,"found":...},...],"total":...}`,
 * canonical JSON.
 *
 * Gives a buffer. Errors: `HEMVIST_ARGUMENT_NULL`.
 */
int32_t hemvist_error_document(const hemvist_error *error,
                               hemvist_buffer **document_out,
                               hemvist_error **error_out);

/** Frees an error; NULL is left alone. */
void hemvist_error_free(hemvist_error *error);

/**
 * The stable word of a code, such as `"pool.duplicate_id"` for 1401, NUL-terminated; lives as long as the program.
 * `"ok"` for 0, NULL for a number that is no code. Thread-safe; cannot fail.
 */
const char *hemvist_code_slug(int32_t code);

/* Bytes that the library hands out: documents in canonical JSON. */

/**
 * The first byte, which lives as long as the buffer; NULL for NULL. After the last byte stands a NUL that does not
 * count to the length, so that a document can be used as a C string.
 */
const char *hemvist_buffer_data(const hemvist_buffer *buffer);

/** How many bytes it holds; 0 for NULL. */
size_t hemvist_buffer_length(const hemvist_buffer *buffer);

/** Frees a buffer; NULL is left alone. */
void hemvist_buffer_free(hemvist_buffer *buffer);

/* Pools: documents and tables in, the canonical document and the numbers of children and families out. */

/**
 * Reads a pool from a document `hemvist.pool/1`: JSON in UTF-8, `json_length` bytes.
 *
 * Borrows the document and the options (NULL: defaults); gives a pool. Thread-safe. Time linear in the document, but for
 * the sorting of records; memory a few times the document.
 *
 * Errors: every problem of the document, with its path, up to 1000 of them (codes 1001 to 1423);
 * `HEMVIST_LIMIT_BYTES` beyond 1 GiB.
 */
int32_t hemvist_pool_from_json(const char *json,
                               size_t json_length,
                               const hemvist_read_options *options,
                               hemvist_pool **pool_out,
                               hemvist_error **error_out);

/**
 * Reads a pool from tables, as Swedish systems and spreadsheets export them: `count` files, each with its name (such as
 * `children.csv` or `barn.csv`, UTF-8) and its bytes as they are in the file.
 *
 * `names`, `name_lengths`, `contents` and `content_lengths` are arrays of `count` entries. If `notes_out` is not NULL it
 * is given a document that tells how each table was read: encoding, delimiter, rows. The same documents are described in
 * docs/reference/pool.md.
 *
 * Borrows everything; gives a pool, and a buffer of notes. Thread-safe.
 *
 * Errors: every problem of the tables, as `hemvist_pool_from_json`, with paths such as `children.csv:12.needs`
 * (codes 1001 to 1423).
 */
int32_t hemvist_pool_from_tables(const char *const *names,
                                 const size_t *name_lengths,
                                 const char *const *contents,
                                 const size_t *content_lengths,
                                 size_t count,
                                 const hemvist_read_options *options,
                                 hemvist_pool **pool_out,
                                 hemvist_buffer **notes_out,
                                 hemvist_error **error_out);

/**
 * Says every problem of a pool document as a document, `{"problems":[...],"total":...}`, also when there is none.
 *
 * Borrows the document and the options (NULL: defaults); gives a buffer. Thread-safe. That the pool has problems is no
 * error here. Errors: those of arguments only.
 */
int32_t hemvist_validate(const char *json,
                         size_t json_length,
                         const hemvist_read_options *options,
                         hemvist_buffer **report_out,
                         hemvist_error **error_out);

/** How many children and families a pool has. Thread-safe. */
int32_t hemvist_pool_size(const hemvist_pool *pool,
                          size_t *children_out,
                          size_t *families_out,
                          hemvist_error **error_out);

/**
 * The number of the child with this id. Thread-safe; time logarithmic in the pool.
 *
 * Errors: `HEMVIST_OPTION_UNKNOWN_CHILD`.
 */
int32_t hemvist_pool_child(const hemvist_pool *pool,
                           const char *id,
                           size_t id_length,
                           uint32_t *child_out,
                           hemvist_error **error_out);

/**
 * The number of the family with this id. Thread-safe; time logarithmic in the pool.
 *
 * Errors: `HEMVIST_OPTION_UNKNOWN_FAMILY`.
 */
int32_t hemvist_pool_family(const hemvist_pool *pool,
                            const char *id,
                            size_t id_length,
                            uint32_t *family_out,
                            hemvist_error **error_out);

/**
 * The id of a child: `*length_out` bytes of UTF-8 that belong to the pool, without a NUL at the end. Thread-safe.
 *
 * Errors: `HEMVIST_ARGUMENT_INDEX`.
 */
int32_t hemvist_pool_child_id(const hemvist_pool *pool,
                              uint32_t child,
                              const char **id_out,
                              size_t *length_out,
                              hemvist_error **error_out);

/**
 * The id of a family: `*length_out` bytes of UTF-8 that belong to the pool, without a NUL at the end. Thread-safe.
 *
 * Errors: `HEMVIST_ARGUMENT_INDEX`.
 */
int32_t hemvist_pool_family_id(const hemvist_pool *pool,
                               uint32_t family,
                               const char **id_out,
                               size_t *length_out,
                               hemvist_error **error_out);

/**
 * The pool as a document `hemvist.pool/1`: canonical JSON, whose SHA-256 is the pool's digest in audit records.
 *
 * Gives a buffer. Thread-safe.
 */
int32_t hemvist_pool_document(const hemvist_pool *pool,
                              hemvist_buffer **document_out,
                              hemvist_error **error_out);

/** Frees a pool; NULL is left alone. No other thread may be using it. */
void hemvist_pool_free(hemvist_pool *pool);

/* Policies: rules, weights and limits as a document, ready for use. */

/** Gives the default policy, the one that ships with a source beside each number. Thread-safe. */
int32_t hemvist_policy_default(hemvist_policy **policy_out,
                               hemvist_error **error_out);

/**
 * Reads a policy from a document `hemvist.policy/1` in TOML; what it leaves out is as in the default policy.
 *
 * Borrows the document; gives a policy. Thread-safe. Errors: every problem of the document (codes 1001 to 1206, 2001
 * to 2006); `HEMVIST_ARGUMENT_NOT_UTF8`.
 */
int32_t hemvist_policy_from_toml(const char *toml,
                                 size_t toml_length,
                                 hemvist_policy **policy_out,
                                 hemvist_error **error_out);

/**
 * Reads a policy from a document `hemvist.policy/1` in JSON; what it leaves out is as in the default policy.
 *
 * Borrows the document; gives a policy. Thread-safe. Errors: as `hemvist_policy_from_toml`.
 */
int32_t hemvist_policy_from_json(const char *json,
                                 size_t json_length,
                                 hemvist_policy **policy_out,
                                 hemvist_error **error_out);

/**
 * The policy as a document `hemvist.policy/1`: canonical JSON, whose SHA-256 is the policy's digest in audit records.
 *
 * Gives a buffer. Thread-safe.
 */
int32_t hemvist_policy_document(const hemvist_policy *policy,
                                hemvist_buffer **document_out,
                                hemvist_error **error_out);

/** Frees a policy; NULL is left alone. No other thread may be using it. */
void hemvist_policy_free(hemvist_policy *policy);

/* Fits as plain numbers: one pair, a list of pairs, all pairs, and the families for one child in order. */

/**
 * The fit of one pair, 0 to 1000; -1 if a rule rules the pair out.
 *
 * Borrows pool and policy. Thread-safe. Errors: `HEMVIST_ARGUMENT_INDEX` for a number that is no child or no family.
 */
int32_t hemvist_score(const hemvist_pool *pool,
                      const hemvist_policy *policy,
                      uint32_t child,
                      uint32_t family,
                      int16_t *fit_out,
                      hemvist_error **error_out);

/**
 * The rules that rule a pair out, and those that mark it, as bits; `hemvist_rule_code` names bit 0, 1, 2, ...
 *
 * `*fit_out` is the fit, 0 to 1000, also for a pair that is ruled out. Borrows pool and policy. Thread-safe. Errors: as
 * `hemvist_score`.
 */
int32_t hemvist_score_rules(const hemvist_pool *pool,
                            const hemvist_policy *policy,
                            uint32_t child,
                            uint32_t family,
                            int16_t *fit_out,
                            uint64_t *stops_out,
                            uint64_t *warnings_out,
                            hemvist_error **error_out);

/**
 * The fits of `count` pairs: of `children[i]` and `families[i]` at `fits_out[i]`, as `hemvist_score` gives them.
 *
 * All three arrays have `count` entries. Borrows everything. Thread-safe; on one thread. Errors: as `hemvist_score`, at
 * a path such as `families[12]`; then nothing is written.
 */
int32_t hemvist_score_pairs(const hemvist_pool *pool,
                            const hemvist_policy *policy,
                            const uint32_t *children,
                            const uint32_t *families,
                            size_t count,
                            int16_t *fits_out,
                            hemvist_error **error_out);

/**
 * The fits of all pairs, row by child and column by family: that of child `c` and family `f` is
 * `fits_out[c * families + f]`, 0 to 1000, or -1 if a rule rules the pair out.
 *
 * `length` is the number of entries of `fits_out` and must be children times families (`hemvist_pool_size`). `threads`
 * is the number of worker threads, at most 1024; 0: as many as there are processors; the fits do not depend on it.
 *
 * Borrows everything. Thread-safe. Errors: `HEMVIST_ARGUMENT_LENGTH`, `HEMVIST_OPTION_OUT_OF_RANGE`. After
 * `HEMVIST_FAULT_PANIC` a part of the array may have been written.
 */
int32_t hemvist_score_matrix(const hemvist_pool *pool,
                             const hemvist_policy *policy,
                             uint32_t threads,
                             int16_t *fits_out,
                             size_t length,
                             hemvist_error **error_out);

/**
 * The eligible families for one child, best fit first, equal ones in the order of their numbers; before any pool is
 * matched.
 *
 * Writes the first `capacity` of them: their numbers to `families_out`, their fits to `fits_out`, both with room for
 * `capacity` entries. `*count_out` is how many are eligible, which may be more. `hemvist_rank_document` gives the same
 * with reasons.
 *
 * Borrows everything. Thread-safe. Errors: `HEMVIST_ARGUMENT_INDEX`.
 */
int32_t hemvist_rank(const hemvist_pool *pool,
                     const hemvist_policy *policy,
                     uint32_t child,
                     uint32_t *families_out,
                     int16_t *fits_out,
                     size_t capacity,
                     size_t *count_out,
                     hemvist_error **error_out);

/**
 * The stable code of a rule, such as `"age.outside_range"`, by its bit; NUL-terminated, lives as long as the program.
 * NULL beyond the last rule. Thread-safe; cannot fail.
 */
const char *hemvist_rule_code(uint32_t rule);

/* All eligible pairs as columns: a graph in compressed rows, as `hemvist_solve` takes one. */

/**
 * Finds all eligible pairs of the children who seek a home; those who are placed and stay have none.
 *
 * `threads` as in `hemvist_score_matrix`. Borrows pool and policy; gives candidates. Thread-safe. Time in proportion to
 * children times families within reach.
 */
int32_t hemvist_candidates_find(const hemvist_pool *pool,
                                const hemvist_policy *policy,
                                uint32_t threads,
                                hemvist_candidates **candidates_out,
                                hemvist_error **error_out);

/**
 * The candidates as arrays that belong to them: those of child `c` are the entries from `row_starts[c]` up to but not
 * including `row_starts[c + 1]` of the other three.
 *
 * `*row_starts_out`: one entry more than there are children. `*families_out`: numbers of families, ascending within a
 * child. `*fits_out`: 0 to 1000. `*warnings_out`: the rules that mark the pair, as bits (`hemvist_rule_code`).
 * `*children_out` is the number of children, `*count_out` that of candidates, which is the length of the last three
 * arrays. An array without entries may be NULL.
 */
int32_t hemvist_candidates_columns(const hemvist_candidates *candidates,
                                   const int64_t **row_starts_out,
                                   const int32_t **families_out,
                                   const int16_t **fits_out,
                                   const uint64_t **warnings_out,
                                   size_t *children_out,
                                   size_t *count_out,
                                   hemvist_error **error_out);

/** Frees candidates; NULL is left alone. */
void hemvist_candidates_free(hemvist_candidates *candidates);

/* Documents that are asked for by id: what is said of one pair, of one child, of a record; and any document in its */

/**
 * The families for one child, best first, as a document `hemvist.rank/1`: at most `most` of the eligible ones with
 * everything that speaks for and against them, how many families each rule stops, and the families that can take the
 * child's siblings too. The child is named by its id.
 *
 * Borrows everything; gives a buffer. Thread-safe. Errors: `HEMVIST_OPTION_UNKNOWN_CHILD`.
 */
int32_t hemvist_rank_document(const hemvist_pool *pool,
                              const hemvist_policy *policy,
                              const char *child,
                              size_t child_length,
                              uint32_t most,
                              hemvist_buffer **document_out,
                              hemvist_error **error_out);

/**
 * Everything that rules and criteria say of one child and one family, as a document `hemvist.explanation/1` with
 * sentences in one language (`HEMVIST_LANG_...`). Child and family are named by their ids.
 *
 * Borrows everything; gives a buffer. Thread-safe. Errors: `HEMVIST_OPTION_UNKNOWN_CHILD`,
 * `HEMVIST_OPTION_UNKNOWN_FAMILY`, `HEMVIST_ARGUMENT_UNKNOWN` for a language not known.
 */
int32_t hemvist_explain(const hemvist_pool *pool,
                        const hemvist_policy *policy,
                        const char *child,
                        size_t child_length,
                        const char *family,
                        size_t family_length,
                        int32_t lang,
                        hemvist_buffer **document_out,
                        hemvist_error **error_out);

/**
 * Runs an audit record again on a pool and a policy and says what differs, as a document
 * `{"confirmed":...,"differences":[...]}`: in the record, the engine, the pool, the policy, the seed, or the plan, child by
 * child.
 *
 * Borrows everything; gives a buffer. Thread-safe. Takes as long as the match. That something differs is no error.
 * Errors: `HEMVIST_DOCUMENT_SYNTAX`, `HEMVIST_DOCUMENT_WRONG_FORMAT` for what is no record; those of `hemvist_match`.
 */
int32_t hemvist_replay(const char *record,
                       size_t record_length,
                       const hemvist_pool *pool,
                       const hemvist_policy *policy,
                       hemvist_buffer **document_out,
                       hemvist_error **error_out);

/**
 * Any JSON document in canonical form (RFC 8785): what the digests in plans and records are taken of.
 *
 * Borrows the document; gives a buffer. Thread-safe. Errors: `HEMVIST_DOCUMENT_SYNTAX` and its like,
 * `HEMVIST_DOCUMENT_DUPLICATE_FIELD`, `HEMVIST_DOCUMENT_NUMBER_TOO_LARGE`, `HEMVIST_LIMIT_DEPTH`,
 * `HEMVIST_LIMIT_BYTES` beyond 64 MiB.
 */
int32_t hemvist_canonical(const char *json,
                          size_t json_length,
                          hemvist_buffer **document_out,
                          hemvist_error **error_out);

/**
 * The schema of a document (`HEMVIST_SCHEMA_...`) as JSON Schema.
 *
 * Gives a buffer. Thread-safe. Errors: `HEMVIST_ARGUMENT_UNKNOWN`.
 */
int32_t hemvist_schema(int32_t document,
                       hemvist_buffer **schema_out,
                       hemvist_error **error_out);

/**
 * Who goes first when whole pools are served equally well: the places of `count` ids in drawing order under a seed.
 * `order_out[0]` is the place, from 0, of the id that goes first. Anyone can recompute it; see docs.
 *
 * `ids` and `id_lengths` are arrays of `count` entries, as is `order_out`. Borrows everything. Thread-safe.
 */
int32_t hemvist_lottery_order(const char *seed,
                              size_t seed_length,
                              const char *const *ids,
                              const size_t *id_lengths,
                              size_t count,
                              uint32_t *order_out,
                              hemvist_error **error_out);

/* A flag that one thread raises to stop work in another. */

/** Makes a flag that is not raised. Thread-safe. */
int32_t hemvist_cancel_new(hemvist_cancel **cancel_out, hemvist_error **error_out);

/** Raises the flag, for good: work that has it ends soon, with the best answer it knows. Thread-safe. */
int32_t hemvist_cancel_raise(const hemvist_cancel *cancel,
                             hemvist_error **error_out);

/** Frees a flag; NULL is left alone. */
void hemvist_cancel_free(hemvist_cancel *cancel);

/* Matching: a pool, a policy and options give a plan. */

/**
 * Matches a whole pool: chooses families for children so that, in strict order unless the policy says otherwise, as
 * much urgency as possible is met, as many children as possible who have an eligible network home get one, and the sum
 * of fit is greatest. The same pool, policy and options give the same plan for any number of threads.
 *
 * Borrows pool, policy and options (NULL: defaults); gives a plan, which keeps what it needs of them. Thread-safe. May
 * take long; `options` limit it, stop it, and tell how far it is.
 *
 * That not every child can be placed, that a limit was reached, or that locks contradict is no error: the plan says it
 * (`hemvist_plan_summary`). Errors: `HEMVIST_OPTION_OUT_OF_RANGE`, `HEMVIST_MATCH_TOO_GREAT`,
 * `HEMVIST_ARGUMENT_STRUCT_SIZE`.
 */
int32_t hemvist_match(const hemvist_pool *pool,
                      const hemvist_policy *policy,
                      const hemvist_run_options *options,
                      hemvist_plan **plan_out,
                      hemvist_error **error_out);

/* Plans: the document, the plan as columns, and the record of the run. */

/**
 * The plan as a document `hemvist.plan/1`: canonical JSON, the same bytes for the same pool, policy and options.
 *
 * Gives a buffer.
 */
int32_t hemvist_plan_document(const hemvist_plan *plan,
                              hemvist_buffer **document_out,
                              hemvist_error **error_out);

/**
 * How good the plan is known to be (`HEMVIST_STATUS_...`), and how many children it places, leaves without a home, and
 * lets stay where they live.
 */
int32_t hemvist_plan_summary(const hemvist_plan *plan,
                             int32_t *status_out,
                             uint32_t *placed_out,
                             uint32_t *unplaced_out,
                             uint32_t *stays_out,
                             hemvist_error **error_out);

/**
 * The plan as columns: for each child, by its number, the number of the family, or -1 for none; the fit, 0 to 1000, or
 * -1 where no new home is proposed; and what becomes of the child (`HEMVIST_CHILD_...`). For a child who stays, the
 * family is the one it lives in.
 *
 * Each array has `length` entries, which must be the number of children of the pool. Errors: `HEMVIST_ARGUMENT_LENGTH`.
 */
int32_t hemvist_plan_columns(const hemvist_plan *plan,
                             int32_t *families_out,
                             int16_t *fits_out,
                             int32_t *states_out,
                             size_t length,
                             hemvist_error **error_out);

/**
 * The record of the run that made the plan, a document `hemvist.audit/1`: digests, seed, options, choices with their
 * reasons, and the proposal. `hemvist_replay` runs it again.
 *
 * `run` is your own count of runs on this pool, so that trying seeds until one pleases leaves a trace; 0: not counted.
 * Gives a buffer.
 */
int32_t hemvist_plan_audit(const hemvist_plan *plan,
                           uint32_t run,
                           hemvist_buffer **record_out,
                           hemvist_error **error_out);

/** Frees a plan; NULL is left alone. */
void hemvist_plan_free(hemvist_plan *plan);

/* The solver on a caller's own numbers: arrays in, a solution out. */

/**
 * Solves a problem given as arrays, exactly: the answer is proven best unless a limit stopped it.
 *
 * Borrows the problem, its arrays and the options (NULL: defaults; `seed` must be NULL, since nothing is drawn); gives a
 * solution. Thread-safe. May take long; `options` limit it, stop it, and tell how far it is.
 *
 * Errors, with the array and the position, such as `indices[7]`: `HEMVIST_VALUE_OUT_OF_RANGE`, `HEMVIST_SOLVE_ORDER`,
 * `HEMVIST_VALUE_REPEATED` for a child in two groups, `HEMVIST_ARGUMENT_LENGTH`; `HEMVIST_MATCH_TOO_GREAT` if a sum
 * could pass what is held exactly.
 */
int32_t hemvist_solve(const hemvist_problem *problem,
                      const hemvist_run_options *options,
                      hemvist_solution **solution_out,
                      hemvist_error **error_out);

/* Solutions of `hemvist_solve`. */

/**
 * How good the answer is known to be (`HEMVIST_STATUS_...`), what it is worth, and the most that any answer can be worth.
 *
 * `*objective_out` is `placed_value` plus value over all placed children, plus all bonuses of pairs. The status is
 * `HEMVIST_STATUS_OPTIMAL` if and only if it equals `*bound_out`, checked by code that is not the solver's. Errors:
 * `HEMVIST_MATCH_TOO_GREAT` for a sum beyond 64 bits.
 */
int32_t hemvist_solution_summary(const hemvist_solution *solution,
                                 int32_t *status_out,
                                 int64_t *objective_out,
                                 int64_t *bound_out,
                                 hemvist_error **error_out);

/**
 * The family of each child, by their places in the arrays of the problem; -1: unplaced.
 *
 * `length` is the number of entries of `families_out` and must be the number of children. Errors:
 * `HEMVIST_ARGUMENT_LENGTH`.
 */
int32_t hemvist_solution_families(const hemvist_solution *solution,
                                  int32_t *families_out,
                                  size_t length,
                                  hemvist_error **error_out);

/**
 * Prices at the root of the proof, in points, rounded: what one more place in each family would be worth, and what each
 * child is worth beyond the places that it competes for.
 *
 * `families` and `children` are the numbers of entries of the two arrays and must be those of the problem. Errors:
 * `HEMVIST_ARGUMENT_LENGTH`.
 */
int32_t hemvist_solution_prices(const hemvist_solution *solution,
                                int64_t *family_prices_out,
                                size_t families,
                                int64_t *child_prices_out,
                                size_t children,
                                hemvist_error **error_out);

/** Frees a solution; NULL is left alone. */
void hemvist_solution_free(hemvist_solution *solution);

/* The log: the one thing that the library keeps between calls, and only if asked to. */

/**
 * Has the library tell what it does to `function`, up to and with `level`; NULL or `HEMVIST_LOG_NONE` ends it.
 *
 * `context` is handed to the function as it is. After this returns no line goes to the former function, but one that was
 * on its way in another thread may still be in it.
 *
 * Thread-safe. Errors: `HEMVIST_ARGUMENT_UNKNOWN` for a level not known.
 */
int32_t hemvist_log_set(hemvist_log_function function,
                        void *context,
                        int32_t level,
                        hemvist_error **error_out);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* HEMVIST_H */
