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

static int32_t stop_at_once(void *context, uint64_t work, int64_t value, int64_t bound)
{
    (void)work, (void)value, (void)bound;
    return ++*(int *)context;
}

/* So many children that it takes a while; what the caller answers when first asked stops it. */
static void answers_stop_the_work(void)
{
    enum { CHILDREN = 6000, FAMILIES = 3000, EACH = 40 };
    int64_t *indptr = malloc((CHILDREN + 1) * sizeof *indptr), *values = malloc(CHILDREN * EACH * sizeof *values);
    int64_t *group_ptr = malloc((CHILDREN / 3 + 1) * sizeof *group_ptr);
    int32_t *indices = malloc(CHILDREN * EACH * sizeof *indices), *capacity = malloc(FAMILIES * sizeof *capacity);
    int32_t *members = malloc(CHILDREN * sizeof *members);
    uint8_t *policy = malloc(CHILDREN / 3);
    uint64_t random = 1;
    for (int child = 0; child < CHILDREN; ++child) {
        indptr[child] = child * EACH;
        members[child] = child;
        for (int at = 0; at < EACH; ++at) {
            random = random * 6364136223846793005u + 1442695040888963407u;
            /* Ascending: one family out of each stretch. */
            indices[child * EACH + at] = at * (FAMILIES / EACH) + (int32_t)((random >> 33) % (FAMILIES / EACH));
            values[child * EACH + at] = (int64_t)((random >> 40) % 1000);
        }
    }
    indptr[CHILDREN] = CHILDREN * EACH;
    for (int group = 0; group <= CHILDREN / 3; ++group) group_ptr[group] = 3 * group;
    memset(policy, HEMVIST_GROUP_PREFER, CHILDREN / 3);
    for (int family = 0; family < FAMILIES; ++family) capacity[family] = 1 + family % 3;
    hemvist_problem problem = {.size = sizeof problem,
                               .indptr = indptr, .indptr_length = CHILDREN + 1,
                               .indices = indices, .indices_length = CHILDREN * EACH,
                               .values = values, .values_length = CHILDREN * EACH,
                               .capacity = capacity, .capacity_length = FAMILIES,
                               .group_ptr = group_ptr, .group_ptr_length = CHILDREN / 3 + 1,
                               .group_members = members, .group_members_length = CHILDREN,
                               .group_policy = policy, .group_policy_length = CHILDREN / 3,
                               .placed_value = 10000, .pair_bonus = 300};
    int asked = 0;
    hemvist_run_options options = {.size = sizeof options, .progress = stop_at_once, .progress_context = &asked};
    hemvist_solution *solution = NULL;
    int32_t status = -1;
    int64_t objective = 0, bound = 0;
    CHECK_CODE(HEMVIST_OK, hemvist_solve(&problem, &options, &solution, NULL));
    CHECK_CODE(HEMVIST_OK, hemvist_solution_summary(solution, &status, &objective, &bound, NULL));
    CHECK(asked >= 1 && status == HEMVIST_STATUS_FEASIBLE && objective < bound);
    hemvist_solution_free(solution);
    free(indptr), free(values), free(group_ptr), free(indices), free(capacity), free(members), free(policy);
}

void test_solve(void)
{
    answers_stop_the_work();
    siblings_stay_together();
    every_array_is_checked();
}
