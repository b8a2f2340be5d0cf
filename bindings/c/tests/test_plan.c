/* Plans: the same for any number of threads, as columns as in the document, limits, progress, stopping, the record. */
#include "units.h"

#include <pthread.h>

static void columns_say_what_the_document_says(const char *examples)
{
    char folder[4096];
    snprintf(folder, sizeof folder, "%s/nordvastra-skane", examples);
    hemvist_pool *pool = read_tables(folder);
    hemvist_policy *policy = default_policy();
    hemvist_plan *plan = NULL, *again = NULL;
    hemvist_buffer *document = NULL, *second = NULL;
    hemvist_run_options options = {.size = sizeof options};
    options.threads = 1;
    CHECK_CODE(HEMVIST_OK, hemvist_match(pool, policy, NULL, &plan, NULL));
    CHECK_CODE(HEMVIST_OK, hemvist_match(pool, policy, &options, &again, NULL));
    CHECK_CODE(HEMVIST_OK, hemvist_plan_document(plan, &document, NULL));
    CHECK_CODE(HEMVIST_OK, hemvist_plan_document(again, &second, NULL));
    CHECK_TEXT(hemvist_buffer_data(document), hemvist_buffer_data(second));

    size_t children = 0, families = 0;
    CHECK_CODE(HEMVIST_OK, hemvist_pool_size(pool, &children, &families, NULL));
    int32_t *of = malloc(children * sizeof *of), *states = malloc(children * sizeof *states), status = -1;
    int16_t *fits = malloc(children * sizeof *fits);
    uint32_t counted[3] = {0, 0, 0}, told[3] = {9, 9, 9};
    CHECK_CODE(HEMVIST_OK, hemvist_plan_columns(plan, of, fits, states, children, NULL));
    CHECK_CODE(HEMVIST_OK, hemvist_plan_summary(plan, &status, &told[0], &told[1], &told[2], NULL));
    CHECK(status == HEMVIST_STATUS_OPTIMAL);
    for (size_t child = 0; child < children; ++child) {
        CHECK(states[child] >= 0 && states[child] <= 2);
        ++counted[states[child]];
        const char *id = NULL, *home = NULL;
        size_t id_length = 0, home_length = 0;
        CHECK_CODE(HEMVIST_OK, hemvist_pool_child_id(pool, (uint32_t)child, &id, &id_length, NULL));
        CHECK((of[child] < 0) == (states[child] == HEMVIST_CHILD_UNPLACED));
        CHECK((fits[child] < 0) == (states[child] != HEMVIST_CHILD_PLACED));
        if (of[child] < 0) continue;
        CHECK_CODE(HEMVIST_OK, hemvist_pool_family_id(pool, (uint32_t)of[child], &home, &home_length, NULL));
        char text[256];
        if (states[child] == HEMVIST_CHILD_STAYS) {
            snprintf(text, sizeof text, "{\"child\":\"%.*s\",\"family\":\"%.*s\"}", (int)id_length, id, (int)home_length,
                     home);
        } else {
            int16_t fit = 0;
            CHECK_CODE(HEMVIST_OK, hemvist_score(pool, policy, (uint32_t)child, (uint32_t)of[child], &fit, NULL));
            CHECK(fit == fits[child]);
            snprintf(text, sizeof text, "\"family\":\"%.*s\",\"fit\":%d,", (int)home_length, home, (int)fit);
        }
        CHECK(holds(document, text));
    }
    CHECK(memcmp(counted, told, sizeof told) == 0 && told[0] > 0 && told[1] > 0);
    CHECK_CODE(HEMVIST_ARGUMENT_LENGTH, hemvist_plan_columns(plan, of, fits, states, children - 1, NULL));
    free(of);
    free(fits);
    free(states);
    hemvist_buffer_free(document);
    hemvist_buffer_free(second);
    hemvist_plan_free(plan);
    hemvist_plan_free(again);
    hemvist_pool_free(pool);
    hemvist_policy_free(policy);
}

struct watch {
    int calls;
    int stop_at;
    uint64_t last_work;
    pthread_t thread;
};

static int32_t watch(void *context, uint64_t work, int64_t value, int64_t bound)
{
    struct watch *seen = context;
    CHECK(pthread_equal(pthread_self(), seen->thread));
    CHECK(work >= seen->last_work);
    CHECK(work == 0 || value <= bound);
    seen->last_work = work;
    return ++seen->calls == seen->stop_at;
}

/* The caller is asked on its own thread; what it answers stops the work, and the plan says so. */
static void work_is_watched_and_stopped(const char *examples)
{
    char folder[4096];
    snprintf(folder, sizeof folder, "%s/familjepoolen", examples);
    hemvist_pool *pool = read_tables(folder);
    hemvist_policy *policy = default_policy();
    struct watch seen = {0, 0, 0, pthread_self()};
    hemvist_run_options options = {.size = sizeof options};
    hemvist_plan *plan = NULL;
    hemvist_buffer *document = NULL, *record = NULL;
    int32_t status = -1;
    uint32_t placed, unplaced, stays;
    options.progress = watch;
    options.progress_context = &seen;
    CHECK_CODE(HEMVIST_OK, hemvist_match(pool, policy, &options, &plan, NULL));
    CHECK_CODE(HEMVIST_OK, hemvist_plan_summary(plan, &status, &placed, &unplaced, &stays, NULL));
    CHECK(seen.calls >= 1 && status == HEMVIST_STATUS_OPTIMAL);
    hemvist_plan_free(plan);

    /* A flag raised before the work begins. */
    hemvist_cancel *cancel = NULL;
    CHECK_CODE(HEMVIST_OK, hemvist_cancel_new(&cancel, NULL));
    CHECK_CODE(HEMVIST_OK, hemvist_cancel_raise(cancel, NULL));
    options.progress = NULL;
    options.cancel = cancel;
    CHECK_CODE(HEMVIST_OK, hemvist_match(pool, policy, &options, &plan, NULL));
    hemvist_cancel_free(cancel);
    CHECK_CODE(HEMVIST_OK, hemvist_plan_summary(plan, &status, &placed, &unplaced, &stays, NULL));
    CHECK(status == HEMVIST_STATUS_FEASIBLE);
    CHECK_CODE(HEMVIST_OK, hemvist_plan_document(plan, &document, NULL));
    CHECK(holds(document, "not_repeatable"));
    CHECK_CODE(HEMVIST_OK, hemvist_plan_audit(plan, 2, &record, NULL));
    CHECK(holds(record, "\"repeatable\":false") && holds(record, "\"run\":2"));
    hemvist_buffer_free(document);
    hemvist_buffer_free(record);
    hemvist_plan_free(plan);

    /* A limit of counted work can be repeated. */
    memset(&options, 0, sizeof options);
    options.size = sizeof options;
    options.work_limit = 1;
    CHECK_CODE(HEMVIST_OK, hemvist_match(pool, policy, &options, &plan, NULL));
    CHECK_CODE(HEMVIST_OK, hemvist_plan_summary(plan, &status, &placed, &unplaced, &stays, NULL));
    CHECK(status == HEMVIST_STATUS_FEASIBLE);
    CHECK_CODE(HEMVIST_OK, hemvist_plan_audit(plan, 0, &record, NULL));
    CHECK(holds(record, "\"repeatable\":true") && holds(record, "\"work_limit\":1") && !holds(record, "\"run\""));
    hemvist_buffer_free(record);
    hemvist_plan_free(plan);
    hemvist_pool_free(pool);
    hemvist_policy_free(policy);
}

static void options_are_checked(void)
{
    hemvist_pool *pool = small_pool();
    hemvist_policy *policy = default_policy();
    hemvist_plan *plan = NULL;
    hemvist_error *error = NULL;
    hemvist_run_options options = {.size = sizeof options};
    options.threads = 1025;
    CHECK_CODE(HEMVIST_OPTION_OUT_OF_RANGE, hemvist_match(pool, policy, &options, &plan, NULL));
    options.threads = 0;
    options.work_limit = (uint64_t)1 << 53;
    CHECK_CODE(HEMVIST_OPTION_OUT_OF_RANGE, hemvist_match(pool, policy, &options, &plan, NULL));
    options.work_limit = 0;
    options.seed = "";
    CHECK_CODE(HEMVIST_OPTION_OUT_OF_RANGE, hemvist_match(pool, policy, &options, &plan, &error));
    CHECK_TEXT("seed", hemvist_error_path_at(error, 0));
    hemvist_error_free(error);
    options.seed = "\xC3";
    options.seed_length = 1;
    CHECK_CODE(HEMVIST_ARGUMENT_NOT_UTF8, hemvist_match(pool, policy, &options, &plan, NULL));
    options.seed = NULL;
    options.reserved = 1;
    CHECK_CODE(HEMVIST_ARGUMENT_UNKNOWN, hemvist_match(pool, policy, &options, &plan, NULL));
    options.reserved = 0;
    options.size = sizeof options - 8;
    CHECK_CODE(HEMVIST_ARGUMENT_STRUCT_SIZE, hemvist_match(pool, policy, &options, &plan, NULL));
    CHECK(plan == NULL);
    options.size = sizeof options;
    options.time_limit_ms = UINT64_MAX;
    CHECK_CODE(HEMVIST_OK, hemvist_match(pool, policy, &options, &plan, NULL));
    hemvist_plan_free(plan);
    hemvist_pool_free(pool);
    hemvist_policy_free(policy);
}

/* A record is confirmed by its pool and policy, and by no other seed. */
static void records_are_replayed(void)
{
    hemvist_pool *pool = small_pool();
    hemvist_policy *policy = default_policy();
    hemvist_plan *plan = NULL;
    hemvist_buffer *record = NULL, *outcome = NULL;
    hemvist_run_options options = {.size = sizeof options};
    options.seed = "dragning 3";
    options.seed_length = strlen(options.seed);
    CHECK_CODE(HEMVIST_OK, hemvist_match(pool, policy, &options, &plan, NULL));
    CHECK_CODE(HEMVIST_OK, hemvist_plan_audit(plan, 1, &record, NULL));
    CHECK(holds(record, "\"seed\":\"dragning 3\"") && holds(record, "\"seed_origin\":\"caller\""));
    size_t length = hemvist_buffer_length(record);
    CHECK_CODE(HEMVIST_OK, hemvist_replay(hemvist_buffer_data(record), length, pool, policy, &outcome, NULL));
    CHECK_TEXT("{\"confirmed\":true,\"differences\":[]}", hemvist_buffer_data(outcome));
    hemvist_buffer_free(outcome);

    char *changed = malloc(length);
    memcpy(changed, hemvist_buffer_data(record), length);
    char *seed = strstr(changed, "dragning 3");
    seed[9] = '4';
    CHECK_CODE(HEMVIST_OK, hemvist_replay(changed, length, pool, policy, &outcome, NULL));
    CHECK(holds(outcome, "\"confirmed\":false") && holds(outcome, "\"difference\":\"record\""));
    hemvist_buffer_free(outcome);
    CHECK_CODE(HEMVIST_DOCUMENT_SYNTAX, hemvist_replay(changed, length - 1, pool, policy, &outcome, NULL));
    free(changed);
    hemvist_buffer_free(record);
    hemvist_plan_free(plan);
    hemvist_pool_free(pool);
    hemvist_policy_free(policy);
}

void test_plan(const char *examples)
{
    columns_say_what_the_document_says(examples);
    work_is_watched_and_stopped(examples);
    options_are_checked();
    records_are_replayed();
}
