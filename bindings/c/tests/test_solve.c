/* The solver on own numbers: an answer that can be checked by hand, and every array refused at its place. */
#include "units.h"

/* Two siblings who ask for one family take the roomier one, although each fits the other better. */
static const int64_t INDPTR[] = {0, 2, 4};
static const int32_t INDICES[] = {0, 1, 0, 1};
static const int64_t VALUES[] = {900, 500, 900, 500};
static const int32_t CAPACITY[] = {1, 2};
static const int64_t GROUP_PTR[] = {0, 2};
static const int32_t GROUP_MEMBERS[] = {0, 1};
static const uint8_t GROUP_POLICY[] = {HEMVIST_GROUP_TOGETHER};

static hemvist_problem siblings(void)
{
    hemvist_problem problem = {.size = sizeof problem};
    problem.indptr = INDPTR;
    problem.indptr_length = 3;
    problem.indices = INDICES;
    problem.indices_length = 4;
    problem.values = VALUES;
    problem.values_length = 4;
    problem.capacity = CAPACITY;
    problem.capacity_length = 2;
    problem.group_ptr = GROUP_PTR;
    problem.group_ptr_length = 2;
    problem.group_members = GROUP_MEMBERS;
    problem.group_members_length = 2;
    problem.group_policy = GROUP_POLICY;
    problem.group_policy_length = 1;
    problem.placed_value = 10000;
    problem.pair_bonus = 300;
    return problem;
}

static void siblings_stay_together(void)
{
    hemvist_problem problem = siblings();
    hemvist_solution *solution = NULL;
    int32_t status = -1, families[2];
    int64_t objective = 0, bound = 0, of_families[2], of_children[2];
    CHECK_CODE(HEMVIST_OK, hemvist_solve(&problem, NULL, &solution, NULL));
    CHECK_CODE(HEMVIST_OK, hemvist_solution_summary(solution, &status, &objective, &bound, NULL));
    CHECK(status == HEMVIST_STATUS_OPTIMAL && objective == 21300 && bound == 21300);
    CHECK_CODE(HEMVIST_OK, hemvist_solution_families(solution, families, 2, NULL));
    CHECK(families[0] == 1 && families[1] == 1);
    CHECK_CODE(HEMVIST_OK, hemvist_solution_prices(solution, of_families, 2, of_children, 2, NULL));
    CHECK_CODE(HEMVIST_ARGUMENT_LENGTH, hemvist_solution_prices(solution, of_families, 1, of_children, 2, NULL));
    CHECK_CODE(HEMVIST_ARGUMENT_LENGTH, hemvist_solution_families(solution, families, 3, NULL));
    hemvist_solution_free(solution);

    /* Without the group each takes what fits best; one place is taken. */
    problem.group_ptr_length = problem.group_members_length = problem.group_policy_length = 0;
    CHECK_CODE(HEMVIST_OK, hemvist_solve(&problem, NULL, &solution, NULL));
    CHECK_CODE(HEMVIST_OK, hemvist_solution_summary(solution, &status, &objective, &bound, NULL));
    CHECK(objective == 21400);
    hemvist_solution_free(solution);

    /* Nobody and nothing. */
    static const int64_t none[] = {0};
    hemvist_problem empty = {.size = sizeof empty};
    empty.indptr = none;
    empty.indptr_length = 1;
    CHECK_CODE(HEMVIST_OK, hemvist_solve(&empty, NULL, &solution, NULL));
    CHECK_CODE(HEMVIST_OK, hemvist_solution_families(solution, NULL, 0, NULL));
    hemvist_solution_free(solution);
}

/* One thing wrong in each: the code and the place. */
static void refused(hemvist_problem problem, int32_t code, const char *path)
{
    hemvist_solution *solution = NULL;
    hemvist_error *error = NULL;
    CHECK_CODE(code, hemvist_solve(&problem, NULL, &solution, &error));
    CHECK(solution == NULL);
    CHECK_TEXT(path, hemvist_error_path_at(error, 0));
    hemvist_error_free(error);
    hemvist_solution_free(solution);
}

#define WITH(field, ...)                                      \
    __typeof__(*siblings().field) changed[] = {__VA_ARGS__}; \
    hemvist_problem problem = siblings();                     \
    problem.field = changed;                                  \
    problem.field##_length = sizeof changed / sizeof *changed

static void every_array_is_checked(void)
{
    { WITH(indptr, 1, 2, 4); refused(problem, HEMVIST_SOLVE_ORDER, "indptr[0]"); }
    { WITH(indptr, 0, 3, 2); refused(problem, HEMVIST_SOLVE_ORDER, "indptr[2]"); }
    { WITH(indptr, 0, 2, 3); refused(problem, HEMVIST_SOLVE_ORDER, "indptr[2]"); }
    { WITH(indptr, 0, 2, 5); refused(problem, HEMVIST_VALUE_OUT_OF_RANGE, "indptr[2]"); }
    { WITH(indptr, 0, -1, 4); refused(problem, HEMVIST_VALUE_OUT_OF_RANGE, "indptr[1]"); }
    { WITH(indices, 0, 1, 1, 0); refused(problem, HEMVIST_SOLVE_ORDER, "indices[3]"); }
    { WITH(indices, 0, 0, 0, 1); refused(problem, HEMVIST_SOLVE_ORDER, "indices[1]"); }
    { WITH(indices, 0, 1, 0, 2); refused(problem, HEMVIST_VALUE_OUT_OF_RANGE, "indices[3]"); }
    { WITH(indices, -1, 1, 0, 1); refused(problem, HEMVIST_VALUE_OUT_OF_RANGE, "indices[0]"); }
    { WITH(values, 900, 500, -1, 500); refused(problem, HEMVIST_VALUE_OUT_OF_RANGE, "values[2]"); }
    { WITH(values, 900, 500, 900); refused(problem, HEMVIST_ARGUMENT_LENGTH, "values"); }
    { WITH(values, 900, INT64_MAX, 900, 500); refused(problem, HEMVIST_MATCH_TOO_GREAT, "values[1]"); }
    { WITH(capacity, 1, -2); refused(problem, HEMVIST_VALUE_OUT_OF_RANGE, "capacity[1]"); }
    { WITH(group_ptr, 0, 1); refused(problem, HEMVIST_SOLVE_ORDER, "group_ptr[1]"); }
    { WITH(group_members, 0, 0); refused(problem, HEMVIST_VALUE_REPEATED, "group_members[1]"); }
    { WITH(group_members, 0, 2); refused(problem, HEMVIST_VALUE_OUT_OF_RANGE, "group_members[1]"); }
    { WITH(group_policy, 3); refused(problem, HEMVIST_VALUE_OUT_OF_RANGE, "group_policy[0]"); }
    { WITH(group_policy, 0, 1); refused(problem, HEMVIST_ARGUMENT_LENGTH, "group_policy"); }
    hemvist_problem problem = siblings();
    problem.placed_value = -1;
    refused(problem, HEMVIST_VALUE_OUT_OF_RANGE, "placed_value");
    problem = siblings();
    problem.pair_bonus = -1;
    refused(problem, HEMVIST_VALUE_OUT_OF_RANGE, "pair_bonus");
    problem = siblings();
    problem.indptr_length = 0;
    refused(problem, HEMVIST_ARGUMENT_LENGTH, "indptr");
    problem = siblings();
    problem.group_ptr = NULL;
    refused(problem, HEMVIST_ARGUMENT_NULL, "group_ptr");
    problem = siblings();
    problem.size = 1;
    refused(problem, HEMVIST_ARGUMENT_STRUCT_SIZE, "problem.size");

    /* More places than there can be children ask for no more memory than there are children. */
    { WITH(capacity, INT32_MAX, INT32_MAX);
      hemvist_solution *solution = NULL;
      CHECK_CODE(HEMVIST_OK, hemvist_solve(&problem, NULL, &solution, NULL));
      hemvist_solution_free(solution); }

    /* Nothing is drawn, so a seed is a mistake. */
    hemvist_run_options options = {.size = sizeof options};
    hemvist_solution *solution = NULL;
    options.seed = "1";
    options.seed_length = 1;
    problem = siblings();
    CHECK_CODE(HEMVIST_ARGUMENT_UNKNOWN, hemvist_solve(&problem, &options, &solution, NULL));
}

void test_solve(void)
{
    siblings_stay_together();
    every_array_is_checked();
}
