// hemvist.hpp: every function, exceptions with code and path, moves, and what a callback throws:
// `wrapper <folder of example pools>`. Linked with wrapper_again.cpp, which includes the header once more.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <thread>
#include <type_traits>

#include "hemvist.hpp"

int failures = 0;
hemvist::pool small_pool();

#define CHECK(holds)                                                                \
    do {                                                                            \
        if (!(holds)) {                                                             \
            std::cerr << __FILE__ << ':' << __LINE__ << ": " << #holds << '\n';     \
            ++failures;                                                             \
        }                                                                           \
    } while (0)

static_assert(!std::is_copy_constructible_v<hemvist::pool> && std::is_nothrow_move_constructible_v<hemvist::pool>);
static_assert(!std::is_copy_constructible_v<hemvist::plan> && std::is_nothrow_move_constructible_v<hemvist::plan>);
static_assert(!std::is_copy_assignable_v<hemvist::policy> && std::is_nothrow_move_assignable_v<hemvist::policy>);

static bool has(const std::string &text, std::string_view part) { return text.find(part) != std::string::npos; }

// The code that a call throws; 0 if none.
template <class Call>
static std::int32_t thrown(Call call) {
    try {
        call();
        return 0;
    } catch (const hemvist::error &error) {
        return error.code();
    }
}

static hemvist::pool from_folder(const std::filesystem::path &folder, std::string *notes) {
    std::vector<std::string> names, contents;
    for (const auto &entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() != ".csv") continue;
        std::ifstream file(entry.path(), std::ios::binary);
        std::ostringstream bytes;
        bytes << file.rdbuf();
        names.push_back(entry.path().filename().string());
        contents.push_back(bytes.str());
    }
    std::vector<hemvist::table> tables;
    for (std::size_t at = 0; at < names.size(); ++at) tables.push_back({names[at], contents[at]});
    return hemvist::pool::from_tables(tables, notes);
}

static void errors_are_thrown() {
    try {
        hemvist::pool::from_json(R"({"format":"hemvist.pool/1","as_of":"2026-01-15","municipalities":[{"id":"1276"}],
            "children":[{"id":"c1","municipality":"1276","age":99,"placement":"long_term","needs":9}]})");
        CHECK(!"reached");
    } catch (const hemvist::error &error) {
        CHECK(error.code() == HEMVIST_VALUE_OUT_OF_RANGE && error.slug() == "value.out_of_range");
        CHECK(error.problems().size() == 2 && error.total() == 2);
        CHECK(error.problems()[1].path == "children[0].needs" && error.problems()[1].code == 1101);
        CHECK(has(error.what(), "2 problems") && has(error.swedish(), "2 fel"));
    }
    CHECK(thrown([] { hemvist::policy::from_toml("format = 1"); }) == HEMVIST_DOCUMENT_WRONG_FORMAT);
    CHECK(thrown([] { hemvist::canonical(""); }) == HEMVIST_DOCUMENT_CUT_SHORT);
    hemvist::pool pool = small_pool();
    CHECK(thrown([&] { pool.child("nobody"); }) == HEMVIST_OPTION_UNKNOWN_CHILD);
    CHECK(thrown([&] { pool.family_id(99); }) == HEMVIST_ARGUMENT_INDEX);

    // What was moved from is empty, and says so.
    hemvist::pool moved = std::move(pool);
    CHECK(moved.children() == 2);
    CHECK(thrown([&] { pool.children(); }) == HEMVIST_ARGUMENT_NULL);
}

static void every_function_works(const std::filesystem::path &examples) {
    std::string notes;
    const hemvist::pool pool = from_folder(examples / "nordvastra-skane", &notes);
    const hemvist::policy policy;
    CHECK(has(notes, "\"delimiter\":\"comma\""));
    CHECK(hemvist::pool::from_json(pool.document()).document() == pool.document());
    CHECK(hemvist::policy::from_json(policy.document()).document() == policy.document());

    const std::uint32_t child = pool.child("C-015");
    CHECK(pool.child_id(child) == "C-015" && pool.family_id(pool.family("F-048")) == "F-048");
    const hemvist::matrix matrix = hemvist::score_matrix(pool, policy);
    const auto best = hemvist::rank(pool, policy, child, 3);
    CHECK(best.size() == 3 && best[0].fit >= best[1].fit);
    CHECK(matrix(child, best[0].family) == best[0].fit);
    CHECK(hemvist::score(pool, policy, child, best[0].family) == best[0].fit);
    CHECK(hemvist::score_pairs(pool, policy, {child}, {best[0].family}) == std::vector<std::int16_t>{best[0].fit});
    const hemvist::verdict verdict = hemvist::score_rules(pool, policy, child, best[0].family);
    CHECK(verdict.ruled_out == 0 && verdict.fit == best[0].fit);

    const hemvist::candidates candidates(pool, policy);
    const auto columns = candidates.get_columns();
    CHECK(columns.children == pool.children() && columns.row_starts[columns.children] > 0);

    hemvist::run_options options;
    options.threads = 1;
    options.seed = "dragning 1";
    const hemvist::plan plan = hemvist::match(pool, policy, options);
    const auto summary = plan.get_summary();
    CHECK(summary.status == hemvist::status::optimal && summary.placed > 0);
    const auto placed = plan.get_columns();
    CHECK(placed.families.size() == pool.children() && placed.states[child] == HEMVIST_CHILD_PLACED);
    CHECK(has(plan.document(), "\"format\":\"hemvist.plan/1\""));
    const std::string record = plan.audit(1);
    CHECK(hemvist::replay(record, pool, policy) == R"({"confirmed":true,"differences":[]})");

    CHECK(has(hemvist::explain(pool, policy, "C-015", "F-048", hemvist::lang::sv), "behov"));
    CHECK(has(hemvist::rank_document(pool, policy, "C-015", 1), "\"format\":\"hemvist.rank/1\""));
    CHECK(hemvist::validate(pool.document()) == R"({"problems":[],"total":0})");
    CHECK(hemvist::canonical("[1, 2.0]") == "[1,2]");
    CHECK(has(hemvist::rank_document(pool, policy, "C-015", 1, true), "\"ruled_out\":[{"));
    CHECK(has(hemvist::schema("policy"), "hemvist.policy/1"));
    CHECK(thrown([] { hemvist::schema("letter"); }) == HEMVIST_VALUE_UNKNOWN_WORD);
    CHECK(hemvist::lottery_order("seed", {"a", "b", "c"}).size() == 3);

    // The candidates are what the solver takes.
    hemvist::arrays arrays;
    arrays.indptr.assign(columns.row_starts, columns.row_starts + columns.children + 1);
    arrays.indices.assign(columns.families, columns.families + columns.count);
    arrays.values.assign(columns.fits, columns.fits + columns.count);
    arrays.capacity.assign(pool.families(), 1);
    arrays.placed_value = 10000;
    const hemvist::solution solution = hemvist::solve(arrays);
    const auto solved = solution.get_summary();
    CHECK(solved.status == hemvist::status::optimal && solved.objective == solved.bound && solved.objective > 10000);
    CHECK(solution.families().size() == pool.children());
    const auto prices = solution.prices();
    CHECK(prices.families.size() == pool.families() && prices.children.size() == pool.children());
    arrays.indices.front() = -1;
    CHECK(thrown([&] { hemvist::solve(arrays); }) == HEMVIST_VALUE_OUT_OF_RANGE);
}

static void a_plan_answers(const std::filesystem::path &examples) {
    const hemvist::pool pool = from_folder(examples / "nordvastra-skane", nullptr);
    const hemvist::policy policy;
    const hemvist::plan plan = hemvist::match(pool, policy);
    int asked = 0;
    hemvist::run_options options;
    options.progress = [&](std::uint64_t, std::int64_t done, std::int64_t all) { return ++asked > 0 && done <= all; };
    CHECK(has(plan.alternatives("C-015", 2, options), "\"format\":\"hemvist.alternatives/1\"") && asked > 0);
    const std::string all = plan.alternatives(std::nullopt, 0);
    CHECK(static_cast<std::size_t>(std::count(all.begin(), all.end(), '\n')) == pool.children() - plan.get_summary().stays);
    CHECK(has(plan.why_not("C-015", "F-001"), "\"format\":\"hemvist.why_not/1\""));
    CHECK(thrown([&] { plan.alternatives("", 1); }) == HEMVIST_OPTION_UNKNOWN_CHILD);
    CHECK(has(plan.choices(), "\"format\":\"hemvist.choices/1\""));
    CHECK(has(plan.ties(), "\"format\":\"hemvist.ties/1\""));
    CHECK(has(plan.questions("C-015"), "\"format\":\"hemvist.questions/1\""));
    CHECK(has(plan.groups(pool.labels(HEMVIST_LABELS_GENDER)), "\"label\":\"girl\""));

    hemvist::weight_range range;
    range.samples = 2;
    range.steps = 0;
    range.shares = {{"travel_home", 500}};
    CHECK(has(plan.robustness(range), "\"samples\":2"));
    range.shares.emplace_back("colour", 1);
    CHECK(thrown([&] { plan.robustness(range); }) == HEMVIST_POLICY_UNKNOWN_CRITERION);
    hemvist::call_options calls;
    calls.most = 1;
    calls.unknown_rate = 0;
    calls.rates = R"({"format":"hemvist.rates/1","rates":[{"child":"C-015","family":"F-048","rate":50}]})";
    CHECK(has(plan.calls("C-015", calls), "\"format\":\"hemvist.calls/1\""));

    // What is tried changes nothing; the plan after can be asked in its turn, and its pool kept.
    const std::string before = plan.document();
    const hemvist::what_if tried =
        plan.what_if(R"({"format":"hemvist.changes/1","withdrawn":["F-048"]})");
    CHECK(has(tried.difference, "\"format\":\"hemvist.what_if/1\"") && plan.document() == before);
    CHECK(tried.after.document() != before);
    const hemvist::pool kept = tried.after.pool();
    CHECK(kept.families() == pool.families() - 1 && hemvist::match(kept, policy).document() == tried.after.document());
    CHECK(thrown([&] { tried.after.why_not("C-015", "F-048"); }) == HEMVIST_OPTION_UNKNOWN_FAMILY);
    const hemvist::policy other = hemvist::policy::from_json(R"({"format":"hemvist.policy/1","tie_seed":"another"})");
    CHECK(has(plan.what_if(R"({"format":"hemvist.changes/1"})", other).difference, "\"regret\":null"));

    CHECK(has(hemvist::ask_region(pool, policy, R"({"ask":"emergency_board"})"), "hemvist.emergency_board/1"));
    CHECK(has(hemvist::ask_region(R"({"ask":"ladder","year":2016,"secretary_per_day_ore":11400})"), "hemvist.ladder/1"));
    CHECK(thrown([] { hemvist::ask_region(R"({"ask":"emergency_board"})"); }) == HEMVIST_DOCUMENT_MISSING_FIELD);
}

static void callbacks_may_throw(const std::filesystem::path &examples) {
    const hemvist::pool pool = from_folder(examples / "nordvastra-skane", nullptr);
    const hemvist::policy policy;
    hemvist::run_options options;
    int asked = 0;
    options.progress = [&](std::uint64_t, std::int64_t, std::int64_t) -> bool {
        ++asked;
        throw std::runtime_error("enough");
    };
    try {
        hemvist::match(pool, policy, options);
        CHECK(!"reached");
    } catch (const std::runtime_error &error) {
        CHECK(asked == 1 && std::string(error.what()) == "enough");
    }
    // As in a question, and in one whose answer would be a handle.
    const hemvist::plan plan = hemvist::match(pool, policy);
    asked = 0;
    for (int question = 0; question < 2; ++question) {
        try {
            if (question == 0) plan.ties(options);
            else plan.what_if(R"({"format":"hemvist.changes/1"})", options);
            CHECK(!"reached");
        } catch (const std::runtime_error &error) {
            CHECK(asked == question + 1 && std::string(error.what()) == "enough");
        }
    }

    hemvist::cancel cancel;
    std::thread([&] { cancel.raise(); }).join();
    options.progress = nullptr;
    options.cancel = &cancel;
    CHECK(has(hemvist::match(pool, policy, options).document(), "not_repeatable"));
}

int main(int argc, char **argv) {
    if (argc != 2) return 2;
    errors_are_thrown();
    every_function_works(argv[1]);
    a_plan_answers(argv[1]);
    callbacks_may_throw(argv[1]);
    if (failures == 0) std::cout << "hemvist.hpp does what it says\n";
    return failures == 0 ? 0 : 1;
}
