/*
 * Every exported function with NULL, misaligned, truncated, hostile and mistaken arguments, in wrong order, after its
 * parents were freed, and from eight threads at once: no crash, the documented code each time, and no output touched.
 * Built with -DPANIC_INJECTION against the library that panics on request, it also has each function panic at each of its
 * steps.
 *
 * A function is a row of the table in `fill_table`: its name, a call, and a letter for each argument before `error_out`:
 *   handles    P pool, L policy, N plan, C candidates, S solution, X cancel, E error; p pool, l policy and NULL allowed
 *   inputs     t text or bytes, followed by n its length; u the same and NULL allowed; a array; R problem; i number;
 *              O options, W weight range, K call options, all of them NULL allowed
 *   outputs    o plain, q plain and NULL allowed; 1 pool, 2 policy, 3 plan, 4 candidates, 5 solution, 6 cancel,
 *              7 buffer, 8 buffer and NULL allowed, 9 plan and NULL allowed
 */
#include <pthread.h>
#include <stdalign.h>

#include "support.h"

#ifdef PANIC_INJECTION
void hemvist_test_panic_at_step(uint32_t step);
#endif

enum { MOST_SLOTS = 10, CELL = 64, THREADS = 8 };

typedef union slot {
    const void *p;
    size_t n;
    int32_t i;
} slot;

typedef struct function {
    const char *name;
    int32_t (*call)(const slot *s, hemvist_error **error_out);
    const char *letters;
    slot slots[MOST_SLOTS];
} function;

/* What one thread works with. Handles in `own` are its own; pool and policy may be shared. */
typedef struct fixture {
    hemvist_pool *pool;
    hemvist_policy *policy;
    hemvist_plan *plan;
    hemvist_candidates *candidates;
    hemvist_solution *solution;
    hemvist_cancel *cancel;
    hemvist_error *error;
    hemvist_buffer *record;
    hemvist_problem problem;
    hemvist_run_options run;
    hemvist_read_options read;
    hemvist_weight_range range;
    hemvist_call_options calls;
    alignas(16) char cells[MOST_SLOTS][CELL];
    uint64_t random;
    function table[60];
    size_t functions;
} fixture;

/* -- Calls: one for each function that takes `error_out`. ------------------------------------------------------------ */

#define CALL(name, ...) \
    static int32_t call_##name(const slot *s, hemvist_error **e) { return hemvist_##name(__VA_ARGS__, e); }
#define OUT(at) ((void *)(s[at].p))

CALL(error_document, s[0].p, OUT(1))
CALL(pool_from_json, s[0].p, s[1].n, s[2].p, OUT(3))
CALL(pool_from_tables, s[0].p, s[1].p, s[2].p, s[3].p, s[4].n, s[5].p, OUT(6), OUT(7))
CALL(validate, s[0].p, s[1].n, s[2].p, OUT(3))
CALL(pool_size, s[0].p, OUT(1), OUT(2))
CALL(pool_child, s[0].p, s[1].p, s[2].n, OUT(3))
CALL(pool_family, s[0].p, s[1].p, s[2].n, OUT(3))
CALL(pool_child_id, s[0].p, (uint32_t)s[1].i, OUT(2), OUT(3))
CALL(pool_family_id, s[0].p, (uint32_t)s[1].i, OUT(2), OUT(3))
CALL(pool_document, s[0].p, OUT(1))
CALL(pool_labels, s[0].p, s[1].i, OUT(2))
CALL(policy_default, OUT(0))
CALL(policy_from_toml, s[0].p, s[1].n, OUT(2))
CALL(policy_from_json, s[0].p, s[1].n, OUT(2))
CALL(policy_document, s[0].p, OUT(1))
CALL(score, s[0].p, s[1].p, (uint32_t)s[2].i, (uint32_t)s[3].i, OUT(4))
CALL(score_rules, s[0].p, s[1].p, (uint32_t)s[2].i, (uint32_t)s[3].i, OUT(4), OUT(5), OUT(6))
CALL(score_pairs, s[0].p, s[1].p, s[2].p, s[3].p, s[4].n, OUT(5))
CALL(score_matrix, s[0].p, s[1].p, (uint32_t)s[2].i, OUT(3), s[4].n)
CALL(rank, s[0].p, s[1].p, (uint32_t)s[2].i, OUT(3), OUT(4), s[5].n, OUT(6))
CALL(candidates_find, s[0].p, s[1].p, (uint32_t)s[2].i, OUT(3))
CALL(candidates_columns, s[0].p, OUT(1), OUT(2), OUT(3), OUT(4), OUT(5), OUT(6))
CALL(rank_document, s[0].p, s[1].p, s[2].p, s[3].n, (uint32_t)s[4].i, s[5].i, OUT(6))
CALL(explain, s[0].p, s[1].p, s[2].p, s[3].n, s[4].p, s[5].n, s[6].i, OUT(7))
CALL(replay, s[0].p, s[1].n, s[2].p, s[3].p, OUT(4))
CALL(canonical, s[0].p, s[1].n, OUT(2))
CALL(schema, s[0].p, s[1].n, OUT(2))
CALL(lottery_order, s[0].p, s[1].n, s[2].p, s[3].p, s[4].n, OUT(5))
CALL(cancel_new, OUT(0))
CALL(cancel_raise, s[0].p)
CALL(match, s[0].p, s[1].p, s[2].p, OUT(3))
CALL(plan_document, s[0].p, OUT(1))
CALL(plan_summary, s[0].p, OUT(1), OUT(2), OUT(3), OUT(4))
CALL(plan_columns, s[0].p, OUT(1), OUT(2), OUT(3), s[4].n)
CALL(plan_audit, s[0].p, (uint32_t)s[1].i, OUT(2))
CALL(plan_pool, s[0].p, OUT(1))
CALL(alternatives, s[0].p, s[1].p, s[2].n, (uint32_t)s[3].i, s[4].p, OUT(5))
CALL(why_not, s[0].p, s[1].p, s[2].n, s[3].p, s[4].n, s[5].p, OUT(6))
CALL(what_if, s[0].p, s[1].p, s[2].n, s[3].p, s[4].p, OUT(5), OUT(6))
CALL(choices, s[0].p, s[1].p, OUT(2))
CALL(ties, s[0].p, s[1].p, OUT(2))
CALL(questions, s[0].p, s[1].p, s[2].n, s[3].p, OUT(4))
CALL(groups, s[0].p, s[1].p, s[2].n, (uint32_t)s[3].i, OUT(4))
CALL(robustness, s[0].p, s[1].p, s[2].p, OUT(3))
CALL(calls, s[0].p, s[1].p, s[2].n, s[3].p, s[4].p, OUT(5))
CALL(ask_region, s[0].p, s[1].p, s[2].p, s[3].n, s[4].p, OUT(5))
CALL(solve, s[0].p, s[1].p, OUT(2))
CALL(solution_summary, s[0].p, OUT(1), OUT(2), OUT(3))
CALL(solution_families, s[0].p, OUT(1), s[2].n)
CALL(solution_prices, s[0].p, OUT(1), s[2].n, OUT(3), s[4].n)

/* -- The table. -------------------------------------------------------------------------------------------------------- */

static const char POLICY_TOML[] = "format = \"hemvist.policy/1\"\n[criteria.travel_home]\nweight = 120\n";
static const char POLICY_JSON[] = "{\"format\":\"hemvist.policy/1\",\"tie_seed\":\"dragning 7\"}";
static const char CHANGES[] = "{\"format\":\"hemvist.changes/1\",\"choices\":[{\"kind\":\"lock\",\"child\":\"c1\","
                              "\"family\":\"f2\",\"reason\":\"her school\"}],\"withdrawn\":[\"f1\"]}";
static const char LABELS[] = "{\"format\":\"hemvist.labels/1\",\"labels\":[{\"child\":\"c1\",\"label\":\"north\"}]}";
static const char RATES[] = "{\"format\":\"hemvist.rates/1\",\"rates\":[{\"child\":\"c1\",\"family\":\"f1\",\"rate\":50}]}";
static const char CONTRACT[] = "{\"ask\":\"contract\",\"contract_ore\":7500000,\"included\":3,\"further_ore\":2500000,"
                               "\"per_case_ore\":3800000,\"cases\":1}";
static const char *const CRITERIA[] = {"travel_home"};
static const size_t CRITERION_LENGTHS[] = {11};
static const uint32_t CRITERION_SHARES[] = {500};
static const char *const TABLE_NAMES[] = {"pool.csv", "municipalities.csv"};
static const size_t TABLE_NAME_LENGTHS[] = {8, 18};
static const char *const TABLES[] = {"as_of\n2026-01-15\n", "id\n1276\n"};
static const size_t TABLE_LENGTHS[] = {17, 8};
static const char *const IDS[] = {"c1", "c2"};
static const size_t ID_LENGTHS[] = {2, 2};
static const uint32_t PAIR_CHILDREN[] = {0, 1}, PAIR_FAMILIES[] = {1, 0};
static const int64_t INDPTR[] = {0, 2, 4}, VALUES[] = {900, 500, 900, 500}, GROUP_PTR[] = {0, 2};
static const int32_t INDICES[] = {0, 1, 0, 1}, CAPACITY[] = {1, 2}, GROUP_MEMBERS[] = {0, 1};
static const uint8_t GROUP_POLICY[] = {HEMVIST_GROUP_TOGETHER};

static function *add(fixture *f, const char *name, int32_t (*call)(const slot *, hemvist_error **), const char *letters)
{
    function *row = &f->table[f->functions++];
    row->name = name;
    row->call = call;
    row->letters = letters;
    for (size_t at = 0; letters[at]; ++at) {
        slot *s = &row->slots[at];
        memset(s, 0, sizeof *s);
        switch (letters[at]) {
        case 'P': case 'p': s->p = f->pool; break;
        case 'L': case 'l': s->p = f->policy; break;
        case 'N': s->p = f->plan; break;
        case 'C': s->p = f->candidates; break;
        case 'S': s->p = f->solution; break;
        case 'X': s->p = f->cancel; break;
        case 'E': s->p = f->error; break;
        case 'R': s->p = &f->problem; break;
        case 'W': s->p = &f->range; break;
        case 'K': s->p = &f->calls; break;
        case 'O': s->p = strstr(name, "pool_from") || strstr(name, "validate") ? (void *)&f->read : (void *)&f->run; break;
        case 't': case 'u': case 'a': case 'n': case 'i': break;
        default: s->p = f->cells[at]; break;
        }
    }
    return row;
}

#define ADD(name, letters) add(f, "hemvist_" #name, call_##name, letters)

static void text(function *row, size_t at, const char *bytes, size_t length)
{
    row->slots[at].p = bytes;
    row->slots[at + 1].n = length;
}

static void fill_table(fixture *f)
{
    function *row;
    f->functions = 0;
    ADD(error_document, "E7");
    text(ADD(pool_from_json, "tnO1"), 0, SMALL_POOL, strlen(SMALL_POOL));
    row = ADD(pool_from_tables, "aaaanO18");
    row->slots[0].p = TABLE_NAMES;
    row->slots[1].p = TABLE_NAME_LENGTHS;
    row->slots[2].p = TABLES;
    row->slots[3].p = TABLE_LENGTHS;
    row->slots[4].n = 2;
    text(ADD(validate, "tnO7"), 0, SMALL_POOL, strlen(SMALL_POOL));
    ADD(pool_size, "Poo");
    text(ADD(pool_child, "Ptno"), 1, "c2", 2);
    text(ADD(pool_family, "Ptno"), 1, "f2", 2);
    ADD(pool_child_id, "Pioo");
    ADD(pool_family_id, "Pioo");
    ADD(pool_document, "P7");
    ADD(pool_labels, "Pi7");
    ADD(policy_default, "2");
    text(ADD(policy_from_toml, "tn2"), 0, POLICY_TOML, strlen(POLICY_TOML));
    text(ADD(policy_from_json, "tn2"), 0, POLICY_JSON, strlen(POLICY_JSON));
    ADD(policy_document, "L7");
    ADD(score, "PLiio");
    ADD(score_rules, "PLiiooo");
    row = ADD(score_pairs, "PLaano");
    row->slots[2].p = PAIR_CHILDREN;
    row->slots[3].p = PAIR_FAMILIES;
    row->slots[4].n = 2;
    ADD(score_matrix, "PLion")->slots[4].n = 4;
    ADD(rank, "PLioono")->slots[5].n = 2;
    ADD(candidates_find, "PLi4");
    ADD(candidates_columns, "Coooooo");
    text(ADD(rank_document, "PLtnii7"), 2, "c1", 2);
    row = ADD(explain, "PLtntni7");
    text(row, 2, "c1", 2);
    text(row, 4, "f1", 2);
    text(ADD(replay, "tnPL7"), 0, hemvist_buffer_data(f->record), hemvist_buffer_length(f->record));
    text(ADD(canonical, "tn7"), 0, SMALL_POOL, strlen(SMALL_POOL));
    text(ADD(schema, "tn7"), 0, "policy", 6);
    row = ADD(lottery_order, "tnaano");
    text(row, 0, "seed", 4);
    row->slots[2].p = IDS;
    row->slots[3].p = ID_LENGTHS;
    row->slots[4].n = 2;
    ADD(cancel_new, "6");
    ADD(cancel_raise, "X");
    ADD(match, "PLO3");
    ADD(plan_document, "N7");
    ADD(plan_summary, "Noooo");
    ADD(plan_columns, "Nooon")->slots[4].n = 2;
    ADD(plan_audit, "Ni7");
    ADD(plan_pool, "N1");
    text(ADD(alternatives, "NuniO7"), 1, "c1", 2);
    row = ADD(why_not, "NtntnO7");
    text(row, 1, "c1", 2);
    text(row, 3, "f2", 2);
    text(ADD(what_if, "NtnlO79"), 1, CHANGES, strlen(CHANGES));
    ADD(choices, "NO7");
    ADD(ties, "NO7");
    text(ADD(questions, "NunO7"), 1, "c1", 2);
    text(ADD(groups, "Ntni7"), 1, LABELS, strlen(LABELS));
    ADD(robustness, "NWO7");
    text(ADD(calls, "NunKO7"), 1, "c1", 2);
    text(ADD(ask_region, "pltnO7"), 2, CONTRACT, strlen(CONTRACT));
    ADD(solve, "RO5");
    ADD(solution_summary, "Sooo");
    ADD(solution_families, "Son")->slots[2].n = 2;
    row = ADD(solution_prices, "Sonon");
    row->slots[2].n = row->slots[4].n = 2;
    CHECK(f->functions <= sizeof f->table / sizeof *f->table);
}

/* -- The fixture. ------------------------------------------------------------------------------------------------------ */

static void make_problem(fixture *f)
{
    hemvist_problem problem = {.size = sizeof problem};
    problem.indptr = INDPTR, problem.indptr_length = 3;
    problem.indices = INDICES, problem.indices_length = 4;
    problem.values = VALUES, problem.values_length = 4;
    problem.capacity = CAPACITY, problem.capacity_length = 2;
    problem.group_ptr = GROUP_PTR, problem.group_ptr_length = 2;
    problem.group_members = GROUP_MEMBERS, problem.group_members_length = 2;
    problem.group_policy = GROUP_POLICY, problem.group_policy_length = 1;
    problem.placed_value = 10000, problem.pair_bonus = 300;
    f->problem = problem;
}

/* Everything of its own, but for pool and policy, which may be another thread's. */
static void make(fixture *f, hemvist_pool *pool, hemvist_policy *policy)
{
    f->pool = pool;
    f->policy = policy;
    f->run = (hemvist_run_options){.size = sizeof f->run, .threads = 1};
    f->read = (hemvist_read_options){.size = sizeof f->read};
    f->range = (hemvist_weight_range){.size = sizeof f->range, .samples = 2, .steps = 1, .criteria = CRITERIA};
    f->range.criterion_lengths = CRITERION_LENGTHS, f->range.criterion_shares = CRITERION_SHARES;
    f->range.criteria_length = 1;
    f->calls = (hemvist_call_options){.size = sizeof f->calls, .runs = 2, .rates = RATES, .rates_length = strlen(RATES)};
    make_problem(f);
    CHECK_CODE(HEMVIST_OK, hemvist_cancel_new(&f->cancel, NULL));
    CHECK_CODE(HEMVIST_OK, hemvist_match(pool, policy, &f->run, &f->plan, NULL));
    CHECK_CODE(HEMVIST_OK, hemvist_plan_audit(f->plan, 1, &f->record, NULL));
    CHECK_CODE(HEMVIST_OK, hemvist_candidates_find(pool, policy, 1, &f->candidates, NULL));
    CHECK_CODE(HEMVIST_OK, hemvist_solve(&f->problem, &f->run, &f->solution, NULL));
    hemvist_buffer *none = NULL;
    CHECK_CODE(HEMVIST_DOCUMENT_CUT_SHORT, hemvist_canonical("", 0, &none, &f->error));
    memset(f->cells, 0x5A, sizeof f->cells);
    fill_table(f);
}

static void unmake(fixture *f)
{
    hemvist_cancel_free(f->cancel);
    hemvist_plan_free(f->plan);
    hemvist_buffer_free(f->record);
    hemvist_candidates_free(f->candidates);
    hemvist_solution_free(f->solution);
    hemvist_error_free(f->error);
}

/* Frees what a call gave, and wipes the cells. */
static void take_back(fixture *f, const function *row)
{
    for (size_t at = 0; row->letters[at]; ++at) {
        void *given;
        if (row->slots[at].p != f->cells[at]) continue;
        memcpy(&given, f->cells[at], sizeof given);
        switch (row->letters[at]) {
        case '1': hemvist_pool_free(given); break;
        case '2': hemvist_policy_free(given); break;
        case '3': case '9': hemvist_plan_free(given); break;
        case '4': hemvist_candidates_free(given); break;
        case '5': hemvist_solution_free(given); break;
        case '6': hemvist_cancel_free(given); break;
        case '7': case '8': hemvist_buffer_free(given); break;
        default: break;
        }
    }
    memset(f->cells, 0x5A, sizeof f->cells);
}

static int cells_are_untouched(const fixture *f)
{
    const char *cells = &f->cells[0][0];
    for (size_t at = 0; at < sizeof f->cells; ++at)
        if (cells[at] != 0x5A) return 0;
    return 1;
}

/* Calls, checks what must hold whatever is asked, and gives the code. */
static int32_t ask(fixture *f, const function *row)
{
    hemvist_error *error = NULL;
    int32_t code = row->call(row->slots, &error);
    if (code == HEMVIST_OK) {
        CHECK(error == NULL);
        take_back(f, row);
    } else {
        CHECK(cells_are_untouched(f));
        CHECK(hemvist_error_code(error) == code);
        CHECK(hemvist_code_slug(code) != NULL);
        CHECK(hemvist_error_count(error) >= 1 && hemvist_error_message(error, HEMVIST_LANG_SV)[0] != 0);
        hemvist_error_free(error);
        memset(f->cells, 0x5A, sizeof f->cells);
    }
    return code;
}

static void expect(fixture *f, const function *row, size_t at, const char *what, int32_t expected)
{
    int32_t code = ask(f, row);
    if (code != expected) {
        fprintf(stderr, "%s, argument %zu %s: %d, not %d\n", row->name, at, what, (int)code, (int)expected);
        ++failures;
    }
}

/* -- What is done to each function. ------------------------------------------------------------------------------------ */

static int is_handle(char letter) { return strchr("PLNCSXEpl", letter) != NULL; }
static int is_needed_pointer(char letter) { return letter && strchr("PLNCSXEtaRo1234567", letter) != NULL; }
static int is_optional_pointer(char letter) { return letter && strchr("OWKplq89u", letter) != NULL; }

static void nulls(fixture *f, const function *row)
{
    for (size_t at = 0; row->letters[at]; ++at) {
        function changed = *row;
        changed.slots[at].p = NULL;
        if (is_needed_pointer(row->letters[at])) expect(f, &changed, at, "NULL", HEMVIST_ARGUMENT_NULL);
        if (is_optional_pointer(row->letters[at])) expect(f, &changed, at, "NULL", HEMVIST_OK);
    }
    /* Without a place for the error only the code is told. */
    function changed = *row;
    if (is_needed_pointer(row->letters[0])) {
        changed.slots[0].p = NULL;
        CHECK_CODE(HEMVIST_ARGUMENT_NULL, changed.call(changed.slots, NULL));
        CHECK(cells_are_untouched(f));
    }
}

static void misaligned(fixture *f, const function *row)
{
    for (size_t at = 0; row->letters[at]; ++at) {
        function changed = *row;
        char letter = row->letters[at];
        if (strchr("tuni", letter)) continue;
        changed.slots[at].p = (const char *)row->slots[at].p + 1;
        expect(f, &changed, at, "misaligned", is_handle(letter) ? HEMVIST_HANDLE_WRONG : HEMVIST_ARGUMENT_ALIGNMENT);
    }
}

static void mistaken(fixture *f, const function *row)
{
    const void *handles[] = {f->pool, f->policy, f->plan, f->candidates, f->solution, f->cancel, f->error, f->record};
    for (size_t at = 0; row->letters[at]; ++at) {
        if (!is_handle(row->letters[at])) continue;
        for (size_t other = 0; other < sizeof handles / sizeof *handles; ++other) {
            function changed = *row;
            if (handles[other] == row->slots[at].p) continue;
            changed.slots[at].p = handles[other];
            expect(f, &changed, at, "of another type", HEMVIST_HANDLE_WRONG);
        }
    }
}

static uint64_t next(fixture *f)
{
    f->random ^= f->random << 13;
    f->random ^= f->random >> 7;
    f->random ^= f->random << 17;
    return f->random;
}

/* Texts cut short, of impossible length, not UTF-8, and with bytes changed: refused or understood, never a crash. */
static void hostile_texts(fixture *f, const function *row)
{
    for (size_t at = 0; row->letters[at]; ++at) {
        if (row->letters[at] != 't' && row->letters[at] != 'u') continue;
        function changed = *row;
        size_t length = row->slots[at + 1].n;
        size_t step = length / 200 + 1;
        for (size_t cut = 0; cut < length; cut += step) {
            changed.slots[at + 1].n = cut;
            ask(f, &changed);
        }
        changed.slots[at + 1].n = SIZE_MAX;
        expect(f, &changed, at, "of impossible length", HEMVIST_ARGUMENT_LENGTH);
        changed.slots[at + 1].n = (size_t)PTRDIFF_MAX + 1;
        expect(f, &changed, at, "of impossible length", HEMVIST_ARGUMENT_LENGTH);
        char *bytes = malloc(length);
        for (int round = 0; round < 100; ++round) {
            memcpy(bytes, row->slots[at].p, length);
            for (uint64_t n = next(f) % 4; n < 4; ++n) bytes[next(f) % length] = (char)next(f);
            text(&changed, at, bytes, length);
            ask(f, &changed);
        }
        memset(bytes, 0xFF, length);
        text(&changed, at, bytes, length);
        CHECK((ask(f, &changed) == HEMVIST_OK) == (strstr(row->name, "validate") != NULL));
        /* Empty is nobody and nothing, never a crash; a seed may be empty. */
        text(&changed, at, row->letters[at] == 'u' ? "" : NULL, 0);
        int32_t code = ask(f, &changed);
        CHECK(code != HEMVIST_ARGUMENT_NULL);
        CHECK(code != HEMVIST_OK || strstr(row->name, "lottery") || strstr(row->name, "policy_from_toml") ||
              strstr(row->name, "validate"));
        free(bytes);
    }
}

static void hostile_numbers(fixture *f, const function *row)
{
    static const int32_t numbers[] = {-1, 2, 3, 1025, INT32_MAX, INT32_MIN};
    static const size_t lengths[] = {1, 3, 5, SIZE_MAX / 8, SIZE_MAX / 2, SIZE_MAX};
    for (size_t at = 0; row->letters[at]; ++at) {
        function changed = *row;
        if (row->letters[at] == 'i') {
            for (size_t n = 0; n < sizeof numbers / sizeof *numbers; ++n) {
                changed.slots[at].i = numbers[n];
                int32_t code = ask(f, &changed);
                CHECK(code == HEMVIST_OK || code == HEMVIST_ARGUMENT_INDEX || code == HEMVIST_ARGUMENT_UNKNOWN ||
                      code == HEMVIST_OPTION_OUT_OF_RANGE);
            }
        }
        /* The length of an output or of arrays: too small, too great, impossible. Array inputs really hold 2 entries. */
        int of_array = row->letters[at] == 'n' && at > 0 && !strchr("tu", row->letters[at - 1]);
        if (of_array && strstr(row->name, "tables") == NULL && strstr(row->name, "pairs") == NULL &&
            strstr(row->name, "lottery") == NULL && strcmp(row->name, "hemvist_rank") != 0) {
            for (size_t n = 0; n < sizeof lengths / sizeof *lengths; ++n) {
                changed.slots[at].n = lengths[n];
                expect(f, &changed, at, "of another length", HEMVIST_ARGUMENT_LENGTH);
            }
        }
        if (of_array) {
            changed.slots[at].n = SIZE_MAX;
            expect(f, &changed, at, "of impossible length", HEMVIST_ARGUMENT_LENGTH);
        }
    }
}

static void hostile_structs(fixture *f, const function *row)
{
    for (size_t at = 0; row->letters[at]; ++at) {
        if (!strchr("ORWK", row->letters[at])) continue;
        static const size_t sizes[] = {0, 1, 7, 8, 15, 4097, SIZE_MAX};
        for (size_t n = 0; n < sizeof sizes / sizeof *sizes; ++n) {
            size_t held;
            memcpy(&held, row->slots[at].p, sizeof held);
            memcpy((void *)row->slots[at].p, &sizes[n], sizeof held);
            expect(f, row, at, "of a size not known", HEMVIST_ARGUMENT_STRUCT_SIZE);
            memcpy((void *)row->slots[at].p, &held, sizeof held);
        }
    }
}

/* The solver's arrays with entries changed at random: refused at a place, or solved. */
static void hostile_arrays(fixture *f)
{
    int solved = 0, refused = 0;
    const function *row = NULL;
    for (size_t at = 0; at < f->functions; ++at)
        if (strcmp(f->table[at].name, "hemvist_solve") == 0) row = &f->table[at];
    for (int round = 0; round < 2000; ++round) {
        static const int64_t odd[] = {-1, 0, 1, 2, 3, 4, 5, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN};
        int64_t indptr[3], values[4], group_ptr[2];
        int32_t indices[4], capacity[2], group_members[2];
        uint8_t group_policy[1];
        memcpy(indptr, INDPTR, sizeof indptr), memcpy(values, VALUES, sizeof values);
        memcpy(group_ptr, GROUP_PTR, sizeof group_ptr), memcpy(indices, INDICES, sizeof indices);
        memcpy(capacity, CAPACITY, sizeof capacity), memcpy(group_members, GROUP_MEMBERS, sizeof group_members);
        memcpy(group_policy, GROUP_POLICY, sizeof group_policy);
        make_problem(f);
        f->problem.indptr = indptr, f->problem.values = values, f->problem.group_ptr = group_ptr;
        f->problem.indices = indices, f->problem.capacity = capacity, f->problem.group_members = group_members;
        f->problem.group_policy = group_policy;
        for (uint64_t n = next(f) % 3; n < 3; ++n) {
            int64_t number = odd[next(f) % (sizeof odd / sizeof *odd)];
            uint64_t where = next(f);
            switch (next(f) % 11) {
            case 0: indptr[where % 3] = number; break;
            case 1: values[where % 4] = number; break;
            case 2: group_ptr[where % 2] = number; break;
            case 3: indices[where % 4] = (int32_t)number; break;
            case 4: capacity[where % 2] = (int32_t)number; break;
            case 5: group_members[where % 2] = (int32_t)number; break;
            case 6: group_policy[0] = (uint8_t)number; break;
            case 7: f->problem.placed_value = number; break;
            case 8: f->problem.pair_bonus = number; break;
            case 9: f->problem.indptr_length = where % 4; break;
            default: f->problem.group_ptr_length = where % 3; break;
            }
        }
        int32_t code = ask(f, row);
        CHECK(code != HEMVIST_FAULT_PANIC && code != HEMVIST_FAULT_UNPROVEN);
        solved += code == HEMVIST_OK;
        refused += code != HEMVIST_OK;
    }
    CHECK(solved > 100 && refused > 100);
    make_problem(f);
}

/* Functions that give their answer itself: from nothing, from a handle of another type, beyond the last. */
static void direct(fixture *f)
{
    const void *others[] = {NULL, f->pool, f->policy, f->plan, f->candidates, f->solution, f->cancel};
    for (size_t at = 0; at < sizeof others / sizeof *others; ++at) {
        const hemvist_error *error = others[at];
        const hemvist_buffer *buffer = others[at];
        CHECK(hemvist_error_code(error) == 0 && hemvist_error_count(error) == 0 && hemvist_error_total(error) == 0);
        CHECK(hemvist_error_code_at(error, 0) == 0 && hemvist_error_path_at(error, 0)[0] == 0);
        CHECK(hemvist_error_message(error, 0)[0] == 0 && hemvist_error_message_at(error, 0, 0)[0] == 0);
        CHECK(hemvist_buffer_data(buffer) == NULL && hemvist_buffer_length(buffer) == 0);
    }
    CHECK(hemvist_error_code_at(f->error, SIZE_MAX) == 0 && hemvist_error_path_at(f->error, SIZE_MAX)[0] == 0);
    CHECK(hemvist_error_message(f->error, INT32_MIN)[0] == 0 && hemvist_error_message_at(f->error, 0, 2)[0] == 0);
    CHECK(hemvist_code_slug(INT32_MIN) == NULL && hemvist_rule_code(UINT32_MAX) == NULL && hemvist_rule_code(0) != NULL);
    CHECK(hemvist_abi_version() == HEMVIST_ABI_VERSION && hemvist_version()[0] != 0);

    /* A function that frees leaves alone what is not of its type. */
    void *pool = f->pool, *plan = f->plan;
    hemvist_error_free(pool), hemvist_buffer_free(pool), hemvist_policy_free(pool), hemvist_plan_free(pool);
    hemvist_pool_free(plan), hemvist_candidates_free(plan), hemvist_solution_free(plan), hemvist_cancel_free(plan);
    hemvist_error_free(NULL), hemvist_buffer_free(NULL), hemvist_pool_free(NULL), hemvist_policy_free(NULL);
    hemvist_plan_free(NULL), hemvist_candidates_free(NULL), hemvist_solution_free(NULL), hemvist_cancel_free(NULL);
    size_t children = 0, families = 0;
    CHECK_CODE(HEMVIST_OK, hemvist_pool_size(f->pool, &children, &families, NULL));
    int32_t status;
    uint32_t placed, unplaced, stays;
    CHECK_CODE(HEMVIST_OK, hemvist_plan_summary(f->plan, &status, &placed, &unplaced, &stays, NULL));
}

static void everything(fixture *f)
{
    for (size_t at = 0; at < f->functions; ++at) {
        const function *row = &f->table[at];
        expect(f, row, 0, "and all others as they should be", HEMVIST_OK);
        nulls(f, row);
        misaligned(f, row);
        mistaken(f, row);
        hostile_texts(f, row);
        hostile_numbers(f, row);
        hostile_structs(f, row);
        expect(f, row, 0, "and all others as they should be", HEMVIST_OK);
    }
    hostile_arrays(f);
    direct(f);
}

/* -- Order and threads. ------------------------------------------------------------------------------------------------ */

/* Parents are freed first, children are used after; then freed in the wrong order. */
static void orphans(void)
{
    hemvist_pool *pool = small_pool();
    hemvist_policy *policy = default_policy();
    fixture f = {.random = 77};
    make(&f, pool, policy);
    hemvist_pool_free(pool);
    hemvist_policy_free(policy);
    hemvist_buffer *document = NULL, *record = NULL, *told = NULL;
    int32_t families[2], states[2];
    int16_t fits[2];
    CHECK_CODE(HEMVIST_OK, hemvist_plan_document(f.plan, &document, NULL));
    CHECK_CODE(HEMVIST_OK, hemvist_plan_columns(f.plan, families, fits, states, 2, NULL));
    CHECK_CODE(HEMVIST_OK, hemvist_plan_audit(f.plan, 0, &record, NULL));
    hemvist_plan *after = NULL;
    hemvist_pool *kept = NULL;
    hemvist_buffer *answer = NULL, *difference = NULL;
    CHECK_CODE(HEMVIST_OK, hemvist_why_not(f.plan, "c1", 2, "f2", 2, NULL, &answer, NULL));
    CHECK_CODE(HEMVIST_OK, hemvist_what_if(f.plan, CHANGES, strlen(CHANGES), NULL, NULL, &difference, &after, NULL));
    hemvist_plan_free(f.plan);
    f.plan = NULL;
    CHECK(holds(answer, "hemvist.why_not/1") && holds(difference, "hemvist.what_if/1"));
    hemvist_buffer_free(answer), hemvist_buffer_free(difference);
    answer = NULL;
    CHECK_CODE(HEMVIST_OK, hemvist_plan_pool(after, &kept, NULL));
    CHECK_CODE(HEMVIST_OK, hemvist_alternatives(after, NULL, 0, 3, NULL, &answer, NULL));
    hemvist_plan_free(after);
    size_t children = 0, homes = 0;
    CHECK_CODE(HEMVIST_OK, hemvist_pool_size(kept, &children, &homes, NULL));
    CHECK(children == 2 && homes == 1 && holds(answer, "hemvist.alternatives/1"));
    hemvist_pool_free(kept), hemvist_buffer_free(answer);
    CHECK(holds(document, "hemvist.plan/1") && holds(record, "hemvist.audit/1"));
    const int64_t *starts;
    const int32_t *columns;
    const int16_t *column_fits;
    const uint64_t *warnings;
    size_t rows, count;
    CHECK_CODE(HEMVIST_OK, hemvist_candidates_columns(f.candidates, &starts, &columns, &column_fits, &warnings, &rows,
                                                      &count, NULL));
    CHECK(rows == 2 && starts[2] == (int64_t)count && columns[0] >= 0);
    CHECK_CODE(HEMVIST_OK, hemvist_error_document(f.error, &told, NULL));
    hemvist_error_free(f.error);
    f.error = NULL;
    CHECK(holds(told, "document.cut_short"));
    hemvist_buffer_free(record), hemvist_buffer_free(told), hemvist_buffer_free(document);
    unmake(&f);
}

typedef struct job {
    hemvist_pool *pool;
    hemvist_policy *policy;
    uint64_t random;
} job;

static void *work(void *given)
{
    job *mine = given;
    fixture *f = calloc(1, sizeof *f);
    f->random = mine->random;
    make(f, mine->pool, mine->policy);
    everything(f);
    unmake(f);
    free(f);
    return NULL;
}

/* Eight threads on one pool and one policy, each with a plan of its own. */
static void threads(void)
{
    hemvist_pool *pool = small_pool();
    hemvist_policy *policy = default_policy();
    pthread_t thread[THREADS];
    job jobs[THREADS];
    for (int at = 0; at < THREADS; ++at) {
        jobs[at] = (job){pool, policy, 1000003u * (uint64_t)(at + 1)};
        CHECK(pthread_create(&thread[at], NULL, work, &jobs[at]) == 0);
    }
    for (int at = 0; at < THREADS; ++at) pthread_join(thread[at], NULL);
    hemvist_pool_free(pool);
    hemvist_policy_free(policy);
}

/* A flag raised from another thread stops a match that is under way. */
static int32_t raise_flag(void *context, uint64_t work, int64_t value, int64_t bound)
{
    (void)work, (void)value, (void)bound;
    CHECK_CODE(HEMVIST_OK, hemvist_cancel_raise(context, NULL));
    return 0;
}

static void log_line(void *context, int32_t level, const char *line)
{
    (void)level;
    *(size_t *)context += strlen(line) > 0;
}

static void callbacks(void)
{
    hemvist_pool *pool = small_pool();
    hemvist_policy *policy = default_policy();
    hemvist_cancel *cancel = NULL;
    hemvist_plan *plan = NULL;
    size_t lines = 0;
    CHECK_CODE(HEMVIST_OK, hemvist_cancel_new(&cancel, NULL));
    hemvist_run_options options = {.size = sizeof options, .progress = raise_flag, .progress_context = cancel,
                                   .cancel = cancel};
    CHECK_CODE(HEMVIST_ARGUMENT_UNKNOWN, hemvist_log_set(log_line, &lines, -1, NULL));
    CHECK_CODE(HEMVIST_OK, hemvist_log_set(log_line, &lines, HEMVIST_LOG_WORK, NULL));
    CHECK_CODE(HEMVIST_OK, hemvist_match(pool, policy, &options, &plan, NULL));
    CHECK_CODE(HEMVIST_OK, hemvist_log_set(NULL, NULL, HEMVIST_LOG_NONE, NULL));
    CHECK(lines == 2);
    hemvist_plan_free(plan);
    hemvist_cancel_free(cancel);
    hemvist_pool_free(pool);
    hemvist_policy_free(policy);
}

/* -- Panics. ----------------------------------------------------------------------------------------------------------- */

#ifdef PANIC_INJECTION
/* Each function panics at its first step, its second, and so on, until it has no more: each time the fault is told, the
 * outputs are as they were, and the handles that took part are poisoned. */
static void panics(void)
{
    size_t faults = 0, poisoned = 0;
    for (size_t which = 0;; ++which) {
        int32_t code = HEMVIST_FAULT_PANIC;
        size_t functions = 0;
        for (uint32_t step = 1; code == HEMVIST_FAULT_PANIC; ++step) {
            hemvist_pool *pool = small_pool();
            hemvist_policy *policy = default_policy();
            fixture *f = calloc(1, sizeof *f);
            f->random = step;
            make(f, pool, policy);
            functions = f->functions;
            if (which < functions) {
                const function *row = &f->table[which];
                hemvist_test_panic_at_step(step);
                hemvist_error *error = NULL;
                code = row->call(row->slots, &error);
                hemvist_test_panic_at_step(0);
                if (code == HEMVIST_FAULT_PANIC) {
                    ++faults;
                    CHECK(cells_are_untouched(f));
                    CHECK(strstr(hemvist_error_message(error, HEMVIST_LANG_EN), "a panic on request") != NULL);
                    hemvist_error_free(error);
                    /* Taking an argument is a step; numbers and outputs that may be left out are none. */
                    size_t handles_before = 0;
                    uint32_t steps = 0;
                    for (size_t at = 0; row->letters[at]; ++at) {
                        steps += strchr("ni89", row->letters[at]) == NULL;
                        handles_before += is_handle(row->letters[at]) && steps < step;
                    }
                    if (handles_before > 0) {
                        ++poisoned;
                        expect(f, row, 0, "after a fault", HEMVIST_HANDLE_POISONED);
                    }
                } else {
                    CHECK(code == HEMVIST_OK && step > 1);
                    take_back(f, row);
                }
            } else {
                code = HEMVIST_OK;
            }
            unmake(f);
            free(f);
            hemvist_pool_free(pool);
            hemvist_policy_free(policy);
        }
        if (which >= functions) break;
    }
    CHECK(faults > 100 && poisoned > 50);
    printf("%zu panics, none of which left the library\n", faults);
}
#endif

int main(void)
{
    hemvist_pool *pool = small_pool();
    hemvist_policy *policy = default_policy();
    fixture *f = calloc(1, sizeof *f);
    f->random = 20260115;
    make(f, pool, policy);
    everything(f);
    printf("%zu functions asked wrongly in every way\n", f->functions);
    unmake(f);
    free(f);
    hemvist_pool_free(pool);
    hemvist_policy_free(policy);
    orphans();
    callbacks();
    threads();
#ifdef PANIC_INJECTION
    panics();
#endif
    return failures == 0 ? 0 : 1;
}
