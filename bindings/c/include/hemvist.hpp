/*
 * hemvist.hpp: the C++ face of Hemvist, a matching engine for foster care. Header only, C++17, over hemvist.h.
 *
 * Handles are move-only values that free themselves. Texts go in as std::string_view and come out as std::string. What the
 * C library returns as a code is thrown here as hemvist::error, with code, slug, and every problem with its path. What each
 * function does, costs and may be called from stands in hemvist.h, under the same name with `hemvist_` before it.
 */
#ifndef HEMVIST_HPP
#define HEMVIST_HPP

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hemvist.h"

namespace hemvist {

/** Language of the sentences for people. */
enum class lang : std::int32_t { en = HEMVIST_LANG_EN, sv = HEMVIST_LANG_SV };

/** How good an answer is known to be. */
enum class status : std::int32_t {
    optimal = HEMVIST_STATUS_OPTIMAL,
    feasible = HEMVIST_STATUS_FEASIBLE,
    infeasible = HEMVIST_STATUS_INFEASIBLE,
    unknown = HEMVIST_STATUS_UNKNOWN,
};

/** One problem of an input, or of a call. */
struct problem {
    std::int32_t code;
    std::string slug;
    std::string path;
    std::string message;
};

namespace detail {

/** Frees handles of one type. */
template <class T, void (*Free)(T *)>
struct deleter {
    void operator()(T *handle) const noexcept { Free(handle); }
};

template <class T, void (*Free)(T *)>
using owned = std::unique_ptr<T, deleter<T, Free>>;

using owned_error = owned<hemvist_error, hemvist_error_free>;
using owned_buffer = owned<hemvist_buffer, hemvist_buffer_free>;

inline std::string text(const char *text) { return text ? std::string(text) : std::string(); }

}  // namespace detail

/** Why a call failed. `what()` holds all problems as lines, in English. */
class error : public std::runtime_error {
public:
    explicit error(const hemvist_error *given)
        : std::runtime_error(hemvist_error_message(given, HEMVIST_LANG_EN)),
          code_(hemvist_error_code(given)),
          total_(hemvist_error_total(given)),
          swedish_(hemvist_error_message(given, HEMVIST_LANG_SV)) {
        for (std::size_t at = 0; at < hemvist_error_count(given); ++at) {
            const std::int32_t code = hemvist_error_code_at(given, at);
            problems_.push_back({code, detail::text(hemvist_code_slug(code)), hemvist_error_path_at(given, at),
                                 hemvist_error_message_at(given, at, HEMVIST_LANG_EN)});
        }
    }

    /** The number of the first problem, one of HEMVIST_... */
    std::int32_t code() const noexcept { return code_; }
    /** Its stable word, such as "pool.duplicate_id". */
    std::string slug() const { return detail::text(hemvist_code_slug(code_)); }
    /** Every problem, up to 1000. */
    const std::vector<problem> &problems() const noexcept { return problems_; }
    /** How many were found, those beyond 1000 included. */
    std::uint64_t total() const noexcept { return total_; }
    /** All problems as lines, in Swedish. */
    const std::string &swedish() const noexcept { return swedish_; }

private:
    std::int32_t code_;
    std::uint64_t total_;
    std::string swedish_;
    std::vector<problem> problems_;
};

namespace detail {

/** Calls a function of the C library with an error slot as its last argument, and throws what it says. */
template <class Function, class... Arguments>
void call(Function function, Arguments... arguments) {
    hemvist_error *given = nullptr;
    const std::int32_t code = function(arguments..., &given);
    if (code != HEMVIST_OK) {
        owned_error owner(given);
        throw error(given);
    }
}

/** Calls a function that gives a document. */
template <class Function, class... Arguments>
std::string document(Function function, Arguments... arguments) {
    hemvist_buffer *given = nullptr;
    call(function, arguments..., &given);
    owned_buffer owner(given);
    return std::string(hemvist_buffer_data(given), hemvist_buffer_length(given));
}

/** Calls a function that gives a handle. */
template <class T, class Function, class... Arguments>
T *give(Function function, Arguments... arguments) {
    T *given = nullptr;
    call(function, arguments..., &given);
    return given;
}

}  // namespace detail

/** A table: its file name, and its bytes as they are in the file. */
struct table {
    std::string_view name;
    std::string_view content;
};

/** Children, families, and what is known of them. Any number of threads may use one pool at once. */
class pool {
public:
    /** Reads a document `hemvist.pool/1`. */
    static pool from_json(std::string_view json, bool allow_identity_numbers = false) {
        const hemvist_read_options options = read_options(allow_identity_numbers);
        return pool(detail::give<hemvist_pool>(hemvist_pool_from_json, json.data(), json.size(), &options));
    }

    /** Reads tables as Swedish systems export them; `notes` is given what was assumed of each. */
    static pool from_tables(const std::vector<table> &tables, std::string *notes = nullptr,
                            bool allow_identity_numbers = false) {
        std::vector<const char *> names, contents;
        std::vector<std::size_t> name_lengths, content_lengths;
        for (const table &one : tables) {
            names.push_back(one.name.data());
            name_lengths.push_back(one.name.size());
            contents.push_back(one.content.data());
            content_lengths.push_back(one.content.size());
        }
        const hemvist_read_options options = read_options(allow_identity_numbers);
        hemvist_pool *given = nullptr;
        hemvist_buffer *told = nullptr;
        detail::call(hemvist_pool_from_tables, names.data(), name_lengths.data(), contents.data(), content_lengths.data(),
                     tables.size(), &options, &given, &told);
        pool read(given);
        detail::owned_buffer owner(told);
        if (notes) notes->assign(hemvist_buffer_data(told), hemvist_buffer_length(told));
        return read;
    }

    std::size_t children() const { return size().first; }
    std::size_t families() const { return size().second; }

    /** The number of the child with this id. */
    std::uint32_t child(std::string_view id) const {
        std::uint32_t number = 0;
        detail::call(hemvist_pool_child, get(), id.data(), id.size(), &number);
        return number;
    }
    /** The number of the family with this id. */
    std::uint32_t family(std::string_view id) const {
        std::uint32_t number = 0;
        detail::call(hemvist_pool_family, get(), id.data(), id.size(), &number);
        return number;
    }
    /** The id of a child; belongs to the pool. */
    std::string_view child_id(std::uint32_t child) const { return id(hemvist_pool_child_id, child); }
    /** The id of a family; belongs to the pool. */
    std::string_view family_id(std::uint32_t family) const { return id(hemvist_pool_family_id, family); }

    /** The pool as a document `hemvist.pool/1`. */
    std::string document() const { return detail::document(hemvist_pool_document, get()); }

    /** Labels that the pool itself gives (HEMVIST_LABELS_...), a document `hemvist.labels/1` for plan::groups. */
    std::string labels(std::int32_t by) const { return detail::document(hemvist_pool_labels, get(), by); }

    const hemvist_pool *get() const noexcept { return handle_.get(); }

private:
    friend class plan;
    explicit pool(hemvist_pool *given) : handle_(given) {}

    static hemvist_read_options read_options(bool allow_identity_numbers) {
        hemvist_read_options options{};
        options.size = sizeof options;
        options.allow_identity_numbers = allow_identity_numbers;
        return options;
    }

    std::pair<std::size_t, std::size_t> size() const {
        std::size_t children = 0, families = 0;
        detail::call(hemvist_pool_size, get(), &children, &families);
        return {children, families};
    }

    template <class Function>
    std::string_view id(Function function, std::uint32_t number) const {
        const char *text = nullptr;
        std::size_t length = 0;
        detail::call(function, get(), number, &text, &length);
        return {text, length};
    }

    detail::owned<hemvist_pool, hemvist_pool_free> handle_;
};

/** Which rules hold, what each criterion weighs, what the best plan is. Any number of threads may use one at once. */
class policy {
public:
    /** The default policy. */
    policy() : handle_(detail::give<hemvist_policy>(hemvist_policy_default)) {}
    /** Reads a document `hemvist.policy/1` in TOML. */
    static policy from_toml(std::string_view toml) {
        return policy(detail::give<hemvist_policy>(hemvist_policy_from_toml, toml.data(), toml.size()));
    }
    /** Reads a document `hemvist.policy/1` in JSON. */
    static policy from_json(std::string_view json) {
        return policy(detail::give<hemvist_policy>(hemvist_policy_from_json, json.data(), json.size()));
    }

    /** The policy as a document `hemvist.policy/1`. */
    std::string document() const { return detail::document(hemvist_policy_document, get()); }

    const hemvist_policy *get() const noexcept { return handle_.get(); }

private:
    explicit policy(hemvist_policy *given) : handle_(given) {}

    detail::owned<hemvist_policy, hemvist_policy_free> handle_;
};

/** The fit of a pair, 0 to 1000; nothing if it is ruled out. */
inline std::optional<int> score(const pool &pool, const policy &policy, std::uint32_t child, std::uint32_t family) {
    std::int16_t fit = 0;
    detail::call(hemvist_score, pool.get(), policy.get(), child, family, &fit);
    return fit < 0 ? std::nullopt : std::optional<int>(fit);
}

/** What rules and fit say of one pair; rules as bits, named by hemvist_rule_code. */
struct verdict {
    std::int16_t fit;
    std::uint64_t ruled_out;
    std::uint64_t warned;
};

/** The rules that rule a pair out, and those that mark it. */
inline verdict score_rules(const pool &pool, const policy &policy, std::uint32_t child, std::uint32_t family) {
    verdict found{};
    detail::call(hemvist_score_rules, pool.get(), policy.get(), child, family, &found.fit, &found.ruled_out,
                 &found.warned);
    return found;
}

/** The fits of many pairs, of `children[i]` and `families[i]`; -1 for a pair that is ruled out. */
inline std::vector<std::int16_t> score_pairs(const pool &pool, const policy &policy,
                                             const std::vector<std::uint32_t> &children,
                                             const std::vector<std::uint32_t> &families) {
    if (children.size() != families.size()) throw std::invalid_argument("as many children as families are needed");
    std::vector<std::int16_t> fits(children.size());
    detail::call(hemvist_score_pairs, pool.get(), policy.get(), children.data(), families.data(), fits.size(),
                 fits.data());
    return fits;
}

/** The fits of all pairs. */
struct matrix {
    std::size_t children;
    std::size_t families;
    /** Row by child, column by family; -1 for a pair that is ruled out. */
    std::vector<std::int16_t> fits;

    std::int16_t operator()(std::size_t child, std::size_t family) const { return fits.at(child * families + family); }
};

/** The fits of all pairs; `threads` 0: as many as there are processors. */
inline matrix score_matrix(const pool &pool, const policy &policy, std::uint32_t threads = 0) {
    matrix all{pool.children(), pool.families(), {}};
    all.fits.resize(all.children * all.families);
    detail::call(hemvist_score_matrix, pool.get(), policy.get(), threads, all.fits.data(), all.fits.size());
    return all;
}

/** A family and its fit for one child. */
struct ranked {
    std::uint32_t family;
    std::int16_t fit;
};

/** The eligible families for one child, best fit first, at most so many. */
inline std::vector<ranked> rank(const pool &pool, const policy &policy, std::uint32_t child, std::size_t most) {
    std::vector<std::uint32_t> families(most);
    std::vector<std::int16_t> fits(most);
    std::size_t count = 0;
    detail::call(hemvist_rank, pool.get(), policy.get(), child, families.data(), fits.data(), most, &count);
    std::vector<ranked> best;
    for (std::size_t at = 0; at < count && at < most; ++at) best.push_back({families[at], fits[at]});
    return best;
}

/** All eligible pairs of the children who seek a home, in compressed rows. */
class candidates {
public:
    candidates(const pool &pool, const policy &policy, std::uint32_t threads = 0)
        : handle_(detail::give<hemvist_candidates>(hemvist_candidates_find, pool.get(), policy.get(), threads)) {}

    /** Arrays that belong to the candidates: those of child `c` are `row_starts[c]` up to `row_starts[c + 1]`. */
    struct columns {
        const std::int64_t *row_starts;
        const std::int32_t *families;
        const std::int16_t *fits;
        const std::uint64_t *warnings;
        std::size_t children;
        std::size_t count;
    };

    columns get_columns() const {
        columns all{};
        detail::call(hemvist_candidates_columns, get(), &all.row_starts, &all.families, &all.fits, &all.warnings,
                     &all.children, &all.count);
        return all;
    }

    const hemvist_candidates *get() const noexcept { return handle_.get(); }

private:
    detail::owned<hemvist_candidates, hemvist_candidates_free> handle_;
};

/** A flag that stops work from any thread. */
class cancel {
public:
    cancel() : handle_(detail::give<hemvist_cancel>(hemvist_cancel_new)) {}
    void raise() { detail::call(hemvist_cancel_raise, get()); }
    const hemvist_cancel *get() const noexcept { return handle_.get(); }

private:
    detail::owned<hemvist_cancel, hemvist_cancel_free> handle_;
};

/** How long work is run; what is not set is the default. */
struct run_options {
    /** Worker threads; 0: as many as there are processors. */
    std::uint32_t threads = 0;
    /** Stop after this much counted work; 0: no limit. */
    std::uint64_t work_limit = 0;
    /** Stop after so many milliseconds; 0: no limit. */
    std::uint64_t time_limit_ms = 0;
    /** Seed of the drawn lots; empty: the policy's, or in a question about a plan the plan's own. */
    std::string seed;
    /** Told the work done, the sum reached and the bound; gives whether to go on. What it throws comes out of the call. */
    std::function<bool(std::uint64_t, std::int64_t, std::int64_t)> progress;
    /** A flag that stops the work; it must live until the call returns. */
    const hemvist::cancel *cancel = nullptr;
};

namespace detail {

/** The C form of the options for one call, with a place for what the caller's function throws. */
class run {
public:
    explicit run(const run_options &options) : options_(options) {
        c_.size = sizeof c_;
        c_.threads = options.threads;
        c_.work_limit = options.work_limit;
        c_.time_limit_ms = options.time_limit_ms;
        c_.seed = options.seed.empty() ? nullptr : options.seed.data();
        c_.seed_length = options.seed.size();
        c_.cancel = options.cancel ? options.cancel->get() : nullptr;
        if (options.progress) {
            c_.progress = tell;
            c_.progress_context = this;
        }
    }
    run(const run &) = delete;
    run &operator=(const run &) = delete;

    const hemvist_run_options *get() const noexcept { return &c_; }
    void rethrow() const {
        if (thrown_) std::rethrow_exception(thrown_);
    }

private:
    static std::int32_t tell(void *context, std::uint64_t work, std::int64_t value, std::int64_t bound) noexcept {
        run &self = *static_cast<run *>(context);
        try {
            return self.options_.progress(work, value, bound) ? 0 : 1;
        } catch (...) {
            self.thrown_ = std::current_exception();
            return 1;
        }
    }

    const run_options &options_;
    hemvist_run_options c_{};
    std::exception_ptr thrown_;
};

}  // namespace detail

/** Which weightings count as plausible; what is not set is the default. */
struct weight_range {
    /** How far every weight may vary, per mille of itself, 1 to 1000. */
    std::uint32_t share = 250;
    /** How many weightings are drawn, each weight varying on its own. */
    std::uint32_t samples = 100;
    /** In how many steps each weight is varied alone, to either side. */
    std::uint32_t steps = 5;
    /** Seed of the weightings; empty: the seed of the plan's lots. */
    std::string seed;
    /** Criteria whose weights may vary by another share, with that share; 0: not at all. */
    std::vector<std::pair<std::string, std::uint32_t>> shares;
};

/** What is known of how families answer; what is not set is the default. */
struct call_options {
    /** Longest call list of a child. */
    std::uint32_t most = 3;
    /** How many times the calls are played through. */
    std::uint32_t runs = 0;
    /** How likely a family of whom no rate is known accepts, per cent; nothing: both ends are told. */
    std::optional<std::uint32_t> unknown_rate;
    /** Acceptance rates of single pairs, a document `hemvist.rates/1`; empty: only the families' own. */
    std::string rates;
    /** Seed of the runs; empty: the seed of the plan's lots. */
    std::string seed;
};

namespace detail {

/** A number for an options struct of C, where 0 stands for a default. */
inline std::uint32_t number(std::uint32_t given) noexcept { return given == 0 ? HEMVIST_NONE : given; }

/** A text that may be left out: NULL, where std::string_view may have any pointer. */
inline const char *data(std::optional<std::string_view> text) noexcept {
    if (!text) return nullptr;
    return text->data() ? text->data() : "";
}
inline std::size_t size(std::optional<std::string_view> text) noexcept { return text ? text->size() : 0; }

}  // namespace detail

struct what_if;

/**
 * A proposal for a whole pool, which can be asked further. One thread may use it at a time. Answers are documents, described
 * in docs/reference/answers.md.
 */
class plan {
public:
    /** How good the plan is known to be, and how many children it places, leaves without a home, lets stay. */
    struct summary {
        hemvist::status status;
        std::uint32_t placed;
        std::uint32_t unplaced;
        std::uint32_t stays;
    };
    /** For each child its family or -1, the fit or -1, and HEMVIST_CHILD_... */
    struct columns {
        std::vector<std::int32_t> families;
        std::vector<std::int16_t> fits;
        std::vector<std::int32_t> states;
    };

    /** The plan as a document `hemvist.plan/1`. */
    std::string document() const { return detail::document(hemvist_plan_document, get()); }

    summary get_summary() const {
        std::int32_t status = 0;
        summary all{};
        detail::call(hemvist_plan_summary, get(), &status, &all.placed, &all.unplaced, &all.stays);
        all.status = static_cast<hemvist::status>(status);
        return all;
    }

    columns get_columns() const {
        const summary all = get_summary();
        const std::size_t n = std::size_t{all.placed} + all.unplaced + all.stays;
        columns made{std::vector<std::int32_t>(n), std::vector<std::int16_t>(n), std::vector<std::int32_t>(n)};
        detail::call(hemvist_plan_columns, get(), made.families.data(), made.fits.data(), made.states.data(), n);
        return made;
    }

    /** The record of the run, a document `hemvist.audit/1`; `run` is your own count of runs, 0: not counted. */
    std::string audit(std::uint32_t run = 0) const { return detail::document(hemvist_plan_audit, get(), run); }

    /** The pool that was matched; of a plan of what_if, with the changes in it. */
    hemvist::pool pool() const { return hemvist::pool(detail::give<hemvist_pool>(hemvist_plan_pool, get())); }

    /** The best other families for a child, and what the pool would lose; nobody: JSON Lines, one for each child. */
    std::string alternatives(std::optional<std::string_view> child, std::uint32_t most,
                             const run_options &options = {}) const {
        return ask(options, hemvist_alternatives, detail::data(child), detail::size(child), most);
    }
    /** Why a child does not go to a family: every rule that stops it, or what the pool would lose. */
    std::string why_not(std::string_view child, std::string_view family, const run_options &options = {}) const {
        return ask(options, hemvist_why_not, child.data(), child.size(), family.data(), family.size());
    }
    /** What the changes of a document `hemvist.changes/1` would do. */
    hemvist::what_if what_if(std::string_view changes, const run_options &options = {}) const;
    /** The same by another policy for the plan after. */
    hemvist::what_if what_if(std::string_view changes, const policy &then, const run_options &options = {}) const;
    /** What each choice in force costs the pool. */
    std::string choices(const run_options &options = {}) const { return ask(options, hemvist_choices); }
    /** Where several plans are equally good, and by whose lot it was decided. */
    std::string ties(const run_options &options = {}) const { return ask(options, hemvist_ties); }
    /** Which facts that are not known could change the proposal for a child; nobody: for every child. */
    std::string questions(std::optional<std::string_view> child = std::nullopt, const run_options &options = {}) const {
        return ask(options, hemvist_questions, detail::data(child), detail::size(child));
    }
    /** How groups of children fare; `least` 0: no count below 5 is told. */
    std::string groups(std::string_view labels, std::uint32_t least = 0) const {
        return detail::document(hemvist_groups, get(), labels.data(), labels.size(), least);
    }
    /** How much of the plan rests on the weights. */
    std::string robustness(const weight_range &range = {}, const run_options &options = {}) const {
        std::vector<const char *> criteria;
        std::vector<std::size_t> lengths;
        std::vector<std::uint32_t> shares;
        for (const auto &[criterion, share] : range.shares) {
            criteria.push_back(criterion.data());
            lengths.push_back(criterion.size());
            shares.push_back(share);
        }
        hemvist_weight_range given{};
        given.size = sizeof given;
        given.share = range.share;
        given.samples = detail::number(range.samples);
        given.steps = detail::number(range.steps);
        given.seed = range.seed.empty() ? nullptr : range.seed.data();
        given.seed_length = range.seed.size();
        given.criteria = criteria.data();
        given.criterion_lengths = lengths.data();
        given.criterion_shares = shares.data();
        given.criteria_length = criteria.size();
        return ask(options, hemvist_robustness, static_cast<const hemvist_weight_range *>(&given));
    }
    /** Whom to ask first for a child and whom next; nobody: for every child whom the plan places. */
    std::string calls(std::optional<std::string_view> child = std::nullopt, const call_options &calls = {},
                      const run_options &options = {}) const {
        hemvist_call_options given{};
        given.size = sizeof given;
        given.most = detail::number(calls.most);
        given.runs = calls.runs;
        given.unknown_rate = calls.unknown_rate ? detail::number(*calls.unknown_rate) : 0;
        given.rates = calls.rates.empty() ? nullptr : calls.rates.data();
        given.rates_length = calls.rates.size();
        given.seed = calls.seed.empty() ? nullptr : calls.seed.data();
        given.seed_length = calls.seed.size();
        return ask(options, hemvist_calls, detail::data(child), detail::size(child),
                   static_cast<const hemvist_call_options *>(&given));
    }

    const hemvist_plan *get() const noexcept { return handle_.get(); }

private:
    friend plan match(const hemvist::pool &, const policy &, const run_options &);
    explicit plan(hemvist_plan *given) : handle_(given) {}

    /** Calls a question's function, whose arguments stand between the plan and the options. */
    template <class Function, class... Arguments>
    std::string ask(const run_options &options, Function function, Arguments... arguments) const {
        detail::run run(options);
        std::string answer = detail::document(function, get(), arguments..., run.get());
        run.rethrow();
        return answer;
    }
    hemvist::what_if what_if(std::string_view changes, const hemvist_policy *then, const run_options &options) const;

    detail::owned<hemvist_plan, hemvist_plan_free> handle_;
};

/** What changes would do. */
struct what_if {
    /** The difference, a document `hemvist.what_if/1`. */
    std::string difference;
    /** The plan after, to be read and asked in its turn. */
    plan after;
};

inline what_if plan::what_if(std::string_view changes, const hemvist_policy *then, const run_options &options) const {
    detail::run run(options);
    hemvist_buffer *difference = nullptr;
    hemvist_plan *after = nullptr;
    detail::call(hemvist_what_if, get(), changes.data(), changes.size(), then, run.get(), &difference, &after);
    plan made(after);
    detail::owned_buffer owner(difference);
    run.rethrow();
    return {std::string(hemvist_buffer_data(difference), hemvist_buffer_length(difference)), std::move(made)};
}

inline what_if plan::what_if(std::string_view changes, const run_options &options) const {
    return what_if(changes, nullptr, options);
}

inline what_if plan::what_if(std::string_view changes, const policy &then, const run_options &options) const {
    return what_if(changes, then.get(), options);
}

/** Matches a whole pool. */
inline plan match(const pool &pool, const policy &policy, const run_options &options = {}) {
    detail::run run(options);
    plan made(detail::give<hemvist_plan>(hemvist_match, pool.get(), policy.get(), run.get()));
    run.rethrow();
    return made;
}

/**
 * The families for one child, best first, with everything that speaks for and against them, as a document; with
 * `ruled_out` also those that fewest rules stop.
 */
inline std::string rank_document(const pool &pool, const policy &policy, std::string_view child, std::uint32_t most,
                                 bool ruled_out = false) {
    return detail::document(hemvist_rank_document, pool.get(), policy.get(), child.data(), child.size(), most,
                            static_cast<std::int32_t>(ruled_out));
}

/** Answers a question of cooperating municipalities: a request as JSON, the answer as a document; see hemvist_ask_region. */
inline std::string ask_region(const pool &pool, const policy &policy, std::string_view request,
                              const run_options &options = {}) {
    detail::run run(options);
    std::string answer = detail::document(hemvist_ask_region, pool.get(), policy.get(), request.data(), request.size(),
                                          run.get());
    run.rethrow();
    return answer;
}

/** The same for a question that needs no pool, such as one about prices. */
inline std::string ask_region(std::string_view request) {
    return detail::document(hemvist_ask_region, static_cast<const hemvist_pool *>(nullptr),
                            static_cast<const hemvist_policy *>(nullptr), request.data(), request.size(),
                            static_cast<const hemvist_run_options *>(nullptr));
}

/** Everything that rules and criteria say of one child and one family, as a document. */
inline std::string explain(const pool &pool, const policy &policy, std::string_view child, std::string_view family,
                           lang lang = lang::en) {
    return detail::document(hemvist_explain, pool.get(), policy.get(), child.data(), child.size(), family.data(),
                            family.size(), static_cast<std::int32_t>(lang));
}

/** Runs an audit record again and says what differs, as a document. */
inline std::string replay(std::string_view record, const pool &pool, const policy &policy) {
    return detail::document(hemvist_replay, record.data(), record.size(), pool.get(), policy.get());
}

/** Every problem of a pool document, as a document. */
inline std::string validate(std::string_view json) {
    return detail::document(hemvist_validate, json.data(), json.size(), static_cast<const hemvist_read_options *>(nullptr));
}

/** Any JSON document in canonical form. */
inline std::string canonical(std::string_view json) {
    return detail::document(hemvist_canonical, json.data(), json.size());
}

/** The JSON Schema of a document, by its name, such as "pool" or "why_not". */
inline std::string schema(std::string_view document) {
    return detail::document(hemvist_schema, document.data(), document.size());
}

/** The places of ids in drawing order under a seed. */
inline std::vector<std::uint32_t> lottery_order(std::string_view seed, const std::vector<std::string_view> &ids) {
    std::vector<const char *> texts;
    std::vector<std::size_t> lengths;
    for (const std::string_view id : ids) {
        texts.push_back(id.data());
        lengths.push_back(id.size());
    }
    std::vector<std::uint32_t> order(ids.size());
    detail::call(hemvist_lottery_order, seed.data(), seed.size(), texts.data(), lengths.data(), ids.size(), order.data());
    return order;
}

/** Children, families and what each pair is worth; see hemvist_problem. */
struct arrays {
    std::vector<std::int64_t> indptr;
    std::vector<std::int32_t> indices;
    std::vector<std::int64_t> values;
    std::vector<std::int32_t> capacity;
    std::vector<std::int64_t> group_ptr;
    std::vector<std::int32_t> group_members;
    std::vector<std::uint8_t> group_policy;
    std::int64_t placed_value = 0;
    std::int64_t pair_bonus = 0;
};

/** An answer of solve. */
class solution {
public:
    /** How good the answer is known to be, what it is worth, and the most that any answer can be worth. */
    struct summary {
        hemvist::status status;
        std::int64_t objective;
        std::int64_t bound;
    };
    /** What one more place in each family would be worth, and each child beyond the places it competes for. */
    struct price_lists {
        std::vector<std::int64_t> families;
        std::vector<std::int64_t> children;
    };

    summary get_summary() const {
        std::int32_t status = 0;
        summary all{};
        detail::call(hemvist_solution_summary, get(), &status, &all.objective, &all.bound);
        all.status = static_cast<hemvist::status>(status);
        return all;
    }

    /** The family of each child, -1: unplaced. */
    std::vector<std::int32_t> families() const {
        std::vector<std::int32_t> all(n_children_);
        detail::call(hemvist_solution_families, get(), all.data(), all.size());
        return all;
    }

    price_lists prices() const {
        price_lists all{std::vector<std::int64_t>(n_families_), std::vector<std::int64_t>(n_children_)};
        detail::call(hemvist_solution_prices, get(), all.families.data(), n_families_, all.children.data(), n_children_);
        return all;
    }

    const hemvist_solution *get() const noexcept { return handle_.get(); }

private:
    friend solution solve(const arrays &, const run_options &);
    solution(hemvist_solution *given, std::size_t children, std::size_t families)
        : handle_(given), n_children_(children), n_families_(families) {}

    detail::owned<hemvist_solution, hemvist_solution_free> handle_;
    std::size_t n_children_;
    std::size_t n_families_;
};

/** Solves a problem given as arrays. */
inline solution solve(const arrays &arrays, const run_options &options = {}) {
    hemvist_problem problem{};
    problem.size = sizeof problem;
    problem.indptr = arrays.indptr.data();
    problem.indptr_length = arrays.indptr.size();
    problem.indices = arrays.indices.data();
    problem.indices_length = arrays.indices.size();
    problem.values = arrays.values.data();
    problem.values_length = arrays.values.size();
    problem.capacity = arrays.capacity.data();
    problem.capacity_length = arrays.capacity.size();
    problem.group_ptr = arrays.group_ptr.data();
    problem.group_ptr_length = arrays.group_ptr.size();
    problem.group_members = arrays.group_members.data();
    problem.group_members_length = arrays.group_members.size();
    problem.group_policy = arrays.group_policy.data();
    problem.group_policy_length = arrays.group_policy.size();
    problem.placed_value = arrays.placed_value;
    problem.pair_bonus = arrays.pair_bonus;
    detail::run run(options);
    hemvist_solution *given = detail::give<hemvist_solution>(hemvist_solve, &problem, run.get());
    solution made(given, arrays.indptr.size() - 1, arrays.capacity.size());
    run.rethrow();
    return made;
}

}  // namespace hemvist

#endif
