// Settings that name files: the content that was read belongs to the settings, whatever becomes of
// the file.

#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <thread>

#include <lockstep/agent.hpp>
#include <lockstep/vector_env.hpp>

#include "tests/agents/setting_values.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/tables.hpp"

namespace lockstep {
namespace {

using test::check_refused;
using test::Folder;

// An environment, its setting, a content of the file, and another one.
struct Case {
    const char *env, *setting, *text, *other;
};
const Case cases[] = {
    {"Gridworld-v0", "board", "..W\n.~A\n...\n", "..A\n.~W\n...\n"},
    {"GridworldHard-v0", "board", "..W\n.~A\n...\n", "..A\n.~W\n...\n"},
    {"FrozenLake-v1", "desc", "SFF\nFHG\n", "SFH\nFFG\n"},
    {"MDP-v0", "file", R"({"transition_probabilities": [[[1]]], "rewards": [[[0.5]]]})",
     R"({"transition_probabilities": [[[1]]], "rewards": [[[-0.5]]]})"},
};

const Description& info_of(const Case& c) { return find_environment(c.env).tables.about(); }

// Every number that the process has.
std::vector<double> numbers_of(const EnvSettings& settings, const Case& c) {
    std::vector<double> numbers;
    const auto model = resolve(settings, find_environment(c.env), 1).model;
    for (const Outcome& o : model->mdp().outcomes) {
        numbers.insert(numbers.end(), {o.probability, static_cast<double>(o.next), o.reward,
                                       o.terminated ? 1.0 : 0.0, static_cast<double>(o.mark)});
    }
    return numbers;
}

// Counts how often a file is opened while it is watched.
class Watch {
public:
    explicit Watch(const std::string& path) : events_(inotify_init1(IN_NONBLOCK)) {
        if (inotify_add_watch(events_, path.c_str(), IN_OPEN) < 0)
            throw std::runtime_error(std::strerror(errno));
    }
    ~Watch() { close(events_); }
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

    int opened() {
        alignas(inotify_event) std::array<char, 4096> buffer{};
        for (ssize_t size = 0; (size = read(events_, buffer.data(), buffer.size())) > 0;)
            opened_ += static_cast<int>(size / static_cast<ssize_t>(sizeof(inotify_event)));
        return opened_;
    }

private:
    int events_, opened_ = 0;
};

TEST_CASE("a file is read when it is set, and never again", "[files]") {
    const Folder folder;
    for (const Case& c : cases) {
        CAPTURE(c.env);
        const std::string file = folder.file("file", c.text);
        const std::string assignment = std::string(c.setting) + "=" + file;
        const EnvSettings settings = test::settings_of(c.env, {assignment});
        CHECK(settings.files.at(c.setting).path == file);
        const std::vector<double> before = numbers_of(settings, c);
        folder.file("file", c.other);
        CHECK(numbers_of(settings, c) == before);
        CHECK(numbers_of(test::settings_of(c.env, {assignment}), c) != before);
        std::filesystem::remove(file);
        CHECK(numbers_of(settings, c) == before);
        VectorEnvConfig config{.id = c.env, .num_envs = 3};
        config.settings = settings;
        CHECK(VectorEnv<float>(config).size() == 3);
    }
}

TEST_CASE("setting a file again reads it again, and another name another file", "[files]") {
    const Folder folder;
    const Case& c = cases[0];
    const std::string file = folder.file("a", c.text), other = folder.file("b", c.other);
    const auto set_to = [&](EnvSettings& settings, const std::string& path) {
        set(settings, info_of(c), "board=" + path);
    };
    EnvSettings first = test::settings_of(c.env, {"board=" + file});
    const EnvSettings second = test::settings_of(c.env, {"board=" + other});
    CHECK(numbers_of(first, c) != numbers_of(second, c));
    EnvSettings changed = first;
    changed.texts["board"] = other;  // what was read is of another file
    CHECK(numbers_of(changed, c) == numbers_of(second, c));
    folder.file("a", c.other);
    changed = first;
    set_to(changed, file);
    CHECK(numbers_of(changed, c) == numbers_of(second, c));
    set_to(changed, "");
    CHECK(changed.files.empty());
    CHECK(numbers_of(changed, c) == numbers_of({}, c));
    // A setting that cannot be set changes nothing.
    check_refused([&] { set_to(first, folder.path() + "/absent"); }, {"board", "no such file"});
    CHECK(first.texts.at("board") == file);
    CHECK(first.files.at("board").path == file);
}

TEST_CASE("a name that is put into the settings is read once", "[files]") {
    const Folder folder;
    for (const Case& c : cases) {
        CAPTURE(c.env);
        const std::string file = folder.file("file", c.text);
        EnvSettings settings;
        settings.texts[c.setting] = file;
        {
            Watch watch(file);
            VectorEnvConfig config{.id = c.env, .num_envs = 40};
            config.settings = settings;
            VectorEnv<float> env(config);
            env.reset(1);
            CHECK(watch.opened() == 1);
        }
        for (const char* name :
             {"q-learning", "tabular-reinforce", "double-q", "value-iteration"}) {
            const bool hard = std::string(c.env) == "GridworldHard-v0";
            if (hard && std::string(name) == "value-iteration") continue;
            CAPTURE(name);
            const Agent& agent = find_agent(name);
            TrainConfig config{.env = c.env, .env_settings = settings, .learners = 40};
            config.threads = 2, config.test_episodes = 3;
            if (test::has_setting(agent, "episodes")) set(config, agent, "episodes=20");
            set(config, agent, "max_episode_steps=50");
            Watch watch(file);
            const std::uint64_t hash = train(agent, config).hash;
            CHECK(watch.opened() == 1);
            read_files(config.env_settings, info_of(c));
            folder.file("file", c.other);
            CHECK(train(agent, config).hash == hash);
            folder.file("file", c.text);
        }
    }
}

TEST_CASE("a snapshot is of what a file said, whatever its name", "[files][snapshot]") {
    const Folder folder;
    for (const Case& c : cases) {
        CAPTURE(c.env);
        const auto env_of = [&](const std::string& path) {
            VectorEnvConfig config{.id = c.env, .num_envs = 5};
            config.settings = test::settings_of(c.env, {std::string(c.setting) + "=" + path});
            return VectorEnv<float>(config);
        };
        const std::string file = folder.file("a", c.text);
        VectorEnv<float> env = env_of(file);
        const std::vector<std::byte> snapshot = env.snapshot();
        env_of(folder.file("b", c.text)).restore(snapshot);
        folder.file("a", c.other);
        check_refused([&] { env_of(file).restore(snapshot); }, {"another configuration"});
        env.restore(snapshot);
    }
}

TEST_CASE("what is wrong with a file is told with its name", "[files][bad_input]") {
    const Folder folder;
    for (const Case& c : cases) {
        CAPTURE(c.env);
        const auto refused = [&](const std::string& path, const char* words) {
            EnvSettings settings;
            settings.texts[c.setting] = path;
            check_refused([&] { resolve(settings, find_environment(c.env), 1); }, {path, words});
            VectorEnvConfig config{.id = c.env};
            config.settings = settings;
            check_refused([&] { VectorEnv<float> env(config); }, {path, words});
            const Agent& agent = find_agent("q-learning");
            const TrainConfig config_of_it{.env = c.env, .env_settings = settings};
            check_refused([&] { train(agent, config_of_it); }, {path, words});
        };
        refused(folder.path() + "/absent", "no such file");
        refused(folder.path(), "is not a file");
        refused(folder.file("empty", ""), "is empty");
        refused(folder.file("wrong", "SS\nxS\n"),
                c.setting == std::string("file") ? ":1:1: " : ":");
    }
}

}  // namespace
}  // namespace lockstep
