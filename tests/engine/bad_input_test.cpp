// Mistakes: each is refused with a message that says what was wrong and what is allowed, and
// changes nothing.

#include <sys/resource.h>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include <lockstep/isa.hpp>
#include <lockstep/table_game.hpp>
#include <lockstep/vector_env.hpp>

#include "engine/environments/config.hpp"
#include "engine/memory/memory.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/errors.hpp"

namespace lockstep {
namespace {

using test::check_refused;
using test::refusal;

constexpr double infinity = std::numeric_limits<double>::infinity();

VectorEnvConfig cartpole(std::int64_t worlds = 4) {
    return {.id = "CartPole-v1", .num_envs = worlds};
}

VectorEnvConfig with_parameter(const std::string& name, std::vector<double> values) {
    VectorEnvConfig config = cartpole();
    config.settings.parameters[name] = std::move(values);
    return config;
}

VectorEnvConfig with_choice(const std::string& name, const std::string& option) {
    VectorEnvConfig config = cartpole();
    config.settings.choices[name] = option;
    return config;
}

void check_refused_config(const VectorEnvConfig& config, std::initializer_list<std::string> words) {
    check_refused([&] { VectorEnv<float> env(config); }, words);
    check_refused([&] { VectorEnv<double> env(config); }, words);
}

void check_refused_setting(const std::string& assignment,
                           std::initializer_list<std::string> words) {
    CAPTURE(assignment);
    const EnvironmentEntry entry = find_environment("CartPole-v1");
    const Description& about = entry.tables.about();
    EnvSettings settings;
    check_refused([&] { set(settings, about, assignment); }, words);
    CHECK(settings.parameters.empty());
    CHECK(settings.choices.empty());
    CHECK_FALSE(settings.max_episode_steps.has_value());
}

// Lets the process grow by only `bytes`: code that allocates before it checks fails, instead of
// using up the machine's memory.
class MemoryLimit {
public:
    explicit MemoryLimit(std::uint64_t bytes) {
        getrlimit(RLIMIT_AS, &before_);
        std::uint64_t pages = 0;
        std::ifstream("/proc/self/statm") >> pages;
        rlimit limited = before_;
        limited.rlim_cur = pages * 4096 + bytes;
        setrlimit(RLIMIT_AS, &limited);
    }
    ~MemoryLimit() { setrlimit(RLIMIT_AS, &before_); }
    MemoryLimit(const MemoryLimit&) = delete;
    MemoryLimit& operator=(const MemoryLimit&) = delete;

private:
    rlimit before_{};
};

// Sets an environment variable for one scope.
class Variable {
public:
    Variable(const char* name, const char* value) : name_(name) {
        if (const char* old = std::getenv(name)) before_ = old;
        setenv(name, value, 1);
    }
    ~Variable() {
        if (before_) {
            setenv(name_, before_->c_str(), 1);
        } else {
            unsetenv(name_);
        }
    }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;

private:
    const char* name_;
    std::optional<std::string> before_;
};

}  // namespace

TEST_CASE("an unknown environment is refused with the nearest name", "[bad_input]") {
    VectorEnvConfig config = cartpole();
    config.id = "CartPol-v1";
    check_refused_config(config, {"unknown environment", "'CartPol-v1'",
                                  "did you mean 'CartPole-v1'", "CartPole-v0"});
    config.id = "cartpole-v0";
    check_refused_config(config, {"did you mean 'CartPole-v0'"});
    config.id = "";
    check_refused_config(config, {"unknown environment", "CartPole-v1"});
    config.id = "something else entirely";
    const std::string message = refusal([&] { VectorEnv<float> env(config); });
    CHECK(message.find("did you mean") == std::string::npos);
    CHECK(message.find("CartPole-v1") != std::string::npos);
}

TEST_CASE("an unknown parameter or choice is refused with the nearest name", "[bad_input]") {
    check_refused_config(with_parameter("gravty", {9.8}), {"CartPole-v1", "unknown parameter",
                                                           "'gravty'", "did you mean 'gravity'"});
    check_refused_config(with_choice("kinematic_integrator", "euler"),
                         {"'kinematic_integrator'", "did you mean 'kinematics_integrator'"});
    // A choice is not a number, and a number is not a choice.
    check_refused_config(with_parameter("sutton_barto_reward", {1}), {"sutton_barto_reward"});
    check_refused_config(with_choice("gravity", "9.8"), {"gravity"});
}

TEST_CASE("a parameter out of range is refused with what is allowed", "[bad_input]") {
    check_refused_config(with_parameter("gravity", {-1}),
                         {"gravity", "-1", "allowed", "0", "1000"});
    check_refused_config(with_parameter("tau", {0}), {"tau", "allowed", "1e-05"});
    for (const double value : {std::nan(""), infinity, -infinity}) {
        CAPTURE(value);
        check_refused_config(with_parameter("length", {value}), {"length", "allowed", "0.001"});
    }
    check_refused_config(with_parameter("masscart", {1, 1, -2, 1}), {"masscart", "-2", "world 2"});
    check_refused_config(with_parameter("masscart", {1, 1, 1, std::nan("")}), {"masscart", "nan"});
}

TEST_CASE("limits of the ranges themselves are allowed", "[bad_input]") {
    const EnvironmentEntry entry = find_environment("CartPole-v1");
    const Description& about = entry.tables.about();
    for (const ParameterInfo& parameter : about.parameters) {
        CAPTURE(parameter.name);
        for (const double value : {parameter.low, parameter.high}) {
            VectorEnv<float> env(with_parameter(parameter.name, {value}));
            env.rollout({.name = "random"}, 50);
            for (int k = 0; k < 4; ++k) CHECK(std::isfinite(env.observation(k)[0]));
        }
    }
}

TEST_CASE("a wrong number of values is refused", "[bad_input]") {
    check_refused_config(with_parameter("gravity", {9, 9, 9}), {"gravity", "3 values", "4 worlds"});
    check_refused_config(with_parameter("gravity", {}), {"gravity", "0 values"});
}

TEST_CASE("an unknown option is refused with the nearest one", "[bad_input]") {
    check_refused_config(
        with_choice("kinematics_integrator", "eulr"),
        {"kinematics_integrator", "'eulr'", "did you mean 'euler'", "semi-implicit euler"});
    check_refused_config(with_choice("sutton_barto_reward", ""), {"sutton_barto_reward", "true"});
}

TEST_CASE("all faults of a configuration are told at once", "[bad_input]") {
    VectorEnvConfig config = with_parameter("gravity", {-1});
    config.settings.parameters["lenth"] = {1};
    config.settings.choices["kinematics_integrator"] = "leapfrog";
    config.settings.max_episode_steps = 0;
    check_refused_config(config, {"gravity", "'lenth'", "'leapfrog'", "max_episode_steps"});
}

TEST_CASE("a time limit below one or beyond counting is refused", "[bad_input]") {
    for (const std::int64_t limit :
         {std::int64_t{0}, std::int64_t{-5}, std::int64_t{1} << 31, std::int64_t{1} << 62}) {
        VectorEnvConfig config = cartpole();
        config.settings.max_episode_steps = limit;
        check_refused_config(config, {"max_episode_steps", std::to_string(limit), "allowed 1 to"});
    }
}

TEST_CASE("a column that there is not is refused", "[bad_input]") {
    const VectorEnv<float> env(cartpole());
    check_refused([&] { env.observation(9); }, {"observation(9)", "0 to 3"});
    check_refused([&] { env.observation(-1); }, {"observation(-1)"});
    check_refused([&] { env.final_observation(4); }, {"final_observation(4)", "0 to 3"});
    check_refused([&] { env.state(4); }, {"state(4)", "0 to 3"});
    CHECK(env.observation(3).size() == 4);
}

TEST_CASE("fewer than one world, or more than can be numbered, are refused", "[bad_input]") {
    for (const std::int64_t worlds :
         {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1} << 32,
          std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()}) {
        check_refused_config(cartpole(worlds),
                             {"num_envs", std::to_string(worlds), "allowed 1 to"});
    }
    VectorEnvConfig config = cartpole(100);
    config.first_world = std::numeric_limits<std::uint32_t>::max() - 50;
    check_refused_config(config, {"num_envs", "100", "allowed 1 to"});
}

TEST_CASE("more worlds than memory holds are refused before anything is allocated",
          "[bad_input][memory]") {
    constexpr std::int64_t worlds = 4'000'000'000;  // 400 GB and more
    if (available_memory() > std::uint64_t{400'000'000'000}) {
        WARN("not checked: this machine holds them");
        return;
    }
    for (const Seeding seeding :
         {Seeding::lockstep, Seeding::gymnasium, Seeding::gymnasium_shared}) {
        CAPTURE(static_cast<int>(seeding));
        VectorEnvConfig config = cartpole(worlds);
        config.seeding = seeding;
        const MemoryLimit limit(std::uint64_t{1} << 30U);
        check_refused([&] { VectorEnv<double> env(config); },
                      {"num_envs", std::to_string(worlds), "MiB", "memory"});
    }
}

TEST_CASE("bad blocks and thread counts are refused", "[bad_input]") {
    for (const std::int64_t block : {0, -16, 8, 17, 100}) {
        VectorEnvConfig config = cartpole();
        config.block = block;
        check_refused_config(config, {"block", std::to_string(block), "multiples of 16"});
    }
    for (const int threads : {-1, 1025}) {
        VectorEnvConfig config = cartpole();
        config.threads = threads;
        check_refused_config(config, {"threads", std::to_string(threads), "1024"});
    }
}

TEST_CASE("an illegal action is refused with its world, and nothing is stepped", "[bad_input]") {
    constexpr std::size_t worlds = 37;
    for (const Autoreset mode : {Autoreset::next_step, Autoreset::same_step, Autoreset::disabled}) {
        VectorEnvConfig config = cartpole(worlds);
        config.autoreset = mode;
        VectorEnv<float> env(config), untouched(config);
        for (const std::int32_t bad : {-1, 2, 1 << 30, std::numeric_limits<std::int32_t>::min()}) {
            for (const std::size_t world : {std::size_t{0}, std::size_t{15}, worlds - 1}) {
                std::vector<std::int32_t> actions(worlds, 1);
                actions[world] = bad;
                const std::vector<std::byte> before = env.snapshot();
                check_refused([&] { env.step(actions); },
                              {"action " + std::to_string(bad), "world " + std::to_string(world),
                               "allowed 0 to 1"});
                CHECK((env.snapshot() == before));
            }
        }
        const std::vector<std::int32_t> legal(worlds, 1);
        env.step(legal), untouched.step(legal);
        CHECK(env.hash() == untouched.hash());
    }
}

TEST_CASE("spans of a wrong size are refused", "[bad_input]") {
    VectorEnv<float> env(cartpole(20));
    const std::uint64_t before = env.hash();
    for (const std::size_t size : {std::size_t{0}, std::size_t{19}, std::size_t{21}}) {
        std::vector<std::int32_t> actions(size, 0);
        const std::vector<std::uint8_t> mask(size, 1);
        const std::string count = std::to_string(size);
        check_refused([&] { env.step(actions); }, {count, "20 worlds"});
        check_refused([&] { env.act({.name = "random"}, actions); }, {count, "20 worlds"});
        check_refused([&] { env.reset(mask); }, {count, "20 worlds"});
    }
    check_refused([&] { env.set_state(20, std::vector<float>(4)); }, {"set_state", "20"});
    check_refused([&] { env.set_state(-1, std::vector<float>(4)); }, {"set_state", "-1"});
    check_refused([&] { env.set_state(0, std::vector<float>(3)); }, {"set_state", "3 values", "4"});
    CHECK(env.hash() == before);
}

TEST_CASE("unknown policies and wrong weights are refused", "[bad_input]") {
    VectorEnv<float> env(cartpole(5));
    const std::uint64_t before = env.hash();
    std::vector<std::int32_t> actions(5);
    const auto check = [&](const PolicySpec& policy, std::initializer_list<std::string> words) {
        CAPTURE(policy.name, policy.weights.size());
        check_refused([&] { env.rollout(policy, 10); }, words);
        check_refused([&] { env.act(policy, actions); }, words);
    };
    check({.name = "randm"}, {"unknown policy", "'randm'", "did you mean 'random'", "linear"});
    check({.name = ""}, {"unknown policy", "basic"});
    check({.name = "linear"}, {"linear", "0 weights", "4"});
    check({.name = "linear", .weights = {1, 2, 3}}, {"linear", "3 weights", "4"});
    check({.name = "linear", .weights = std::vector<double>(5, 1)}, {"linear", "5 weights", "4"});
    check({.name = "random", .weights = {1}}, {"random", "1 weights", "none"});
    check({.name = "basic", .weights = {1, 2, 3, 4}}, {"basic", "4 weights", "none"});
    CHECK(env.hash() == before);
}

TEST_CASE("rollouts that make no sense are refused", "[bad_input]") {
    for (const Autoreset mode : {Autoreset::next_step, Autoreset::disabled}) {
        VectorEnvConfig config = cartpole();
        config.autoreset = mode;
        VectorEnv<float> env(config);
        check_refused([&] { env.rollout({.name = "random"}, 5); }, {"rollout", "same-step"});
    }
    VectorEnvConfig config = cartpole();
    config.seeding = Seeding::gymnasium;
    VectorEnv<float> gymnasium(config);
    check_refused([&] { gymnasium.rollout({.name = "random"}, 5); }, {"rollout", "seeding"});

    VectorEnv<float> env(cartpole());
    const std::uint64_t before = env.hash();
    check_refused([&] { env.rollout({.name = "random"}, -1); }, {"-1", "0 or more"});
    CHECK(env.rollout({.name = "random"}, 0).episodes == 0);
    CHECK(env.hash() == before);
}

TEST_CASE("instruction sets are named exactly, and never fall back", "[bad_input][isa]") {
    CHECK(parse_isa("scalar") == Isa::scalar);
    for (int i = 0; i < isa_count; ++i) {
        const Isa isa{i};
        if (supported(isa)) {
            CHECK(parse_isa(name(isa)) == isa);
            continue;
        }
        check_refused([&] { parse_isa(name(isa)); }, {std::string(name(isa)), "not supported"});
        VectorEnvConfig config = cartpole();
        config.isa = isa;
        check_refused_config(config, {std::string(name(isa)), "not supported"});
    }
    check_refused([] { parse_isa("avx"); }, {"unknown instruction set", "'avx'", "avx2"});
    check_refused([] { parse_isa("AVX512"); }, {"unknown instruction set", "'avx512'"});
    check_refused([] { parse_isa(""); }, {"unknown instruction set", "scalar"});
    check_refused([] { parse_isa("scalar "); }, {"unknown instruction set", "did you mean"});
}

TEST_CASE("LOCKSTEP_ISA chooses, and a name it does not know stops everything",
          "[bad_input][isa]") {
    {
        const Variable variable("LOCKSTEP_ISA", "scalar");
        CHECK(default_isa() == Isa::scalar);
        CHECK(make<float>("CartPole-v1", 1).isa() == Isa::scalar);
    }
    for (const char* wrong : {"avx1024", "", "best"}) {
        const Variable variable("LOCKSTEP_ISA", wrong);
        check_refused([] { default_isa(); }, {"unknown instruction set", wrong});
        check_refused_config(cartpole(), {"unknown instruction set"});
    }
}

TEST_CASE("settings are read from words", "[bad_input][settings]") {
    const EnvironmentEntry entry = find_environment("CartPole-v1");
    const Description& about = entry.tables.about();
    EnvSettings settings;
    set(settings, about, "gravity=3.5");
    set(settings, about, "gravity=1e1");  // the last one counts
    set(settings, about, "kinematics_integrator=semi-implicit euler");
    set(settings, about, "max_episode_steps=77");
    CHECK(settings.parameters.at("gravity") == std::vector<double>{10});
    CHECK(settings.choices.at("kinematics_integrator") == "semi-implicit euler");
    CHECK(settings.max_episode_steps == 77);

    check_refused_setting("gravity", {"'gravity'", "name=value"});
    check_refused_setting("", {"name=value"});
    check_refused_setting("=5", {"unknown parameter"});
    check_refused_setting("gravity=abc", {"gravity", "'abc'", "not a number"});
    check_refused_setting("gravity=", {"gravity", "not a number"});
    check_refused_setting("gravity=1 ", {"gravity", "not a number"});
    check_refused_setting("gravity=1,5", {"gravity", "not a number"});
    check_refused_setting("gravity=0x10", {"gravity", "not a number"});
    check_refused_setting("gravity=1e999", {"gravity"});
    check_refused_setting("gravty=1", {"unknown parameter", "did you mean 'gravity'"});
    check_refused_setting("max_episode_step=5", {"did you mean 'max_episode_steps'"});
    for (const char* wrong : {"0", "-3", "2.5", "1e30", "nan", "inf"}) {
        check_refused_setting(std::string("max_episode_steps=") + wrong,
                              {"max_episode_steps", "allowed", "1 to"});
    }
}

TEST_CASE("an id is registered once", "[bad_input]") {
    const EnvironmentTables tables = find_environment("CartPole-v1").tables;
    const std::size_t known = environments().size();
    check_refused([&] { register_environment(tables); }, {"CartPole-v", "taken"});
    CHECK(environments().size() == known);
}

}  // namespace lockstep
