/* The cases of tests/cases through the C library, with the bytes that every face must give:
 * `conformance <folder made by export-cases>`. */
#include <dirent.h>

#include "support.h"

static const char *folder;
static char name[256];

/* A field of the case, or NULL if it is not given. */
static char *field(const char *field, size_t *length)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s/%s", folder, name, field);
    return read_file_if_there(path, length);
}

/* Ends the program with what a call that failed says. The error is looked at through its place, since C may read an
 * argument before the call in another is made. */
static void must(int32_t code, hemvist_error *const *error)
{
    if (code == HEMVIST_OK) return;
    fprintf(stderr, "%s: %s\n", name, hemvist_error_message(*error, HEMVIST_LANG_EN));
    exit(1);
}

/* The pool in this field; without one that of the example, as a document or as tables. */
static hemvist_pool *pool_of(const char *of)
{
    size_t length = 0;
    hemvist_pool *pool = NULL;
    hemvist_error *error = NULL;
    char *text = field(of, &length), *example = NULL;
    if (text == NULL) {
        example = field("example", NULL);
        if (example == NULL) return NULL; /* A question about prices alone has no pool. */
        char path[4096];
        snprintf(path, sizeof path, "%s/pool.json", example);
        text = read_file_if_there(path, &length);
        pool = text ? NULL : read_tables(example);
        free(example);
    }
    if (pool == NULL) must(hemvist_pool_from_json(text, length, NULL, &pool, &error), &error);
    free(text);
    return pool;
}

/* What refuses a question is told as `{"problems":[...]}`. */
static hemvist_buffer *answer(int32_t code, hemvist_buffer *output, hemvist_error *error)
{
    if (code == HEMVIST_OK) return output;
    hemvist_buffer *told = NULL;
    if (code >= HEMVIST_FAULT_UNPROVEN || hemvist_error_document(error, &told, NULL) != HEMVIST_OK) must(code, &error);
    char *document = malloc(hemvist_buffer_length(told) + 1);
    memcpy(document, hemvist_buffer_data(told), hemvist_buffer_length(told) + 1);
    char *total = strstr(document, ",\"total\":");
    if (total != NULL) memcpy(total, "}", 2);
    hemvist_buffer_free(told);
    hemvist_error_free(error);
    must(hemvist_canonical(document, strlen(document), &output, &error), &error);
    free(document);
    return output;
}

/* The policy in this field, or NULL; if it is refused, `*refusal` is told why. */
static hemvist_policy *policy_of(const char *of, hemvist_buffer **refusal)
{
    size_t length = 0;
    hemvist_policy *policy = NULL;
    hemvist_error *error = NULL;
    char *text = field(of, &length);
    if (text == NULL) return NULL;
    int32_t code = hemvist_policy_from_toml(text, length, &policy, &error);
    if (code != HEMVIST_OK) *refusal = answer(code, NULL, error);
    free(text);
    return policy;
}

static hemvist_plan *plan_of(hemvist_pool *pool, hemvist_policy *policy)
{
    hemvist_run_options options = {.size = sizeof options};
    hemvist_plan *plan = NULL;
    hemvist_error *error = NULL;
    char *seed = field("seed", &options.seed_length);
    options.seed = seed;
    must(hemvist_match(pool, policy, &options, &plan, &error), &error);
    free(seed);
    return plan;
}

static hemvist_buffer *match(hemvist_pool *pool, hemvist_policy *policy)
{
    hemvist_buffer *output = NULL;
    hemvist_error *error = NULL;
    hemvist_plan *plan = plan_of(pool, policy);
    must(hemvist_plan_document(plan, &output, &error), &error);
    hemvist_plan_free(plan);
    return output;
}

static hemvist_buffer *replay(hemvist_pool *pool, hemvist_policy *policy)
{
    hemvist_buffer *record = NULL, *output = NULL;
    hemvist_error *error = NULL;
    hemvist_plan *plan = plan_of(pool, policy);
    must(hemvist_plan_audit(plan, 1, &record, &error), &error);
    hemvist_plan_free(plan);
    char *then = field("then_pool", NULL);
    hemvist_pool *then_pool = then ? pool_of("then_pool") : NULL;
    hemvist_policy *then_policy = policy_of("then_policy", &output);
    must(hemvist_replay(hemvist_buffer_data(record), hemvist_buffer_length(record), then_pool ? then_pool : pool,
                        then_policy ? then_policy : policy, &output, &error),
         &error);
    free(then);
    hemvist_buffer_free(record);
    hemvist_pool_free(then_pool);
    hemvist_policy_free(then_policy);
    return output;
}

/* A number of the case, or another one if it is not given. */
static uint32_t number(const char *of, uint32_t otherwise)
{
    char *text = field(of, NULL);
    uint32_t given = text ? (uint32_t)strtoul(text, NULL, 10) : otherwise;
    free(text);
    return given;
}

/* The same for an options struct, where 0 stands for a default. */
static uint32_t option(const char *of)
{
    uint32_t given = number(of, 0);
    char *text = field(of, NULL);
    if (text != NULL && given == 0) given = HEMVIST_NONE;
    free(text);
    return given;
}

static hemvist_buffer *audit(hemvist_pool *pool, hemvist_policy *policy)
{
    hemvist_buffer *output = NULL;
    hemvist_error *error = NULL;
    hemvist_plan *plan = plan_of(pool, policy);
    must(hemvist_plan_audit(plan, 1, &output, &error), &error);
    hemvist_plan_free(plan);
    return output;
}

static hemvist_buffer *rank(hemvist_pool *pool, hemvist_policy *policy)
{
    size_t length = 0;
    hemvist_buffer *output = NULL;
    hemvist_error *error = NULL;
    char *child = field("child", &length);
    int32_t code = hemvist_rank_document(pool, policy, child, length, number("most", 3), (int32_t)number("ruled_out", 0),
                                         &output, &error);
    free(child);
    return answer(code, output, error);
}

/* What is asked of a plan; NULL for an operation that is not known here. */
static hemvist_buffer *question(const char *operation, hemvist_pool *pool, hemvist_policy *policy)
{
    size_t child_length = 0, family_length = 0, changes_length = 0, labels_length = 0;
    hemvist_buffer *output = NULL;
    hemvist_error *error = NULL;
    hemvist_weight_range range = {.size = sizeof range};
    hemvist_call_options calls = {.size = sizeof calls};
    char *child = field("child", &child_length), *family = field("family", &family_length);
    char *changes = field("changes", &changes_length), *labels = field("labels", &labels_length);
    char *rates = field("rates", &calls.rates_length);
    hemvist_policy *then = policy_of("then_policy", &output);
    hemvist_plan *plan = plan_of(pool, policy);
    int32_t code = HEMVIST_OK;
    if (strcmp(operation, "alternatives") == 0) {
        code = hemvist_alternatives(plan, child, child_length, number("most", 3), NULL, &output, &error);
    } else if (strcmp(operation, "why_not") == 0) {
        code = hemvist_why_not(plan, child, child_length, family, family_length, NULL, &output, &error);
    } else if (strcmp(operation, "what_if") == 0) {
        code = hemvist_what_if(plan, changes, changes_length, then, NULL, &output, NULL, &error);
    } else if (strcmp(operation, "choices") == 0) {
        code = hemvist_choices(plan, NULL, &output, &error);
    } else if (strcmp(operation, "ties") == 0) {
        code = hemvist_ties(plan, NULL, &output, &error);
    } else if (strcmp(operation, "robustness") == 0) {
        range.share = number("share", 0);
        range.samples = option("samples");
        range.steps = option("steps");
        code = hemvist_robustness(plan, &range, NULL, &output, &error);
    } else if (strcmp(operation, "questions") == 0) {
        code = hemvist_questions(plan, child, child_length, NULL, &output, &error);
    } else if (strcmp(operation, "calls") == 0) {
        calls.rates = rates;
        calls.most = option("most");
        calls.runs = number("runs", 0);
        calls.unknown_rate = option("unknown_rate");
        code = hemvist_calls(plan, child, child_length, &calls, NULL, &output, &error);
    } else if (strcmp(operation, "groups") == 0) {
        code = hemvist_groups(plan, labels, labels_length, number("least", 0), &output, &error);
    }
    hemvist_plan_free(plan);
    hemvist_policy_free(then);
    free(child);
    free(family);
    free(changes);
    free(labels);
    free(rates);
    return answer(code, output, error);
}

static hemvist_buffer *region(hemvist_pool *pool, hemvist_policy *policy)
{
    size_t length = 0;
    hemvist_run_options options = {.size = sizeof options};
    hemvist_buffer *output = NULL;
    hemvist_error *error = NULL;
    char *request = field("request", &length), *seed = field("seed", &options.seed_length);
    options.seed = seed;
    must(hemvist_ask_region(pool, policy, request, length, &options, &output, &error), &error);
    free(request);
    free(seed);
    return output;
}

static hemvist_buffer *validate(void)
{
    size_t length = 0;
    hemvist_buffer *output = NULL;
    hemvist_error *error = NULL;
    char *text = field("pool", &length);
    must(hemvist_validate(text, length, NULL, &output, &error), &error);
    free(text);
    return output;
}

static hemvist_buffer *canonical(void)
{
    size_t length = 0;
    hemvist_buffer *output = NULL;
    hemvist_error *error = NULL;
    char *text = field("document", &length);
    must(hemvist_canonical(text, length, &output, &error), &error);
    free(text);
    return output;
}

/* The order as a document, made canonical by the library. */
static hemvist_buffer *lottery(void)
{
    enum { MOST = 1000 };
    static const char *ids[MOST];
    static size_t lengths[MOST];
    static uint32_t order[MOST];
    size_t count = 0, seed_length = 0, size = 0;
    hemvist_buffer *output = NULL;
    hemvist_error *error = NULL;
    char *seed = field("seed", &seed_length), *text = field("ids", NULL);
    for (char *line = strtok(text, "\n"); line && count < MOST; line = strtok(NULL, "\n")) {
        ids[count] = line;
        lengths[count] = strlen(line);
        size += lengths[count++] + 3;
    }
    must(hemvist_lottery_order(seed, seed_length, ids, lengths, count, order, &error), &error);
    char *document = malloc(size + 16), *end = document;
    end += sprintf(end, "{\"order\":[");
    for (size_t at = 0; at < count; ++at) end += sprintf(end, "%s\"%s\"", at ? "," : "", ids[order[at]]);
    end += sprintf(end, "]}");
    must(hemvist_canonical(document, (size_t)(end - document), &output, &error), &error);
    free(document);
    free(seed);
    free(text);
    return output;
}

static hemvist_buffer *about_pool(const char *operation, hemvist_pool *pool, hemvist_policy *policy)
{
    if (strcmp(operation, "match") == 0) return match(pool, policy);
    if (strcmp(operation, "replay") == 0) return replay(pool, policy);
    if (strcmp(operation, "audit") == 0) return audit(pool, policy);
    if (strcmp(operation, "rank") == 0) return rank(pool, policy);
    if (strcmp(operation, "region") == 0) return region(pool, policy);
    return question(operation, pool, policy);
}

/* Where two answers part, with what stands there in each. */
static void tell_difference(const hemvist_buffer *output, const char *expected, size_t length)
{
    const char *found = hemvist_buffer_data(output);
    size_t at = 0;
    while (at < length && at < hemvist_buffer_length(output) && found[at] == expected[at]) ++at;
    fprintf(stderr, "%s: other bytes than expected from byte %zu on: %.60s instead of %.60s\n", name, at, found + at,
            expected + at);
}

static void run(void)
{
    size_t length = 0;
    char *operation = field("operation", NULL), *expected = field("expected", &length);
    hemvist_buffer *output = NULL;
    if (strcmp(operation, "validate") == 0) {
        output = validate();
    } else if (strcmp(operation, "canonical") == 0) {
        output = canonical();
    } else if (strcmp(operation, "lottery") == 0) {
        output = lottery();
    } else {
        hemvist_pool *pool = pool_of("pool");
        hemvist_policy *policy = policy_of("policy", &output);
        if (policy == NULL && output == NULL) policy = default_policy();
        if (output == NULL) output = about_pool(operation, pool, policy);
        hemvist_pool_free(pool);
        hemvist_policy_free(policy);
    }
    if (output == NULL) {
        fprintf(stderr, "%s: no operation %s here\n", name, operation);
        ++failures;
    } else if (hemvist_buffer_length(output) != length || memcmp(hemvist_buffer_data(output), expected, length) != 0) {
        tell_difference(output, expected, length);
        ++failures;
    }
    hemvist_buffer_free(output);
    free(operation);
    free(expected);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: conformance CASES\n");
        return 2;
    }
    folder = argv[1];
    DIR *dir = opendir(folder);
    if (dir == NULL) {
        fprintf(stderr, "%s is not there\n", folder);
        return 2;
    }
    int cases = 0;
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        if (entry->d_name[0] == '.') continue;
        snprintf(name, sizeof name, "%s", entry->d_name);
        run();
        ++cases;
    }
    closedir(dir);
    printf("%d cases through the C library, %d with other bytes than expected\n", cases, (int)failures);
    return failures == 0 && cases >= 120 ? 0 : 1;
}
