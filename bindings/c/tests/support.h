/* What the test programs share: checks that say where they failed, files, small pools. */
#ifndef SUPPORT_H
#define SUPPORT_H

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hemvist.h"

extern _Atomic int failures;

/* Counts a check that does not hold, and goes on. */
#define CHECK(holds)                                                        \
    do {                                                                    \
        if (!(holds)) {                                                     \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #holds);     \
            ++failures;                                                     \
        }                                                                   \
    } while (0)

/* That a call gives a code; what else it gives is shown. */
#define CHECK_CODE(expected, call)                                                                        \
    do {                                                                                                  \
        int32_t code_ = (call);                                                                           \
        if (code_ != (expected)) {                                                                        \
            fprintf(stderr, "%s:%d: %s gives %d, not %d\n", __FILE__, __LINE__, #call, (int)code_,        \
                    (int)(expected));                                                                     \
            ++failures;                                                                                   \
        }                                                                                                 \
    } while (0)

#define CHECK_TEXT(expected, text)                                                                        \
    do {                                                                                                  \
        const char *text_ = (text);                                                                       \
        if (text_ == NULL || strcmp(text_, (expected)) != 0) {                                            \
            fprintf(stderr, "%s:%d: %s is \"%s\", not \"%s\"\n", __FILE__, __LINE__, #text,               \
                    text_ ? text_ : "(NULL)", (expected));                                                \
            ++failures;                                                                                   \
        }                                                                                                 \
    } while (0)

/* Bytes of a file, with a NUL after them; ends the program if there is none. */
char *read_file(const char *path, size_t *length);

/* The bytes of a file, or NULL if there is none. */
char *read_file_if_there(const char *path, size_t *length);

/* A pool from the CSV files of a folder; ends the program if they are none. */
hemvist_pool *read_tables(const char *folder);

/* Two children, two families; c1 fits f1 and f2, c2 fits f2 only. */
extern const char SMALL_POOL[];

hemvist_pool *small_pool(void);
hemvist_policy *default_policy(void);
hemvist_plan *small_plan(void);

/* Whether a document holds a text. */
int holds(const hemvist_buffer *document, const char *text);

#endif
