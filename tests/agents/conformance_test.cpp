// Every agent keeps the contract, and what breaks it is found.

#include <lockstep/agent.hpp>
#include <lockstep/agent_testing.hpp>
#include <lockstep/error.hpp>

#include "tests/support/catch.hpp"

namespace lockstep::test {
namespace {

// Small trainings.
TrainConfig config_of(const std::string& id) {
    TrainConfig config{.env = "CartPole-v1", .test_episodes = 2};
    if (id == "random-search") config.settings = {{"candidates", 40}, {"keep", 3}};
    if (id == "cem") config.settings = {{"iterations", 6}, {"population_size", 20}};
    if (id == "value-iteration" || id == "q-iteration") config.env = "FrozenLake-v1";
    if (id == "bandit") config = {.env = "Bandit-v0", .settings = {{"steps", 200}}};
    if (id == "q-learning" || id == "sarsa" || id == "expected-sarsa" || id == "double-q" ||
        id == "tabular-reinforce")
        config = {.env = "FrozenLake-v1", .settings = {{"episodes", 60}}, .test_episodes = 2};
    if (id == "reinforce") config.settings = {{"episodes", 12}, {"hidden", "4-4"}};
    if (id == "actor-critic") config.settings = {{"steps", 400}, {"hidden", "4"}};
    if (id == "a2c") config.settings = {{"steps", 640}, {"hidden", "4"}};
    if (id == "ppo") config.settings = {{"steps", 1024}, {"hidden", "4"}, {"anneal_lr", false}};
    if (id == "dqn") config.settings = {{"episodes", 12}, {"hidden", "4"}, {"learning_starts", 3}};
    return config;
}

// A learner that counts, and may have a fault.
enum class Fault { none, threads, neighbor, forgets };

struct CountSettings {
    Fault fault = Fault::none;
    std::int64_t count = 8;
    double weight = 1;
    void declare(SettingList& list) {
        list.integer("count", count, 1, 100, "how far").budget();
        list.number("weight", weight, 0, 10, "of a count").per_learner();
    }
};

TrainResult count(const TrainConfig& config, std::span<const CountSettings> settings,
                  const ProgressCallback&) {
    TrainResult result;
    const CountSettings& s = settings[0];
    for (std::int64_t i = 0; i < learner_count(config); ++i) {
        const auto at = static_cast<std::size_t>(i);
        const double weight = settings[settings.size() == 1 ? 0 : at].weight;
        double value =
            weight * static_cast<double>(s.count) + static_cast<double>(learner_seed(config, i));
        if (s.fault == Fault::threads) value += config.threads;
        if (s.fault == Fault::neighbor) value += static_cast<double>(learner_count(config));
        const bool goes_on = !config.resume.empty() && has_learnt(head_of(config.resume[at]).stage);
        if (s.fault == Fault::forgets && goes_on) value += 1;
        if (goes_on && body_of(config.resume[at]).size() != 1)
            throw ConfigError("a state that is none of these");
        const bool begun = !config.stop.stop_requested();
        const StateHead head{begun ? LearnerStage::finished : LearnerStage::not_begun,
                             {s.count, 0}};
        result.stopped |= !begun;
        result.learners.push_back(head.record);
        const std::byte body[] = {std::byte{1}};
        result.states.push_back(begun ? make_state(head, body) : make_state({}));
        result.policies.push_back({"linear", {value}});
        result.hash = result.hash * 31 + static_cast<std::uint64_t>(value * 1024);
    }
    return result;
}

std::vector<std::string> faults_of(Fault fault) {
    const std::string id = "count-" + std::to_string(static_cast<int>(fault));
    register_agent(
        make_agent<CountSettings>({.id = id.c_str(),
                                   .source = "",
                                   .defaults = {.fault = fault},
                                   .train = count,
                                   .resumable = [](const CountSettings&) { return true; }}));
    return testing::check_agent(id, {.env = "CartPole-v1"});
}

}  // namespace

TEST_CASE("every agent keeps the contract", "[conformance]") {
    for (const Agent& agent : agents()) {
        if (agent.id.starts_with("count-")) continue;
        CAPTURE(agent.id);
        CHECK(testing::check_agent(agent.id, config_of(agent.id)) == std::vector<std::string>());
    }
}

TEST_CASE("an agent that breaks it is found", "[conformance]") {
    const auto says = [](Fault fault, const std::string& words) {
        for (const std::string& found : faults_of(fault))
            if (found.find(words) != std::string::npos) return true;
        return false;
    };
    CHECK(faults_of(Fault::none).empty());
    CHECK(says(Fault::threads, "three threads"));
    CHECK(says(Fault::neighbor, "alone is not what it is in the crowd"));
    CHECK(says(Fault::forgets, "larger budget"));
}

}  // namespace lockstep::test
