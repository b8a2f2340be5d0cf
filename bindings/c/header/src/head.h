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
