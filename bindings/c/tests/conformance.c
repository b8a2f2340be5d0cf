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

static void must(int32_t code, hemvist_error *error)
{
    if (code == HEMVIST_OK) return;
    fprintf(stderr, "%s: %s\n", name, hemvist_error_message(error, HEMVIST_LANG_EN));
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
        if (example == NULL) return NULL;
        char path[4096];
        snprintf(path, sizeof path, "%s/pool.json", example);
        text = read_file_if_there(path, &length);
        pool = text ? NULL : read_tables(example);
        free(example);
    }
    if (pool == NULL) must(hemvist_pool_from_json(text, length, NULL, &pool, &error), error);
    free(text);
    return pool;
}

static hemvist_policy *policy_of(const char *of)
{
    size_t length = 0;
    hemvist_policy *policy = NULL;
    hemvist_error *error = NULL;
    char *text = field(of, &length);
    if (text == NULL) return NULL;
    must(hemvist_policy_from_toml(text, length, &policy, &error), error);
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
    must(hemvist_match(pool, policy, &options, &plan, &error), error);
    free(seed);
    return plan;
}

static hemvist_buffer *match(hemvist_pool *pool, hemvist_policy *policy)
{
    hemvist_buffer *output = NULL;
    hemvist_error *error = NULL;
    hemvist_plan *plan = plan_of(pool, policy);
    must(hemvist_plan_document(plan, &output, &error), error);
    hemvist_plan_free(plan);
    return output;
}

static hemvist_buffer *replay(hemvist_pool *pool, hemvist_policy *policy)
{
    hemvist_buffer *record = NULL, *output = NULL;
    hemvist_error *error = NULL;
    hemvist_plan *plan = plan_of(pool, policy);
    must(hemvist_plan_audit(plan, 1, &record, &error), error);
    hemvist_plan_free(plan);
    char *then = field("then_pool", NULL);
    hemvist_pool *then_pool = then ? pool_of("then_pool") : NULL;
    hemvist_policy *then_policy = policy_of("then_policy");
    must(hemvist_replay(hemvist_buffer_data(record), hemvist_buffer_length(record), then_pool ? then_pool : pool,
                        then_policy ? then_policy : policy, &output, &error),
         error);
    free(then);
    hemvist_buffer_free(record);
    hemvist_pool_free(then_pool);
    hemvist_policy_free(then_policy);
    return output;
}

static hemvist_buffer *validate(void)
{
    size_t length = 0;
    hemvist_buffer *output = NULL;
    hemvist_error *error = NULL;
    char *text = field("pool", &length);
    must(hemvist_validate(text, length, NULL, &output, &error), error);
    free(text);
    return output;
}

static hemvist_buffer *canonical(void)
{
    size_t length = 0;
    hemvist_buffer *output = NULL;
    hemvist_error *error = NULL;
    char *text = field("document", &length);
    must(hemvist_canonical(text, length, &output, &error), error);
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
    must(hemvist_lottery_order(seed, seed_length, ids, lengths, count, order, &error), error);
    char *document = malloc(size + 16), *end = document;
    end += sprintf(end, "{\"order\":[");
    for (size_t at = 0; at < count; ++at) end += sprintf(end, "%s\"%s\"", at ? "," : "", ids[order[at]]);
    end += sprintf(end, "]}");
    must(hemvist_canonical(document, (size_t)(end - document), &output, &error), error);
    free(document);
    free(seed);
    free(text);
    return output;
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
        hemvist_policy *policy = policy_of("policy");
        if (policy == NULL) policy = default_policy();
        if (strcmp(operation, "match") == 0) output = match(pool, policy);
        if (strcmp(operation, "replay") == 0) output = replay(pool, policy);
        hemvist_pool_free(pool);
        hemvist_policy_free(policy);
    }
    if (output == NULL) {
        fprintf(stderr, "%s: no operation %s here\n", name, operation);
        ++failures;
    } else if (hemvist_buffer_length(output) != length || memcmp(hemvist_buffer_data(output), expected, length) != 0) {
        fprintf(stderr, "%s: other bytes than expected:\n%s\n", name, hemvist_buffer_data(output));
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
    return failures == 0 && cases >= 50 ? 0 : 1;
}
