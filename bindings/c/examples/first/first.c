#include <stdio.h>
#include <hemvist.h>

int main(void)
{
    static char json[1 << 20];
    size_t length = fread(json, 1, sizeof json, stdin);
    hemvist_pool *pool = NULL;
    hemvist_policy *policy = NULL;
    hemvist_plan *plan = NULL;
    hemvist_buffer *document = NULL;
    hemvist_error *error = NULL;

    if (hemvist_pool_from_json(json, length, NULL, &pool, &error) == HEMVIST_OK
        && hemvist_policy_default(&policy, &error) == HEMVIST_OK
        && hemvist_match(pool, policy, NULL, &plan, &error) == HEMVIST_OK
        && hemvist_plan_document(plan, &document, &error) == HEMVIST_OK)
        puts(hemvist_buffer_data(document));
    else
        fputs(hemvist_error_message(error, HEMVIST_LANG_EN), stderr);

    int failed = document == NULL;
    hemvist_buffer_free(document);
    hemvist_plan_free(plan);
    hemvist_policy_free(policy);
    hemvist_pool_free(pool);
    hemvist_error_free(error);
    return failed;
}
