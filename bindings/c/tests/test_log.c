/* The log: told at the level asked for, on the thread that called, never more. */
#include "units.h"

struct lines {
    int count;
    int32_t highest;
    char last[256];
};

static void note(void *context, int32_t level, const char *line)
{
    struct lines *lines = context;
    ++lines->count;
    if (level > lines->highest) lines->highest = level;
    snprintf(lines->last, sizeof lines->last, "%s", line);
    /* The function may call the library; what it tells then is not told again. */
    hemvist_pool_free(small_pool());
}

void test_log(void)
{
    struct lines lines = {0, 0, ""};
    CHECK_CODE(HEMVIST_ARGUMENT_UNKNOWN, hemvist_log_set(note, &lines, 3, NULL));
    hemvist_pool_free(small_pool());
    CHECK(lines.count == 0);
    CHECK_CODE(HEMVIST_OK, hemvist_log_set(note, &lines, HEMVIST_LOG_WORK, NULL));
    hemvist_pool_free(small_pool());
    CHECK(lines.count == 1 && lines.highest == HEMVIST_LOG_WORK);
    CHECK_TEXT("pool read: 2 children, 2 families", lines.last);
    hemvist_plan_free(small_plan());
    CHECK(lines.count == 4);
    CHECK_TEXT("match ended: 2 placed, 0 unplaced", lines.last);
    CHECK_CODE(HEMVIST_OK, hemvist_log_set(note, &lines, HEMVIST_LOG_FAULTS, NULL));
    hemvist_plan_free(small_plan());
    CHECK(lines.count == 4);
    CHECK_CODE(HEMVIST_OK, hemvist_log_set(NULL, NULL, HEMVIST_LOG_WORK, NULL));
    hemvist_pool_free(small_pool());
    CHECK(lines.count == 4);
}
