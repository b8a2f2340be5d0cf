/* Policies: the default, TOML and JSON, the document, refusals. */
#include "units.h"

void test_policy(void)
{
    hemvist_policy *policy = default_policy(), *other = NULL;
    hemvist_buffer *document = NULL, *second = NULL;
    CHECK_CODE(HEMVIST_OK, hemvist_policy_document(policy, &document, NULL));
    CHECK_CODE(HEMVIST_OK, hemvist_policy_from_json(hemvist_buffer_data(document), hemvist_buffer_length(document), &other,
                                                    NULL));
    CHECK_CODE(HEMVIST_OK, hemvist_policy_document(other, &second, NULL));
    CHECK_TEXT(hemvist_buffer_data(document), hemvist_buffer_data(second));
    hemvist_buffer_free(document);
    hemvist_buffer_free(second);
    hemvist_policy_free(policy);
    hemvist_policy_free(other);

    const char *toml = "format = \"hemvist.policy/1\"\ntie_seed = \"dragning 7\"\n";
    CHECK_CODE(HEMVIST_OK, hemvist_policy_from_toml(toml, strlen(toml), &policy, NULL));
    CHECK_CODE(HEMVIST_OK, hemvist_policy_document(policy, &document, NULL));
    CHECK(holds(document, "\"tie_seed\":\"dragning 7\""));
    hemvist_buffer_free(document);
    hemvist_policy_free(policy);

    hemvist_error *error = NULL;
    policy = NULL;
    toml = "format = \"hemvist.policy/1\"\ncolour = 1\n";
    CHECK_CODE(HEMVIST_DOCUMENT_UNKNOWN_FIELD, hemvist_policy_from_toml(toml, strlen(toml), &policy, &error));
    CHECK(policy == NULL && strstr(hemvist_error_message(error, HEMVIST_LANG_EN), "colour") == NULL);
    hemvist_error_free(error);
    CHECK_CODE(HEMVIST_ARGUMENT_NOT_UTF8, hemvist_policy_from_toml("\xFF", 1, &policy, NULL));
    CHECK_CODE(HEMVIST_POLICY_SYNTAX, hemvist_policy_from_json("{", 1, &policy, NULL));
    CHECK(policy == NULL);
}
