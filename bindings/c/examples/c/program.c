/* Ranks the families for one child, matches the whole pool, explains one pair, asks the plan (which other families, why
 * not this one, what changes would do), and keeps a record. From the CSV tables of a folder: `program FOLDER CHILD FAMILY
 * CHANGES SEED`, where CHANGES is a document hemvist.changes/1 and SEED draws the lots. Prints seven documents, one to a
 * line: the same bytes as the command hemvist. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <hemvist.h>

enum { MOST_TABLES = 64 };

/* Ends the program with what a call that failed says. The error is looked at through its place, since C may read the
 * second argument before the call in the first is made. */
static void check(int32_t code, hemvist_error **error)
{
    if (code == HEMVIST_OK) return;
    fprintf(stderr, "%s (%s)\n", hemvist_error_message(*error, HEMVIST_LANG_EN), hemvist_code_slug(code));
    hemvist_error_free(*error);
    exit(1);
}

static char *read_file(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) exit(1);
    *length = (size_t)ftell(file);
    rewind(file);
    char *bytes = malloc(*length + 1);
    if (bytes == NULL || fread(bytes, 1, *length, file) != *length) exit(1);
    fclose(file);
    return bytes;
}

static hemvist_pool *read_pool(const char *folder)
{
    char *names[MOST_TABLES], *contents[MOST_TABLES];
    size_t name_lengths[MOST_TABLES], content_lengths[MOST_TABLES], count = 0;
    DIR *dir = opendir(folder);
    if (dir == NULL) exit(1);
    for (struct dirent *entry; (entry = readdir(dir)) != NULL && count < MOST_TABLES;) {
        size_t length = strlen(entry->d_name);
        if (length < 4 || strcmp(entry->d_name + length - 4, ".csv") != 0) continue;
        names[count] = malloc(length + 1);
        if (names[count] == NULL) exit(1);
        memcpy(names[count], entry->d_name, length + 1);
        name_lengths[count] = length;
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        contents[count] = read_file(path, &content_lengths[count]);
        ++count;
    }
    closedir(dir);

    hemvist_pool *pool = NULL;
    hemvist_error *error = NULL;
    int32_t code = hemvist_pool_from_tables((const char *const *)names, name_lengths, (const char *const *)contents,
                                            content_lengths, count, NULL, &pool, NULL, &error);
    check(code, &error);
    for (size_t at = 0; at < count; ++at) {
        free(names[at]);
        free(contents[at]);
    }
    return pool;
}

/* Prints a document and frees it. */
static void print(hemvist_buffer *document)
{
    printf("%s\n", hemvist_buffer_data(document));
    hemvist_buffer_free(document);
}

/* Told about twenty times a second; anything but 0 would stop the work. */
static int32_t progress(void *asked, uint64_t work, int64_t value, int64_t bound)
{
    (void)work, (void)value, (void)bound;
    ++*(int *)asked;
    return 0;
}

int main(int argc, char **argv)
{
    if (argc != 6 || hemvist_abi_version() != HEMVIST_ABI_VERSION) {
        fprintf(stderr, "usage: program FOLDER CHILD FAMILY CHANGES SEED, with a hemvist of ABI %d\n", HEMVIST_ABI_VERSION);
        return 2;
    }
    const char *child = argv[2], *family = argv[3];
    hemvist_pool *pool = read_pool(argv[1]);
    hemvist_policy *policy = NULL;
    hemvist_plan *plan = NULL;
    hemvist_buffer *document = NULL;
    hemvist_error *error = NULL;
    int asked = 0;

    check(hemvist_policy_default(&policy, &error), &error);
    check(hemvist_rank_document(pool, policy, child, strlen(child), 10, 0, &document, &error), &error);
    print(document);

    hemvist_run_options options = {.size = sizeof options, .progress = progress, .progress_context = &asked};
    options.seed = argv[5];
    options.seed_length = strlen(argv[5]);
    check(hemvist_match(pool, policy, &options, &plan, &error), &error);
    check(hemvist_plan_document(plan, &document, &error), &error);
    print(document);

    check(hemvist_explain(pool, policy, child, strlen(child), family, strlen(family), HEMVIST_LANG_EN, &document, &error),
          &error);
    print(document);

    check(hemvist_alternatives(plan, child, strlen(child), 3, NULL, &document, &error), &error);
    print(document);
    check(hemvist_why_not(plan, child, strlen(child), family, strlen(family), NULL, &document, &error), &error);
    print(document);
    size_t length = 0;
    char *changes = read_file(argv[4], &length);
    check(hemvist_what_if(plan, changes, length, NULL, NULL, &document, NULL, &error), &error);
    print(document);
    check(hemvist_plan_audit(plan, 0, &document, &error), &error);
    print(document);

    free(changes);
    hemvist_plan_free(plan);
    hemvist_policy_free(policy);
    hemvist_pool_free(pool);
    return asked > 0 ? 0 : 1;
}
