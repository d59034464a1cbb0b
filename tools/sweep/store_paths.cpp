
#include "tools/sweep/store_paths.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "agents/sweep/study/named_files.hpp"
#include "tools/store/lock.hpp"
#include "tools/store/schema.hpp"
#include "tools/sweep/report.hpp"

namespace lockstep::sweep {
namespace {

namespace fs = std::filesystem;
using namespace std::string_view_literals;

std::uint32_t big_endian(std::string_view bytes) {
    std::uint32_t word = 0;
    for (const char byte : bytes.substr(0, 4)) word = word << 8U | static_cast<unsigned char>(byte);
    return word;
}

// Reads the header of SQLite's file format (sqlite.org/fileformat.html, 1.3). While a store is
// being made, its one page does not identify it yet, and there is nothing to lose.
Found found_store(const std::string& path) {
    constexpr std::size_t header = 100, page_size_at = 16, application_at = 68;
    const std::string bytes = first_bytes(path, header);
    if (!bytes.starts_with("SQLite format 3\0"sv) || bytes.size() < header) return {Found::others};
    const std::uint32_t application = big_endian(std::string_view(bytes).substr(application_at));
    const std::uint32_t page_size = big_endian(std::string_view(bytes).substr(page_size_at)) >> 16U;
    std::error_code ignored;
    const bool blank = application == 0 && fs::file_size(path, ignored) == page_size;
    if (application == application_id || blank) return {Found::ours};
    return {Found::others, "is a database of another program"};
}

// A file that SQLite or the lock keeps next to a store.
struct Beside {
    const char* ending;
    const char* what;
    bool (*ours)(std::string_view head);
};
// While SQLite writes such a file, its first words may still be missing.
bool unfinished(std::string_view head) { return big_endian(head) == 0; }
constexpr Beside files_beside[] = {
    {"-wal", "SQLite's log",
     [](std::string_view head) { return (big_endian(head) & ~1U) == 0x377F0682; }},
    {"-shm", "SQLite's index of the log",
     [](std::string_view head) {
         // Version 3007000, in the byte order of its machine.
         return head.starts_with("\x18\xE2\x2D\0"sv) || head.starts_with("\0\x2D\xE2\x18"sv) ||
                unfinished(head);
     }},
    {"-journal", "SQLite's journal",
     [](std::string_view head) {
         return head.starts_with("\xD9\xD5\x05\xF9\x20\xA1\x63\xD7"sv) || unfinished(head);
     }},
    {".lock", "the lock", is_lock_text}};

// The same path for every name that leads to the store.
std::string beside(const std::string& store, const char* ending) {
    std::error_code error;
    const fs::path path = fs::weakly_canonical(fs::absolute(store, error), error);
    return (error ? store : path.string()) + ending;
}

std::string words(const std::string& path, const Beside& file) {
    return fmt::format("'{}', {} of the store,", path, file.what);
}

void add_report(Paths& paths, const std::string& report, const Study& study, bool force,
                bool of_any_study) {
    const auto judge = [study, of_any_study](const std::string& path) {
        const Found found = found_report(path, study);
        return of_any_study && found.what == other_study ? Found{Found::ours} : found;
    };
    paths.writes(fmt::format("the report '{}'", report), report, "a report of `sweep`", judge,
                 force);
}

}  // namespace

std::string report_path(const std::string& store) { return store + ".md"; }

std::string default_store(const std::string& study_file) {
    std::error_code error;
    if (!fs::is_regular_file(study_file, error))
        throw ConfigError("--store is required where the study is not a file");
    constexpr std::string_view usual = ".toml";
    const bool has_usual = study_file.ends_with(usual) && fs::path(study_file).has_stem() &&
                           fs::path(study_file).extension() == usual;
    return study_file.substr(0, study_file.size() - (has_usual ? usual.size() : 0)) + ".db";
}

void add_study_inputs(Paths& paths, const Study& study, const std::string& file) {
    paths.reads(named("FILE", file), file);
    for (const FileUse& use : files_used(study))
        paths.reads(named(use.name, use.file), path_of(study, use.file));
    if (!study.warm_start.empty())
        add_store_input(paths, "warm_start", path_of(study, study.warm_start));
}

void add_store_output(Paths& paths, std::string_view name, const std::string& store,
                      const Study& study, bool force) {
    paths.writes(named(name, store), store, "a trial store", found_store, force);
    for (const Beside& file : files_beside) {
        const std::string path = beside(store, file.ending);
        paths.writes(
            words(path, file), path, file.what,
            [&file](const std::string& there) -> Found {
                constexpr std::size_t most = 256;
                return {file.ours(first_bytes(there, most)) ? Found::ours : Found::others};
            },
            false);
    }
    std::error_code ignored;
    add_report(paths, report_path(store), study, force, fs::exists(store, ignored));
}

void check_report(const std::string& report, const Study& study, bool force) {
    Paths paths;
    add_report(paths, report, study, force, false);
    Faults faults;
    paths.check(faults);
    faults.raise();
}

void add_store_input(Paths& paths, std::string_view name, const std::string& store) {
    paths.reads(named(name, store), store);
    for (const Beside& file : files_beside) {
        const std::string path = beside(store, file.ending);
        paths.reads(words(path, file), path);
    }
}

}  // namespace lockstep::sweep
