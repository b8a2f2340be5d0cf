// Ranks the families for one child, matches the whole pool, explains one pair, asks the plan (which other families, why
// not this one, what changes would do), and keeps a record. From the CSV tables of a folder: `program FOLDER CHILD FAMILY
// CHANGES SEED`, where CHANGES is a document hemvist.changes/1 and SEED draws the lots. Prints seven documents, one to a
// line: the same bytes as the command hemvist.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <hemvist.hpp>

static std::string read_file(const std::filesystem::path &path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

static hemvist::pool read_pool(const std::filesystem::path &folder) {
    std::vector<std::string> names, contents;
    for (const auto &entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() != ".csv") continue;
        names.push_back(entry.path().filename().string());
        contents.push_back(read_file(entry.path()));
    }
    std::vector<hemvist::table> tables;
    for (std::size_t at = 0; at < names.size(); ++at) tables.push_back({names[at], contents[at]});
    return hemvist::pool::from_tables(tables);
}

int main(int argc, char **argv) {
    if (argc != 6) {
        std::fprintf(stderr, "usage: program FOLDER CHILD FAMILY CHANGES SEED\n");
        return 2;
    }
    try {
        const hemvist::pool pool = read_pool(argv[1]);
        const hemvist::policy policy;
        std::printf("%s\n", hemvist::rank_document(pool, policy, argv[2], 10).c_str());

        int asked = 0;
        hemvist::run_options options;
        options.seed = argv[5];
        options.progress = [&asked](std::uint64_t, std::int64_t, std::int64_t) { return ++asked > 0; };
        const hemvist::plan plan = hemvist::match(pool, policy, options);
        std::printf("%s\n", plan.document().c_str());

        std::printf("%s\n", hemvist::explain(pool, policy, argv[2], argv[3]).c_str());
        std::printf("%s\n", plan.alternatives(argv[2], 3).c_str());
        std::printf("%s\n", plan.why_not(argv[2], argv[3]).c_str());
        std::printf("%s\n", plan.what_if(read_file(argv[4])).difference.c_str());
        std::printf("%s\n", plan.audit().c_str());
        return asked > 0 ? 0 : 1;
    } catch (const hemvist::error &error) {
        std::fprintf(stderr, "%s (%s)\n", error.what(), error.slug().c_str());
        return 1;
    }
}
