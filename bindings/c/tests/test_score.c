/* Fits as numbers: each way of asking gives the same ones. */
#include "units.h"

static void all_ways_agree(hemvist_pool *pool, hemvist_policy *policy)
{
    size_t children = 0, families = 0;
    CHECK_CODE(HEMVIST_OK, hemvist_pool_size(pool, &children, &families, NULL));
    size_t pairs = children * families, eligible = 0;
    int16_t *matrix = malloc(pairs * sizeof *matrix), *again = malloc(pairs * sizeof *again);
    int16_t *listed = malloc(pairs * sizeof *listed);
    uint32_t *of_child = malloc(pairs * sizeof *of_child), *of_family = malloc(pairs * sizeof *of_family);
    CHECK_CODE(HEMVIST_OK, hemvist_score_matrix(pool, policy, 1, matrix, pairs, NULL));
    CHECK_CODE(HEMVIST_OK, hemvist_score_matrix(pool, policy, 2, again, pairs, NULL));
    CHECK(memcmp(matrix, again, pairs * sizeof *matrix) == 0);
    for (size_t at = 0; at < pairs; ++at) {
        of_child[at] = (uint32_t)(at / families);
        of_family[at] = (uint32_t)(at % families);
        int16_t fit = 0, would_be = 0;
        uint64_t stops = 0, warnings = 0;
        CHECK_CODE(HEMVIST_OK, hemvist_score(pool, policy, of_child[at], of_family[at], &fit, NULL));
        CHECK_CODE(HEMVIST_OK, hemvist_score_rules(pool, policy, of_child[at], of_family[at], &would_be, &stops, &warnings,
                                                   NULL));
        CHECK(fit == matrix[at]);
        CHECK((fit < 0) == (stops != 0) && would_be >= 0 && (fit < 0 || fit == would_be));
        eligible += fit >= 0;
    }
    CHECK_CODE(HEMVIST_OK, hemvist_score_pairs(pool, policy, of_child, of_family, pairs, listed, NULL));
    CHECK(memcmp(matrix, listed, pairs * sizeof *matrix) == 0);
    CHECK(eligible > 0 && eligible < pairs);

    /* Of the children who seek a home, rank and candidates hold the eligible ones. */
    hemvist_candidates *candidates = NULL;
    const int64_t *starts = NULL;
    const int32_t *columns = NULL;
    const int16_t *fits = NULL;
    const uint64_t *warnings = NULL;
    size_t rows = 0, count = 0;
    CHECK_CODE(HEMVIST_OK, hemvist_candidates_find(pool, policy, 0, &candidates, NULL));
    CHECK_CODE(HEMVIST_OK, hemvist_candidates_columns(candidates, &starts, &columns, &fits, &warnings, &rows, &count, NULL));
    CHECK(rows == children && starts[0] == 0 && (size_t)starts[rows] == count && warnings != NULL);
    for (size_t child = 0; child < children; ++child) {
        size_t n = 0, full = 0;
        CHECK_CODE(HEMVIST_OK, hemvist_rank(pool, policy, (uint32_t)child, of_family, listed, families, &n, NULL));
        for (size_t at = 0; at < n; ++at) {
            CHECK(listed[at] == matrix[child * families + of_family[at]]);
            CHECK(at == 0 || listed[at - 1] > listed[at] ||
                  (listed[at - 1] == listed[at] && of_family[at - 1] < of_family[at]));
        }
        for (size_t family = 0; family < families; ++family) full += matrix[child * families + family] >= 0;
        CHECK(n == full);
        for (int64_t at = starts[child]; at < starts[child + 1]; ++at)
            CHECK(fits[at] == matrix[child * families + (size_t)columns[at]]);
    }
    hemvist_candidates_free(candidates);
    free(matrix);
    free(again);
    free(listed);
    free(of_child);
    free(of_family);
}

static void wrong_numbers_are_refused(void)
{
    hemvist_pool *pool = small_pool();
    hemvist_policy *policy = default_policy();
    int16_t fits[4] = {7, 7, 7, 7};
    hemvist_error *error = NULL;
    CHECK_CODE(HEMVIST_ARGUMENT_INDEX, hemvist_score(pool, policy, 2, 0, fits, NULL));
    CHECK_CODE(HEMVIST_ARGUMENT_INDEX, hemvist_score(pool, policy, 0, UINT32_MAX, fits, NULL));
    uint32_t children[] = {0, 1}, families[] = {0, 5};
    CHECK_CODE(HEMVIST_ARGUMENT_INDEX, hemvist_score_pairs(pool, policy, children, families, 2, fits, &error));
    CHECK_TEXT("families[1]", hemvist_error_path_at(error, 0));
    hemvist_error_free(error);
    error = NULL;
    CHECK_CODE(HEMVIST_ARGUMENT_LENGTH, hemvist_score_matrix(pool, policy, 0, fits, 3, &error));
    CHECK_TEXT("fits_out: an array of another length than is needed; allowed: 4 to 4; found: 3",
               hemvist_error_message(error, HEMVIST_LANG_EN));
    hemvist_error_free(error);
    CHECK_CODE(HEMVIST_OPTION_OUT_OF_RANGE, hemvist_score_matrix(pool, policy, 1025, fits, 4, NULL));
    CHECK(fits[0] == 7 && fits[1] == 7);
    CHECK_CODE(HEMVIST_OK, hemvist_score_pairs(pool, policy, NULL, NULL, 0, NULL, NULL));

    /* Room for fewer families than are eligible. */
    size_t count = 0;
    CHECK_CODE(HEMVIST_OK, hemvist_rank(pool, policy, 0, families, fits, 1, &count, NULL));
    CHECK(count == 2 && fits[0] >= 0 && fits[1] == 7);
    CHECK_CODE(HEMVIST_OK, hemvist_rank(pool, policy, 0, NULL, NULL, 0, &count, NULL));
    CHECK(count == 2);
    hemvist_pool_free(pool);
    hemvist_policy_free(policy);
}

void test_score(const char *examples)
{
    char folder[4096];
    snprintf(folder, sizeof folder, "%s/nordvastra-skane", examples);
    hemvist_policy *policy = default_policy();
    hemvist_pool *pool = read_tables(folder);
    all_ways_agree(pool, policy);
    hemvist_pool_free(pool);
    hemvist_policy_free(policy);
    wrong_numbers_are_refused();
    CHECK_TEXT("assessment.missing", hemvist_rule_code(0));
    CHECK(hemvist_rule_code(64) == NULL && hemvist_rule_code(UINT32_MAX) == NULL);
}
