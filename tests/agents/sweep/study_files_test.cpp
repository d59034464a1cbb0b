// Studies whose settings name files: the files' contents are part of a study's identity.

#include <filesystem>

#include "agents/sweep/objectives/learners.hpp"
#include "agents/sweep/objectives/registry.hpp"
#include "agents/sweep/study/file.hpp"
#include "agents/sweep/study/named_files.hpp"
#include "tests/agents/sweep/rows.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/tables.hpp"

namespace lockstep::sweep {
namespace {

using lockstep::test::check_refused, lockstep::test::Folder, test::bytes, test::run_in_memory;

constexpr const char* study_text = R"([study]
env = "Gridworld-v0"
agent = "q-learning"
scheduler = "full"
trials = 6
generation = 3
tuning_seeds = 2
first_seeds = 1
top = 1
validation_seeds = 2
test_seeds = 2
test_episodes = 4

[set]
episodes = 30

[space]
board = {choice = ["a.txt", "maps/b.txt", ""]}
learning_rate = {uniform = [0.1, 0.9]}
)";
constexpr const char *board_a = "..W\n.~A\n...\n", *board_b = "..A\n.~W\n...\n";

// A study, and its boards next to it.
struct Files {
    Files() {
        std::filesystem::create_directories(folder.path() + "/maps");
        folder.file("a.txt", board_a), folder.file("maps/b.txt", board_b);
        study = folder.file("study.toml", study_text);
    }
    std::string rows() const {
        Study read = read_study_file(study);
        const auto objective = make_objective(read);
        resolve(read, *objective);
        return bytes(run_in_memory(read, *objective).rows);
    }
    Folder folder;
    std::string study;
};

struct WorkingDirectory {
    explicit WorkingDirectory(const std::string& path) { std::filesystem::current_path(path); }
    ~WorkingDirectory() { std::filesystem::current_path(before); }
    WorkingDirectory(const WorkingDirectory&) = delete;
    WorkingDirectory& operator=(const WorkingDirectory&) = delete;
    std::filesystem::path before = std::filesystem::current_path();
};

TEST_CASE("files are beside the study, from wherever it is read", "[study][files]") {
    const Files files;
    const Study study = read_study_file(files.study);
    CHECK(study.files.size() == 2);
    CHECK(*study.files.at("a.txt") == board_a);
    CHECK(*study.files.at("maps/b.txt") == board_b);
    CHECK(path_of(study, "a.txt") == files.folder.path() + "/a.txt");
    CHECK(path_of(study, "/x/a.txt") == "/x/a.txt");
    {
        const WorkingDirectory there(files.folder.path());
        CHECK(canonical_text(read_study_file("study.toml")) == canonical_text(study));
    }
    const WorkingDirectory below(files.folder.path() + "/maps");
    CHECK(canonical_text(read_study_file("../study.toml")) == canonical_text(study));
}

TEST_CASE("what files said is in the canonical text, and comes back", "[study][files]") {
    const Files files;
    const std::string text = canonical_text(read_study_file(files.study));
    files.folder.file("maps/b.txt", board_a);
    CHECK(canonical_text(read_study_file(files.study)) != text);
    files.folder.file("maps/b.txt", "\xEF\xBB\xBF..A\r\n.~W\r\n...\r\n\r\n");
    CHECK(canonical_text(read_study_file(files.study)) == text);
    std::filesystem::remove(files.folder.path() + "/maps/b.txt");
    const Study recorded = read_canonical(text);
    CHECK(canonical_text(recorded) == text);
    CHECK(*recorded.files.at("maps/b.txt") == board_b);
}

TEST_CASE("learners see what was recorded", "[study][files]") {
    const Files files;
    const std::string truth = files.rows();
    const Study read = read_study_file(files.study);
    const std::string text = canonical_text(read);
    files.folder.file("a.txt", board_b), files.folder.file("maps/b.txt", board_a);
    CHECK(files.rows() != truth);
    std::filesystem::remove_all(files.folder.path());
    Study recorded = read_canonical(text);
    recorded.origins["study.scheduler"] = "recorded";
    const auto objective = make_objective(recorded);
    resolve(recorded, *objective);
    CHECK(bytes(run_in_memory(recorded, *objective).rows) == truth);
}

TEST_CASE("a study made in code is read when its objective is made", "[study][files]") {
    const Files files;
    Study study = read_study_file(files.study);
    const std::string truth = files.rows();
    study.files.clear();
    const auto objective = make_objective(study);
    resolve(study, *objective);
    files.folder.file("a.txt", board_b), files.folder.file("maps/b.txt", board_a);
    CHECK(bytes(run_in_memory(study, *objective).rows) == truth);
}

TEST_CASE("a study that lacks what a file said is of another version", "[study][files]") {
    const Files files;
    Study study = read_study_file(files.study);
    study.files.erase("maps/b.txt");
    check_refused([&] { read_canonical(canonical_text(study)); },
                  {"another version", "'maps/b.txt'", "board"});
    std::string text = canonical_text(study);
    text.replace(text.find("\"trials\""), 8, "\"trails\"");
    check_refused([&] { read_canonical(text); }, {"another version", "no 'trials'"});
}

TEST_CASE("what is wrong with a study's files has the line that names them", "[study][files]") {
    const Files files;
    std::filesystem::remove(files.folder.path() + "/a.txt");
    std::filesystem::remove(files.folder.path() + "/maps/b.txt");
    check_refused([&] { read_study_file(files.study); },
                  {"study.toml:18: board = '", "/a.txt': there is no such file",
                   "/maps/b.txt': there is no such file"});
    files.folder.file("a.txt", "..W\n.xA\n"), files.folder.file("maps/b.txt", "....\n");
    check_refused([&] { make_objective(read_study_file(files.study)); },
                  {"study.toml:18: a.txt:2:2: 'x'", "study.toml:18: maps/b.txt:1:1: board 1 has"});
}

TEST_CASE("what comes through a pipe has the working directory beside it", "[study][files]") {
    const Files files;
    const WorkingDirectory there(files.folder.path());
    const Study piped = read_study(study_text, "/dev/fd/63");
    CHECK(canonical_text(piped) == canonical_text(read_study_file(files.study)));
}

}  // namespace
}  // namespace lockstep::sweep
