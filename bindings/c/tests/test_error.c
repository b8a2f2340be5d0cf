/* Errors: code, path and message of every problem, in two languages; and what reading from nothing gives. */
#include "units.h"

static void every_problem_is_told(void)
{
    const char *text =
        "{\"format\":\"hemvist.pool/1\",\"as_of\":\"2026-01-15\",\"municipalities\":[{\"id\":\"1276\"},{\"id\":\"1276\"}],"
        "\"children\":[{\"id\":\"c1\",\"municipality\":\"1276\",\"age\":99,\"placement\":\"long_term\"}]}";
    hemvist_pool *pool = NULL;
    hemvist_error *error = NULL;
    CHECK_CODE(HEMVIST_POOL_DUPLICATE_ID, hemvist_pool_from_json(text, strlen(text), NULL, &pool, &error));
    CHECK(pool == NULL && error != NULL);
    CHECK(hemvist_error_code(error) == HEMVIST_POOL_DUPLICATE_ID);
    CHECK(hemvist_error_count(error) == 2 && hemvist_error_total(error) == 2);
    CHECK_TEXT("municipalities[1].id", hemvist_error_path_at(error, 0));
    CHECK(hemvist_error_code_at(error, 1) == HEMVIST_VALUE_OUT_OF_RANGE);
    CHECK_TEXT("children[0].age", hemvist_error_path_at(error, 1));
    CHECK_TEXT("children[0].age: number outside its range; allowed: 0 to 20; found: 99",
               hemvist_error_message_at(error, 1, HEMVIST_LANG_EN));
    CHECK(strstr(hemvist_error_message_at(error, 1, HEMVIST_LANG_SV), "talet ligger utanf") != NULL);
    CHECK(strncmp(hemvist_error_message(error, HEMVIST_LANG_EN), "2 problems\n", 11) == 0);
    CHECK(strncmp(hemvist_error_message(error, HEMVIST_LANG_SV), "2 fel\n", 6) == 0);

    /* Beyond the last problem, and for a language that is none. */
    CHECK(hemvist_error_code_at(error, 2) == 0 && hemvist_error_code_at(error, SIZE_MAX) == 0);
    CHECK_TEXT("", hemvist_error_path_at(error, 2));
    CHECK_TEXT("", hemvist_error_message_at(error, 2, HEMVIST_LANG_EN));
    CHECK_TEXT("", hemvist_error_message_at(error, 0, 7));
    CHECK_TEXT("", hemvist_error_message(error, -1));

    hemvist_buffer *document = NULL;
    CHECK_CODE(HEMVIST_OK, hemvist_error_document(error, &document, NULL));
    CHECK(holds(document, "{\"problems\":[{\"code\":\"pool.duplicate_id\",") && holds(document, "\"total\":2}"));
    hemvist_buffer_free(document);
    hemvist_error_free(error);
}

static void nothing_has_no_code(void)
{
    CHECK(hemvist_error_code(NULL) == HEMVIST_OK);
    CHECK(hemvist_error_count(NULL) == 0 && hemvist_error_total(NULL) == 0);
    CHECK_TEXT("", hemvist_error_message(NULL, HEMVIST_LANG_EN));
    CHECK_TEXT("", hemvist_error_path_at(NULL, 0));
    hemvist_error_free(NULL);
    CHECK(hemvist_buffer_data(NULL) == NULL && hemvist_buffer_length(NULL) == 0);
    hemvist_buffer_free(NULL);
}

static void codes_have_words(void)
{
    CHECK_TEXT("ok", hemvist_code_slug(HEMVIST_OK));
    CHECK_TEXT("pool.duplicate_id", hemvist_code_slug(HEMVIST_POOL_DUPLICATE_ID));
    CHECK_TEXT("handle.poisoned", hemvist_code_slug(HEMVIST_HANDLE_POISONED));
    CHECK(hemvist_code_slug(1) == NULL && hemvist_code_slug(-1) == NULL && hemvist_code_slug(INT32_MAX) == NULL);
    CHECK(hemvist_abi_version() == HEMVIST_ABI_VERSION);
    CHECK(strchr(hemvist_version(), '.') != NULL);
}

/* A number of ten digits could be a personal identity number: an error tells how long it is, not what it is. */
static void errors_hold_no_identity(void)
{
    const char *text =
        "{\"format\":\"hemvist.pool/1\",\"as_of\":\"2026-01-15\",\"municipalities\":[{\"id\":\"1276\",\"population\":1212121212}],"
        "\"children\":[{\"id\":\"Anna Andersson\",\"municipality\":\"1276\",\"age\":7,\"placement\":\"Annas mormor\"}]}";
    hemvist_error *error = NULL;
    hemvist_pool *pool = NULL;
    CHECK(hemvist_pool_from_json(text, strlen(text), NULL, &pool, &error) != HEMVIST_OK);
    hemvist_buffer *document = NULL;
    CHECK_CODE(HEMVIST_OK, hemvist_error_document(error, &document, NULL));
    CHECK(!holds(document, "Anna") && !holds(document, "1212121212"));
    CHECK(strstr(hemvist_error_message(error, HEMVIST_LANG_EN), "Anna") == NULL);
    CHECK(strstr(hemvist_error_message(error, HEMVIST_LANG_SV), "12121") == NULL);
    hemvist_buffer_free(document);
    hemvist_error_free(error);
}

void test_error(void)
{
    every_problem_is_told();
    nothing_has_no_code();
    codes_have_words();
    errors_hold_no_identity();
}
