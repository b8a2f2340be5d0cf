/* Questions to a plan, and what cooperating municipalities ask: answers, what they leave alone, what refuses them. */
#include "units.h"

#include <pthread.h>

static const char LOCK[] = "{\"format\":\"hemvist.changes/1\",\"choices\":[{\"kind\":\"lock\",\"child\":\"c1\",\"family\":\"f2\","
                           "\"reason\":\"near her school\"}]}";

static void take(hemvist_buffer **document, const char *text)
{
    if (!holds(*document, text)) {
        fprintf(stderr, "%s is not in %s\n", text, *document ? hemvist_buffer_data(*document) : "nothing");
        ++failures;
    }
    hemvist_buffer_free(*document);
    *document = NULL;
}

/* c1 has f1 and could have f2, which would leave c2 without a home; c2 is too old for f1. */
static void others_are_weighed(void)
{
    hemvist_plan *plan = small_plan();
    hemvist_buffer *document = NULL;
    CHECK_CODE(HEMVIST_OK, hemvist_alternatives(plan, "c1", 2, 3, NULL, &document, NULL));
    CHECK(holds(document, "\"moves\":[{\"child\":\"c2\",\"from\":\"f2\",\"to\":null}]"));
    take(&document, "\"format\":\"hemvist.alternatives/1\"");
    CHECK_CODE(HEMVIST_OK, hemvist_alternatives(plan, NULL, 0, 1, NULL, &document, NULL));
    const char *lines = hemvist_buffer_data(document);
    CHECK(strstr(lines, "}\n{") != NULL && lines[hemvist_buffer_length(document) - 1] == '\n');
    take(&document, "\"child\":\"c2\"");
    CHECK_CODE(HEMVIST_OPTION_UNKNOWN_CHILD, hemvist_alternatives(plan, "", 0, 1, NULL, &document, NULL));

    CHECK_CODE(HEMVIST_OK, hemvist_why_not(plan, "c2", 2, "f1", 2, NULL, &document, NULL));
    CHECK(holds(document, "\"answer\":\"ruled_out\""));
    take(&document, "age.outside_range");
    CHECK_CODE(HEMVIST_OK, hemvist_why_not(plan, "c1", 2, "f2", 2, NULL, &document, NULL));
    take(&document, "\"answer\":\"loses\"");
    hemvist_error *error = NULL;
    CHECK_CODE(HEMVIST_OPTION_UNKNOWN_CHILD, hemvist_why_not(plan, "x", 1, "y", 1, NULL, &document, &error));
    CHECK(hemvist_error_count(error) == 2);
    CHECK_TEXT("child", hemvist_error_path_at(error, 0));
    CHECK_TEXT("family", hemvist_error_path_at(error, 1));
    hemvist_error_free(error);
    CHECK(document == NULL);
    hemvist_plan_free(plan);
}

static void changes_are_tried(void)
{
    hemvist_plan *plan = small_plan(), *after = NULL, *again = NULL;
    hemvist_pool *kept = NULL;
    hemvist_policy *policy = default_policy();
    hemvist_buffer *document = NULL, *before = NULL, *now = NULL;
    CHECK_CODE(HEMVIST_OK, hemvist_plan_document(plan, &before, NULL));
    CHECK_CODE(HEMVIST_OK, hemvist_what_if(plan, LOCK, strlen(LOCK), NULL, NULL, &document, &after, NULL));
    take(&document, "\"format\":\"hemvist.what_if/1\"");
    /* The plan that was asked is as it was; the one after has the lock, and outlives the other. */
    CHECK_CODE(HEMVIST_OK, hemvist_plan_document(plan, &now, NULL));
    CHECK_TEXT(hemvist_buffer_data(before), hemvist_buffer_data(now));
    hemvist_plan_free(plan);
    int32_t families[2], states[2];
    int16_t fits[2];
    CHECK_CODE(HEMVIST_OK, hemvist_plan_columns(after, families, fits, states, 2, NULL));
    CHECK(families[0] == 1 && families[1] == -1 && states[1] == HEMVIST_CHILD_UNPLACED);
    CHECK_CODE(HEMVIST_OK, hemvist_choices(after, NULL, &document, NULL));
    take(&document, "near her school");
    CHECK_CODE(HEMVIST_OK, hemvist_plan_audit(after, 2, &document, NULL));
    take(&document, "near her school");

    /* Its pool is kept: the same match again, without the plan. */
    CHECK_CODE(HEMVIST_OK, hemvist_plan_pool(after, &kept, NULL));
    CHECK_CODE(HEMVIST_OK, hemvist_match(kept, policy, NULL, &again, NULL));
    hemvist_buffer_free(before);
    hemvist_buffer_free(now);
    CHECK_CODE(HEMVIST_OK, hemvist_plan_document(after, &before, NULL));
    CHECK_CODE(HEMVIST_OK, hemvist_plan_document(again, &now, NULL));
    CHECK_TEXT(hemvist_buffer_data(before), hemvist_buffer_data(now));
    hemvist_plan_free(after);
    CHECK_CODE(HEMVIST_OK, hemvist_pool_document(kept, &document, NULL));
    take(&document, "near her school");

    /* Every problem of the changes, with its path. */
    const char *wrong = "{\"format\":\"hemvist.changes/1\",\"withdrawn\":[\"f9\"],\"left\":[\"c9\"]}";
    hemvist_error *error = NULL;
    after = NULL;
    CHECK_CODE(HEMVIST_POOL_UNKNOWN_FAMILY,
               hemvist_what_if(again, wrong, strlen(wrong), NULL, NULL, &document, &after, &error));
    CHECK(hemvist_error_count(error) == 2 && document == NULL && after == NULL);
    CHECK_TEXT("withdrawn[0]", hemvist_error_path_at(error, 0));
    CHECK_TEXT("left[0]", hemvist_error_path_at(error, 1));
    hemvist_error_free(error);
    CHECK_CODE(HEMVIST_DOCUMENT_CUT_SHORT, hemvist_what_if(again, "", 0, NULL, NULL, &document, NULL, NULL));
    const char *nothing = "{\"format\":\"hemvist.changes/1\"}";
    CHECK_CODE(HEMVIST_OK, hemvist_what_if(again, nothing, strlen(nothing), policy, NULL, &document, NULL, NULL));
    take(&document, "\"regret\":null");
    hemvist_plan_free(again);
    hemvist_pool_free(kept);
    hemvist_policy_free(policy);
    hemvist_buffer_free(before);
    hemvist_buffer_free(now);
}

static void sureness_is_told(void)
{
    hemvist_plan *plan = small_plan();
    hemvist_buffer *document = NULL;
    hemvist_error *error = NULL;
    hemvist_weight_range range = {.size = sizeof range, .samples = 3, .steps = HEMVIST_NONE};
    CHECK_CODE(HEMVIST_OK, hemvist_robustness(plan, &range, NULL, &document, NULL));
    CHECK(holds(document, "\"plans\":3,"));
    take(&document, "\"samples\":3,");
    CHECK_CODE(HEMVIST_OK, hemvist_robustness(plan, NULL, NULL, &document, NULL));
    take(&document, "\"samples\":100,");
    const char *const criteria[] = {"travel_home", "experience"};
    size_t lengths[] = {11, 10};
    uint32_t shares[] = {500, 1001};
    range.criteria = criteria, range.criterion_lengths = lengths, range.criterion_shares = shares;
    range.criteria_length = 2;
    CHECK_CODE(HEMVIST_OPTION_OUT_OF_RANGE, hemvist_robustness(plan, &range, NULL, &document, &error));
    CHECK_TEXT("shares.experience", hemvist_error_path_at(error, 0));
    hemvist_error_free(error);
    shares[1] = 0;
    CHECK_CODE(HEMVIST_OK, hemvist_robustness(plan, &range, NULL, &document, NULL));
    take(&document, "\"format\":\"hemvist.robustness/1\"");
    lengths[1] = 3;
    CHECK_CODE(HEMVIST_POLICY_UNKNOWN_CRITERION, hemvist_robustness(plan, &range, NULL, &document, &error));
    CHECK_TEXT("criteria[1]", hemvist_error_path_at(error, 0));
    hemvist_error_free(error);
    range.criteria = NULL;
    CHECK_CODE(HEMVIST_ARGUMENT_NULL, hemvist_robustness(plan, &range, NULL, &document, NULL));
    range.criteria_length = 0, range.reserved = 1;
    CHECK_CODE(HEMVIST_ARGUMENT_UNKNOWN, hemvist_robustness(plan, &range, NULL, &document, NULL));

    hemvist_call_options calls = {.size = sizeof calls, .runs = 2};
    CHECK_CODE(HEMVIST_OK, hemvist_calls(plan, NULL, 0, &calls, NULL, &document, NULL));
    CHECK(holds(document, "\"runs\":2,"));
    take(&document, "\"first_calls\":{\"unknown_accept\":200,\"unknown_decline\":0}");
    calls.unknown_rate = HEMVIST_NONE, calls.runs = 0, calls.most = HEMVIST_NONE;
    CHECK_CODE(HEMVIST_OK, hemvist_calls(plan, NULL, 0, &calls, NULL, &document, NULL));
    CHECK(holds(document, "\"all_calls\":null"));
    take(&document, "\"first_calls\":{\"unknown_accept\":0,\"unknown_decline\":0}");
    for (uint32_t rate = 101; rate < 1000; rate += 300) {
        calls.unknown_rate = rate;
        CHECK_CODE(HEMVIST_OPTION_OUT_OF_RANGE, hemvist_calls(plan, "c1", 2, &calls, NULL, &document, &error));
        CHECK_TEXT("unknown_rate", hemvist_error_path_at(error, 0));
        hemvist_error_free(error);
    }
    calls.unknown_rate = 0;
    calls.rates = "{\"format\":\"hemvist.rates/1\",\"rates\":[{\"child\":\"c1\",\"family\":\"f1\",\"rate\":50}]}";
    calls.rates_length = strlen(calls.rates);
    CHECK_CODE(HEMVIST_OK, hemvist_calls(plan, "c1", 2, &calls, NULL, &document, NULL));
    take(&document, "\"first_calls\":{\"unknown_accept\":150,\"unknown_decline\":50}");

    CHECK_CODE(HEMVIST_OK, hemvist_ties(plan, NULL, &document, NULL));
    take(&document, "\"unique\":2");
    CHECK_CODE(HEMVIST_OK, hemvist_questions(plan, "c1", 2, NULL, &document, NULL));
    take(&document, "\"format\":\"hemvist.questions/1\"");
    CHECK_CODE(HEMVIST_OPTION_UNKNOWN_CHILD, hemvist_questions(plan, "f1", 2, NULL, &document, NULL));
    hemvist_plan_free(plan);
}

static void groups_are_counted(void)
{
    hemvist_pool *pool = small_pool();
    hemvist_plan *plan = small_plan();
    hemvist_buffer *labels = NULL, *document = NULL;
    CHECK_CODE(HEMVIST_OK, hemvist_pool_labels(pool, HEMVIST_LABELS_MUNICIPALITY, &labels, NULL));
    CHECK(holds(labels, "{\"child\":\"c1\",\"label\":\"1276\"}"));
    const char *text = hemvist_buffer_data(labels);
    size_t length = hemvist_buffer_length(labels);
    CHECK_CODE(HEMVIST_OK, hemvist_groups(plan, text, length, 2, &document, NULL));
    take(&document, "\"label\":\"1276\"");
    /* Two are fewer than may be told unless one says so. */
    CHECK_CODE(HEMVIST_OK, hemvist_groups(plan, text, length, 0, &document, NULL));
    CHECK(!holds(document, "1276"));
    take(&document, "\"least\":5");
    CHECK_CODE(HEMVIST_OPTION_OUT_OF_RANGE, hemvist_groups(plan, text, length, 1001, &document, NULL));
    hemvist_buffer_free(labels);
    labels = NULL;
    CHECK_CODE(HEMVIST_OK, hemvist_pool_labels(pool, HEMVIST_LABELS_GENDER, &labels, NULL));
    CHECK_TEXT("{\"format\":\"hemvist.labels/1\"}", hemvist_buffer_data(labels));
    CHECK_CODE(HEMVIST_ARGUMENT_UNKNOWN, hemvist_pool_labels(pool, 2, &document, NULL));
    hemvist_buffer_free(labels);
    hemvist_pool_free(pool);
    hemvist_plan_free(plan);
}

struct seen {
    pthread_t thread;
    int calls;
    int64_t last;
};

static int32_t see(void *context, uint64_t work, int64_t value, int64_t bound)
{
    struct seen *seen = context;
    CHECK(pthread_equal(pthread_self(), seen->thread));
    CHECK(value >= seen->last && value <= bound && (int64_t)work == value);
    seen->last = value;
    ++seen->calls;
    return 0;
}

/* A question is limited, told of, and drawn as the plan was. */
static void options_hold_for_questions(const char *examples)
{
    char folder[4096];
    snprintf(folder, sizeof folder, "%s/nordvastra-skane", examples);
    hemvist_pool *pool = read_tables(folder);
    hemvist_policy *policy = default_policy();
    hemvist_plan *plan = NULL;
    hemvist_buffer *one = NULL, *other = NULL;
    hemvist_error *error = NULL;
    struct seen seen = {.thread = pthread_self()};
    hemvist_run_options options = {.size = sizeof options, .seed = "draw 7", .seed_length = 6};
    CHECK_CODE(HEMVIST_OK, hemvist_match(pool, policy, &options, &plan, NULL));
    options.threads = 2;
    options.progress = see, options.progress_context = &seen;
    CHECK_CODE(HEMVIST_OK, hemvist_alternatives(plan, NULL, 0, 2, &options, &one, NULL));
    CHECK(seen.calls > 0);
    CHECK_CODE(HEMVIST_OK, hemvist_alternatives(plan, NULL, 0, 2, NULL, &other, NULL));
    CHECK_TEXT(hemvist_buffer_data(one), hemvist_buffer_data(other));
    hemvist_buffer_free(one);
    hemvist_buffer_free(other);
    options.seed = "draw 8";
    CHECK_CODE(HEMVIST_ARGUMENT_UNKNOWN, hemvist_ties(plan, &options, &one, &error));
    CHECK_TEXT("seed", hemvist_error_path_at(error, 0));
    hemvist_error_free(error);
    options.seed = NULL, options.work_limit = UINT64_MAX;
    CHECK_CODE(HEMVIST_OPTION_OUT_OF_RANGE, hemvist_ties(plan, &options, &one, &error));
    CHECK_TEXT("work_limit", hemvist_error_path_at(error, 0));
    hemvist_error_free(error);

    hemvist_run_options limited = {.size = sizeof limited, .work_limit = 1};
    CHECK_CODE(HEMVIST_OK, hemvist_alternatives(plan, "C-015", 5, 1, &limited, &one, NULL));
    CHECK_CODE(HEMVIST_OK, hemvist_alternatives(plan, "C-015", 5, 1, &limited, &other, NULL));
    CHECK_TEXT(hemvist_buffer_data(one), hemvist_buffer_data(other));
    hemvist_buffer_free(one);
    hemvist_buffer_free(other);
    hemvist_plan_free(plan);
    hemvist_pool_free(pool);
    hemvist_policy_free(policy);
}

static void municipalities_ask(void)
{
    hemvist_pool *pool = small_pool();
    hemvist_policy *policy = default_policy();
    hemvist_buffer *document = NULL;
    hemvist_error *error = NULL;
    const char *contract = "{\"ask\":\"contract\",\"contract_ore\":7500000,\"included\":3,\"further_ore\":2500000,"
                           "\"per_case_ore\":3800000,\"cases\":1}";
    CHECK_CODE(HEMVIST_OK, hemvist_ask_region(NULL, NULL, contract, strlen(contract), NULL, &document, NULL));
    CHECK_TEXT("{\"format\":\"hemvist.contract/1\",\"rows\":[{\"cases\":1,\"cheaper\":\"per_case\",\"contract_ore\":7500000,"
               "\"without_ore\":3800000}]}",
               hemvist_buffer_data(document));
    hemvist_buffer_free(document);
    document = NULL;
    const char *caseload = "{\"ask\":\"caseload\"}";
    CHECK_CODE(HEMVIST_OK, hemvist_ask_region(pool, policy, caseload, strlen(caseload), NULL, &document, NULL));
    take(&document, "\"format\":\"hemvist.caseload/1\"");

    static const struct {
        const char *request;
        int32_t code;
        const char *path;
    } refused[] = {
        {"{\"ask\":\"caseload\"}", HEMVIST_DOCUMENT_MISSING_FIELD, "pool"},
        {"{\"ask\":\"the way\"}", HEMVIST_VALUE_UNKNOWN_WORD, "ask"},
        {"{\"ask\":\"ladder\",\"year\":1999,\"secretary_per_day_ore\":0}", HEMVIST_COSTS_UNKNOWN_YEAR, "year"},
        {"{\"ask\":\"ladder\",\"secretary_per_day_ore\":0}", HEMVIST_COSTS_YEAR_OR_FEES, "year"},
        {"{\"ask\":\"ladder\",\"year\":2016,\"x\":0,\"secretary_per_day_ore\":0}", HEMVIST_DOCUMENT_UNKNOWN_FIELD, "{2}"},
    };
    for (size_t at = 0; at < sizeof refused / sizeof *refused; ++at) {
        const char *request = refused[at].request;
        CHECK_CODE(refused[at].code, hemvist_ask_region(NULL, NULL, request, strlen(request), NULL, &document, &error));
        CHECK_TEXT(refused[at].path, hemvist_error_path_at(error, 0));
        hemvist_error_free(error);
        error = NULL;
    }
    CHECK(document == NULL);
    hemvist_pool_free(pool);
    hemvist_policy_free(policy);
}

void test_ask(const char *examples)
{
    others_are_weighed();
    changes_are_tried();
    sureness_is_told();
    groups_are_counted();
    options_hold_for_questions(examples);
    municipalities_ask();
}
