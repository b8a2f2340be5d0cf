#include "support.h"

#include <dirent.h>

_Atomic int failures = 0;

const char SMALL_POOL[] =
    "{\"format\":\"hemvist.pool/1\",\"as_of\":\"2026-01-15\",\"municipalities\":[{\"id\":\"1276\"}],"
    "\"families\":["
    "{\"id\":\"f1\",\"municipality\":\"1276\",\"kind\":\"family\",\"places\":1,\"ages\":{\"from\":0,\"to\":9},"
    "\"assessed_on\":\"2025-10-01\",\"register_checked_on\":\"2025-09-01\"},"
    "{\"id\":\"f2\",\"municipality\":\"1276\",\"kind\":\"family\",\"places\":1,\"ages\":{\"from\":0,\"to\":17},"
    "\"assessed_on\":\"2025-10-01\",\"register_checked_on\":\"2025-09-01\"}],"
    "\"children\":["
    "{\"id\":\"c1\",\"municipality\":\"1276\",\"age\":7,\"placement\":\"long_term\"},"
    "{\"id\":\"c2\",\"municipality\":\"1276\",\"age\":15,\"placement\":\"long_term\"}]}";

char *read_file_if_there(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) return NULL;
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    fseek(file, 0, SEEK_SET);
    char *bytes = malloc((size_t)size + 1);
    if (bytes == NULL || fread(bytes, 1, (size_t)size, file) != (size_t)size) {
        fprintf(stderr, "%s cannot be read\n", path);
        exit(2);
    }
    fclose(file);
    bytes[size] = 0;
    if (length) *length = (size_t)size;
    return bytes;
}

char *read_file(const char *path, size_t *length)
{
    char *bytes = read_file_if_there(path, length);
    if (bytes == NULL) {
        fprintf(stderr, "%s is not there\n", path);
        exit(2);
    }
    return bytes;
}

hemvist_pool *read_tables(const char *folder)
{
    enum { MOST = 64 };
    char *names[MOST], *contents[MOST];
    size_t name_lengths[MOST], content_lengths[MOST], count = 0;
    DIR *dir = opendir(folder);
    if (dir == NULL) {
        fprintf(stderr, "%s is not there\n", folder);
        exit(2);
    }
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        size_t length = strlen(entry->d_name);
        if (length < 4 || strcmp(entry->d_name + length - 4, ".csv") != 0 || count == MOST) continue;
        size_t path_size = strlen(folder) + length + 2;
        char *path = malloc(path_size);
        snprintf(path, path_size, "%s/%s", folder, entry->d_name);
        names[count] = malloc(length + 1);
        memcpy(names[count], entry->d_name, length + 1);
        name_lengths[count] = length;
        contents[count] = read_file(path, &content_lengths[count]);
        free(path);
        ++count;
    }
    closedir(dir);
    hemvist_pool *pool = NULL;
    hemvist_error *error = NULL;
    if (hemvist_pool_from_tables((const char *const *)names, name_lengths, (const char *const *)contents,
                                 content_lengths, count, NULL, &pool, NULL, &error) != HEMVIST_OK) {
        fprintf(stderr, "%s: %s\n", folder, hemvist_error_message(error, HEMVIST_LANG_EN));
        exit(2);
    }
    for (size_t at = 0; at < count; ++at) {
        free(names[at]);
        free(contents[at]);
    }
    return pool;
}

hemvist_pool *small_pool(void)
{
    hemvist_pool *pool = NULL;
    CHECK_CODE(HEMVIST_OK, hemvist_pool_from_json(SMALL_POOL, strlen(SMALL_POOL), NULL, &pool, NULL));
    return pool;
}

hemvist_policy *default_policy(void)
{
    hemvist_policy *policy = NULL;
    CHECK_CODE(HEMVIST_OK, hemvist_policy_default(&policy, NULL));
    return policy;
}

hemvist_plan *small_plan(void)
{
    hemvist_pool *pool = small_pool();
    hemvist_policy *policy = default_policy();
    hemvist_plan *plan = NULL;
    CHECK_CODE(HEMVIST_OK, hemvist_match(pool, policy, NULL, &plan, NULL));
    /* The plan outlives what it was made from. */
    hemvist_pool_free(pool);
    hemvist_policy_free(policy);
    return plan;
}

int holds(const hemvist_buffer *document, const char *text)
{
    return document != NULL && strstr(hemvist_buffer_data(document), text) != NULL;
}
