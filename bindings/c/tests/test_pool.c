/* Pools: from JSON and from tables, sizes, numbers and ids, the document. */
#include "units.h"

static void numbers_follow_ids(void)
{
    hemvist_pool *pool = small_pool();
    size_t children = 0, families = 0;
    CHECK_CODE(HEMVIST_OK, hemvist_pool_size(pool, &children, &families, NULL));
    CHECK(children == 2 && families == 2);

    uint32_t number = 99;
    CHECK_CODE(HEMVIST_OK, hemvist_pool_child(pool, "c2", 2, &number, NULL));
    CHECK(number == 1);
    CHECK_CODE(HEMVIST_OK, hemvist_pool_family(pool, "f1 and more", 2, &number, NULL));
    CHECK(number == 0);
    number = 99;
    CHECK_CODE(HEMVIST_OPTION_UNKNOWN_CHILD, hemvist_pool_child(pool, "f1", 2, &number, NULL));
    CHECK_CODE(HEMVIST_OPTION_UNKNOWN_FAMILY, hemvist_pool_family(pool, NULL, 0, &number, NULL));
    CHECK(number == 99);

    const char *id = NULL;
    size_t length = 0;
    CHECK_CODE(HEMVIST_OK, hemvist_pool_child_id(pool, 1, &id, &length, NULL));
    CHECK(length == 2 && memcmp(id, "c2", 2) == 0);
    CHECK_CODE(HEMVIST_OK, hemvist_pool_family_id(pool, 0, &id, &length, NULL));
    CHECK(length == 2 && memcmp(id, "f1", 2) == 0);
    hemvist_error *error = NULL;
    CHECK_CODE(HEMVIST_ARGUMENT_INDEX, hemvist_pool_family_id(pool, 2, &id, &length, &error));
    CHECK_TEXT("family: no record has this index; allowed: 0 to 1; found: 2", hemvist_error_message(error, HEMVIST_LANG_EN));
    hemvist_error_free(error);
    hemvist_pool_free(pool);
}

/* The document of a pool gives the same pool, and the same document. */
static void documents_come_back(const char *examples)
{
    char folder[4096];
    snprintf(folder, sizeof folder, "%s/nordvastra-skane", examples);
    hemvist_pool *pool = read_tables(folder), *again = NULL;
    hemvist_buffer *document = NULL, *second = NULL;
    CHECK_CODE(HEMVIST_OK, hemvist_pool_document(pool, &document, NULL));
    CHECK_CODE(HEMVIST_OK, hemvist_pool_from_json(hemvist_buffer_data(document), hemvist_buffer_length(document), NULL,
                                                  &again, NULL));
    CHECK_CODE(HEMVIST_OK, hemvist_pool_document(again, &second, NULL));
    CHECK(hemvist_buffer_length(document) == hemvist_buffer_length(second));
    CHECK(strcmp(hemvist_buffer_data(document), hemvist_buffer_data(second)) == 0);
    hemvist_buffer_free(document);
    hemvist_buffer_free(second);
    hemvist_pool_free(pool);
    hemvist_pool_free(again);
}

static void tables_tell_how_they_were_read(void)
{
    const char *names[] = {"pool.csv", "kommuner.csv", "barn.csv"};
    const char *contents[] = {"as_of\n2026-01-15\n", "kommunkod;namn\n1276;Klippan\n",
                              "barn;kommun;\xE5lder;placeringsform\nc1;1276;7;stadigvarande\n"};
    size_t name_lengths[3], content_lengths[3];
    for (int at = 0; at < 3; ++at) {
        name_lengths[at] = strlen(names[at]);
        content_lengths[at] = strlen(contents[at]);
    }
    hemvist_pool *pool = NULL;
    hemvist_buffer *notes = NULL;
    hemvist_error *error = NULL;
    int32_t code = hemvist_pool_from_tables(names, name_lengths, contents, content_lengths, 3, NULL, &pool, &notes, &error);
    if (code != HEMVIST_OK) fprintf(stderr, "%s\n", hemvist_error_message(error, HEMVIST_LANG_EN));
    CHECK(code == HEMVIST_OK);
    CHECK(holds(notes, "\"encoding\":\"windows1252\"") && holds(notes, "\"delimiter\":\"semicolon\""));
    hemvist_buffer_free(notes);
    hemvist_pool_free(pool);

    /* A problem is told at its row, as a spreadsheet counts. */
    contents[2] = "barn;kommun;\xE5lder;placeringsform\nc1;1276;77;stadigvarande\n";
    pool = NULL;
    CHECK_CODE(HEMVIST_VALUE_OUT_OF_RANGE,
               hemvist_pool_from_tables(names, name_lengths, contents, content_lengths, 3, NULL, &pool, &notes, &error));
    CHECK_TEXT("children.csv:2.age", hemvist_error_path_at(error, 0));
    CHECK(pool == NULL);
    hemvist_error_free(error);
}

static void identity_numbers_need_leave(void)
{
    const char *text =
        "{\"format\":\"hemvist.pool/1\",\"as_of\":\"2026-01-15\",\"municipalities\":[{\"id\":\"1276\"}],"
        "\"children\":[{\"id\":\"1212121212\",\"municipality\":\"1276\",\"age\":7,\"placement\":\"long_term\"}]}";
    hemvist_pool *pool = NULL;
    CHECK_CODE(HEMVIST_VALUE_IDENTITY_NUMBER, hemvist_pool_from_json(text, strlen(text), NULL, &pool, NULL));
    hemvist_read_options options = {sizeof options, 1};
    CHECK_CODE(HEMVIST_OK, hemvist_pool_from_json(text, strlen(text), &options, &pool, NULL));
    hemvist_pool_free(pool);
}

static void validation_is_a_report(void)
{
    hemvist_buffer *report = NULL;
    CHECK_CODE(HEMVIST_OK, hemvist_validate(SMALL_POOL, strlen(SMALL_POOL), NULL, &report, NULL));
    CHECK_TEXT("{\"problems\":[],\"total\":0}", hemvist_buffer_data(report));
    hemvist_buffer_free(report);
    CHECK_CODE(HEMVIST_OK, hemvist_validate("{", 1, NULL, &report, NULL));
    CHECK(holds(report, "document.cut_short"));
    hemvist_buffer_free(report);
}

/* A struct of a later version is longer; what this version does not know must be 0. */
static void structs_may_grow(void)
{
    struct {
        hemvist_read_options known;
        uint64_t later;
    } options;
    memset(&options, 0, sizeof options);
    options.known.size = sizeof options;
    hemvist_pool *pool = NULL;
    CHECK_CODE(HEMVIST_OK, hemvist_pool_from_json(SMALL_POOL, strlen(SMALL_POOL), &options.known, &pool, NULL));
    hemvist_pool_free(pool);
    options.later = 1;
    CHECK_CODE(HEMVIST_ARGUMENT_STRUCT_SIZE,
               hemvist_pool_from_json(SMALL_POOL, strlen(SMALL_POOL), &options.known, &pool, NULL));
    size_t wrong[] = {0, 1, sizeof(size_t), sizeof options.known - 1, 4097, SIZE_MAX};
    for (size_t at = 0; at < sizeof wrong / sizeof *wrong; ++at) {
        options.known.size = wrong[at];
        CHECK_CODE(HEMVIST_ARGUMENT_STRUCT_SIZE,
                   hemvist_pool_from_json(SMALL_POOL, strlen(SMALL_POOL), &options.known, &pool, NULL));
    }
}

void test_pool(const char *examples)
{
    numbers_follow_ids();
    documents_come_back(examples);
    tables_tell_how_they_were_read();
    identity_numbers_need_leave();
    validation_is_a_report();
    structs_may_grow();
}
