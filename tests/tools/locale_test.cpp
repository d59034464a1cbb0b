// Numbers do not depend on the host's locale: whatever a program reads, trains, searches, saves and
// writes is the same if the decimal point is a comma, or a character of two bytes.

#include <fmt/format.h>

#include <bit>
#include <clocale>
#include <cstdint>
#include <filesystem>
#include <map>

#include <lockstep/agent.hpp>

#include "agents/sweep/objectives/functions.hpp"
#include "agents/sweep/objectives/registry.hpp"
#include "agents/sweep/study/file.hpp"
#include "tests/agents/sweep/rows.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/comma_locale.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/tables.hpp"
#include "tools/results/result_file.hpp"
#include "tools/results/training.hpp"
#include "tools/store/config_difference.hpp"
#include "tools/store/store.hpp"
#include "tools/sweep/export.hpp"
#include "tools/sweep/report.hpp"
#include "tools/sweep/rows.hpp"

namespace lockstep {
namespace {

using test::Folder;

constexpr const char* process = R"({
"transition_probabilities": [[[0.25, 0.75], [0.5, 0.5]], [[1.0, 0.0], [2.5e-1, 0.75]]],
"rewards": [[[0.125, -1.5], [1e-3, 0]], [[12.75, 0.1], [-0.5, 1]]]})";

std::string bits(double value) {
    return fmt::format("{:016x} ", std::bit_cast<std::uint64_t>(value));
}

void add(std::string& told, const EnvSettings& settings, const std::string& env) {
    const WorldSettings world = resolve(settings, find_environment(env), 1);
    for (const auto& values : world.parameters)
        for (const double value : values) told += bits(value);
    if (!world.model) return;
    for (const Outcome& o : world.model->mdp().outcomes)
        told += bits(o.probability) + std::to_string(o.next) + " " + bits(o.reward);
}

// Settings, as text and from files, and the messages about wrong ones.
std::string settings(const Folder& folder) {
    std::string told;
    const auto of = [&](const std::string& env, const std::vector<std::string>& assignments) {
        add(told, test::settings_of(env, assignments), env);
    };
    of("CartPole-v1", {"gravity=9.75", "masspole=1.5e-1", "tau=0.0125", "max_episode_steps=1234"});
    of("FrozenLake-v1", {"reward_schedule=0.5,-0.25,-1e-2", "success_rate=0.875"});
    of("Bandit-v0", {"rewards=0.5,1.25,-0.75"});
    of("MDP-v0", {"file=" + folder.file("process.json", process)});
    of("MDP-v0", {});
    of("Gridworld-v0", {"board=" + folder.file("board.txt", "..W\n.~A\n...\n")});
    const auto refused = [&](const std::string& env, const std::vector<std::string>& assignments) {
        told += test::refusal([&] { add(told, test::settings_of(env, assignments), env); }) + "\n";
    };
    refused("CartPole-v1", {"gravity=9,75"});
    refused("CartPole-v1", {"gravity=-1234567.5"});
    refused("CartPole-v1", {"Gravty=1.5"});
    refused("FrozenLake-v1", {"success_rate=1.5"});
    refused("FrozenLake-v1", {"reward_schedule=1;0,5;0"});
    std::string wrong = process;
    wrong.replace(wrong.find("0.75"), 4, "0.65");
    refused("MDP-v0", {"file=" + folder.file("wrong.json", wrong)});
    wrong.replace(wrong.find("0.65"), 4, "0,75");
    refused("MDP-v0", {"file=" + folder.file("wrong.json", wrong)});
    return told;
}

// Training, its report, what is saved of it, and what is read back.
std::string training(const Folder& folder, const std::string& env, const char* id,
                     const std::vector<std::string>& assignments) {
    const Agent& agent = find_agent(id);
    // On one thread, because lane occupancy depends on which thread takes a learner first.
    TrainConfig config{.env = env, .learners = 3, .threads = 1, .test_episodes = 4};
    for (const std::string& assignment : assignments) set(config, agent, assignment);
    TrainResult result = train(agent, config);
    result.seconds = 1;
    Json report = training_report(config, agent, result, evaluate(result.test_scores, 1));
    add_saved(report, config, agent, result);
    const std::string path = folder.file("result.json", "");
    save_result(path, report);
    const SavedResult saved = load_result(path);
    std::string told = report.dump({.indent = 2}) + config_json(saved.config, agent).dump();
    for (const LearntTable& table : saved.tables)
        for (const double value : table.values) told += bits(value);
    for (const std::vector<double>& network : saved.networks)
        for (const double value : network) told += bits(value);
    return told;
}

std::string training(const Folder& folder) {
    return training(folder, "FrozenLake-v1", "q-learning",
                    {"episodes=200", "learning_rate=0.125", "gamma=0.875", "success_rate=0.75"}) +
           training(folder, "MDP-v0", "q-learning",
                    {"episodes=20", "max_episode_steps=20",
                     "file=" + folder.file("process.json", process)}) +
           training(folder, "CartPole-v1", "reinforce",
                    {"episodes=20", "hidden=4", "activation=tanh", "learning_rate=0.0125",
                     "gravity=9.5", "checkpoints=2"});
}

constexpr const char* function_study = R"([study]
env = "function"
agent = "rastrigin"
sampler = "tpe"
scheduler = "racing"
trials = 40
generation = 10
tuning_seeds = 4
first_seeds = 2
eta = 2.5
direction = "minimize"
top = 2
validation_seeds = 3
test_seeds = 3
constraints = ["x0 + 0.5 * x1 <= 2.25"]
[set]
noise = 0.125
[space]
x0 = {uniform = [-2.5, 2.5]}
x1 = {log = [1e-3, 1.5]}
x2 = {choice = [0.25, "0.5", 1e-3]}
x3 = {logit = [0.125, 0.875], when = {x2 = 0.25}}
)";
// Choices of numbers; those that differ per learner never become text.
constexpr const char* learner_study = R"([study]
env = "CartPole-v1"
agent = "reinforce"
scheduler = "full"
trials = 8
generation = 4
tuning_seeds = 2
first_seeds = 1
budget = 10.0
top = 2
validation_seeds = 2
test_seeds = 2
test_episodes = 3
[set]
gravity = 9.75
hidden = "4"
activation = "tanh"
gamma = 0.875
[space]
learning_rate = {choice = [0.125, 0.0625, 1e-3]}
masspole = {choice = [0.125, 0.25]}
ent_coef = {uniform = [0.0, 0.5]}
)";

std::string study(const std::string& text) {
    sweep::Study read = sweep::read_study(text, "study.toml");
    const auto objective = sweep::make_objective(read);
    sweep::resolve(read, *objective);
    const std::string canonical = sweep::canonical_text(read);
    std::string told = canonical + sweep::canonical_text(sweep::read_canonical(canonical));
    auto log = sweep::test::run_in_memory(read, *objective);
    told += sweep::test::bytes(log.rows);
    const auto rows = [&](const sweep::EachRow& each) {
        for (const auto& [key, row] : log.rows) each(row);
    };
    sweep::FindingsReader reader(read);
    rows([&](const sweep::TrialRow& row) { reader.add(row); });
    const sweep::StudyReport findings = reader.finish();
    told += sweep::report_text(read, findings) + sweep::findings_json(read, findings).dump();
    for (const auto format :
         {sweep::RowFormat::csv, sweep::RowFormat::jsonl, sweep::RowFormat::optuna_journal})
        write_rows(format, read, rows, [&](std::string_view line) { told += line; });
    read.eta = 3.5;
    for (const std::string& line : sweep::differences(canonical, sweep::canonical_text(read)))
        told += line;
    return told;
}

// A store that another process holds: the digits of a date are numbers, too.
std::string store(const Folder& folder) {
    const std::string path = folder.path() + "/study.db";
    const auto held = sweep::Store::open(path, R"({"a": {"b": 0.5}})", true);
    std::string told = test::refusal([&] { sweep::Store::open(path, "{}", true); });
    for (char& c : told) c = c >= '0' && c <= '9' ? '0' : c;
    return told;
}

using Told = std::map<std::string, std::string>;

Told everything() {
    const Folder folder;
    return {{"settings", settings(folder)},
            {"training", training(folder)},
            {"function", study(function_study)},
            {"learners", study(learner_study)},
            {"store", store(folder)}};
}

TEST_CASE("no number depends on the locale", "[locale]") {
    const Told truth = everything();
    const test::MadeLocales locales;
    for (const char* name : {"comma", "arabic"}) {
        CAPTURE(name);
        test::MadeLocales::use(name);
        // The locale must really be set, or the rest means nothing.
        REQUIRE(std::string(std::localeconv()->decimal_point) != ".");
        const Told told = everything();
        test::MadeLocales::use("C");
        for (const auto& [what, text] : truth) {
            CAPTURE(what);
            const std::string& other = told.at(what);
            const auto at = static_cast<std::size_t>(
                std::mismatch(text.begin(), text.end(), other.begin(), other.end()).first -
                text.begin());
            const std::size_t from = at - std::min<std::size_t>(at, 60);
            INFO(text.substr(from, 120) << "\nbut\n" << other.substr(from, 120));
            CHECK((text == other));
        }
    }
}

}  // namespace
}  // namespace lockstep
